"""Speakr's help page "Sharing Recordings", sentence by sentence, in a workspace with its policy.

The words in quotes are the page's own. Each is followed by what makes it true here.
"""

import datetime

import pytest

from support.workspace import AUDIO, expect

SUMMARY = "## Key points\n\n- The launch moves to **May**."
NOTES = "- [ ] ask Grace about the *budget*"
TRANSCRIPT = {"segments": [
    {"start_ms": 0, "end_ms": 1800, "speaker": "Ada", "text": "Shall we begin?"},
    {"start_ms": 1800, "end_ms": 4200, "speaker": "Grace", "text": "Please."},
]}


@pytest.fixture
def speakr(service):
    return service.workspace(preset="speakr")


@pytest.fixture
def meeting(speakr):
    return register_meeting(speakr)


def register_meeting(speakr):
    """A recording that has everything Speakr makes of one."""
    speakr.store_media("uploads/7.ogg", AUDIO)
    return speakr.register(
        media=[{"id": "a", "role": "audio", "content_type": "audio/ogg", "key": "uploads/7.ogg"}],
        title="Project review", recorded_at="2026-10-01T09:00:00Z", duration_ms=4200,
        owner={"id": "u-17", "name": "Ada Sender", "email": "ada@example.com"},
        panels={"transcript": TRANSCRIPT, "summary": {"markdown": SUMMARY},
                "notes": {"markdown": NOTES}})


# -- Understanding Recording Shares


def test_a_link_opens_without_an_account(speakr, meeting):
    """“A unique, secure link that provides access to that specific recording without requiring the
    recipient to log in or have an account.”"""
    share = speakr.share(meeting)
    assert share.viewer.key is None
    assert share.open()["recording"]["title"] == "Project review"


def test_every_link_is_another_one_and_none_can_be_guessed(speakr, meeting):
    """“Each share link is cryptographically secure and impossible to guess.”"""
    shares = [speakr.share(meeting) for _ in range(20)]
    tokens = {share.token for share in shares}
    assert len(tokens) == 20 and all(len(token) == 44 for token in tokens)
    token = shares[0].token
    for place in range(0, 44, 3):
        guess = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1:]
        answer = shares[0].viewer.post("/v1/resolve", {"token": guess})
        assert (answer.status, answer.code) == (404, "link_not_found")


@pytest.mark.parametrize("summary", [False, True])
@pytest.mark.parametrize("notes", [False, True])
def test_summary_and_notes_are_chosen_and_the_transcription_is_always_there(speakr, meeting,
                                                                            summary, notes):
    """“You decide whether to include your AI-generated summary, your personal notes, or both. The
    transcription itself is always included.”"""
    share = speakr.share(meeting, visibility={"summary": summary, "notes": notes})
    shown = {"transcript"} | ({"summary"} if summary else set()) | ({"notes"} if notes else set())
    assert set(share.open()["panels"]) == shown


def test_the_link_leads_to_this_recording_and_no_other(speakr, meeting):
    """“Without any of the administrative interface or your other recordings.”"""
    speakr.register("the-other", title="Salary talks")
    body = speakr.share(meeting).resolve().body
    for hidden in (b"Salary", b"the-other", b"u-17", b"Ada Sender", b"ada@example.com",
                   meeting.encode(), speakr.id.encode()):
        assert hidden not in body


# -- Requirements for Sharing


def test_without_https_no_link_is_made_and_the_error_says_why(own_service):
    """“The share button will either be disabled or display an error message explaining that
    sharing requires a secure, internet-accessible connection.”"""
    insecure = {"VITRINE_LINK_URL_TEMPLATE": "http://speakr.lan/shared#{token}"}
    workspace = own_service(insecure).start().workspace(preset="speakr")
    answer = workspace.client.post("/v1/shares", {"recording_id": workspace.register()})
    assert (answer.status, answer.code) == (409, "https_required")
    assert "https" in answer.json["detail"].lower()
    assert workspace.client.get("/v1/shares").json["items"] == []


# -- Creating a Share Link


def test_the_link_appears_at_once_and_is_permanent(speakr, meeting):
    """“The link appears immediately, ready to copy. This link is permanent until you explicitly
    revoke it, so recipients can bookmark it for future reference.”"""
    share = speakr.share(meeting)
    assert share.document["links"][0]["url"].startswith("https://")
    assert share.document["expires_at"] is None
    speakr.service.sql("UPDATE share s SET starts_at = starts_at - interval '20 years' "
                       "FROM recording r WHERE r.recording_uid = s.recording_uid "
                       "AND r.recording_id = %s", meeting)
    assert share.open()["share"]["expires_at"] is None
    share.revoke()
    assert share.resolve().code == "link_revoked"


# -- What Recipients Experience


def test_the_recipient_sees_the_title_and_that_it_was_shared(speakr, meeting):
    """“The recording title prominently displayed along with a note indicating it's a shared
    recording.”"""
    seen = speakr.share(meeting).open()
    assert (seen["share"]["title"], seen["share"]["audience"]) == ("Project review", "public")


def test_the_player_knows_the_duration_and_can_jump_to_any_moment(speakr, meeting):
    """“Full playback controls ... shows the total duration ... navigate to specific moments.”"""
    share = speakr.share(meeting)
    seen = share.open()
    assert seen["recording"]["duration_ms"] == 4200
    assert [(media["role"], media["content_type"]) for media in seen["media"]] == [("audio",
                                                                                    "audio/ogg")]
    whole = share.viewer.get(share.media_target())
    jump = share.viewer.get(share.media_target(), headers={"Range": "bytes=8192-"})
    assert (whole.status, whole.body) == (200, AUDIO)
    assert (jump.status, jump.body) == (206, AUDIO[8192:])


def test_the_transcription_names_its_speakers(speakr, meeting):
    """“Clear formatting, including speaker labels ... making it easy to follow multi-person
    conversations.”"""
    segments = speakr.share(meeting).open()["panels"]["transcript"]["segments"]
    assert [segment["speaker"] for segment in segments] == ["Ada", "Grace"]
    assert segments == TRANSCRIPT["segments"]


def test_summary_and_notes_come_as_markdown(speakr, meeting):
    """“The summary is rendered with full markdown formatting ... Your notes, if shared, would
    appear in a similar panel.”"""
    panels = speakr.share(meeting, visibility={"summary": True, "notes": True}).open()["panels"]
    assert (panels["summary"]["markdown"], panels["notes"]["markdown"]) == (SUMMARY, NOTES)


def test_the_recipient_can_change_nothing(speakr, meeting):
    """“The entire experience is read-only - recipients cannot edit anything, cannot access your
    other recordings, and cannot see any of your account information or settings.”"""
    share = speakr.share(meeting)
    before = share.show()
    holder = speakr.service.client(share.token)  # the link is all that a recipient has
    for method, path, body in (
            ("GET", "/v1/recordings", None), ("GET", f"/v1/recordings/{meeting}", None),
            ("DELETE", f"/v1/recordings/{meeting}", None), ("GET", "/v1/shares", None),
            ("PATCH", share.path, {"visibility": {"notes": True}}),
            ("DELETE", share.path, None), ("GET", "/v1/policy", None), ("GET", "/v1/keys", None),
            ("POST", f"{share.path}/comments", {"body": "hello"})):
        assert holder.request(method, path, json=body).status == 401, (method, path)
    assert share.show() == before


# -- Managing Your Shared Recordings


def test_the_list_shows_what_was_shared_when_with_which_options_and_the_link(speakr, meeting):
    """“Shows each recording you've shared, when you created the share link, and what options you
    selected. Each entry includes the full share URL that you can copy again.”"""
    first = speakr.share(meeting, visibility={"summary": True})
    second = speakr.share(speakr.register("minutes"), visibility={"notes": True})
    items = speakr.client.get("/v1/shares").json["items"]
    assert [item["recording_id"] for item in items] == ["minutes", meeting]
    assert [(item["visibility"]["summary"], item["visibility"]["notes"]) for item in items] == [
        (False, True), (True, False)]
    assert [item["links"][0]["url"] for item in items] == [
        second.document["links"][0]["url"], first.document["links"][0]["url"]]
    now = datetime.datetime.now(datetime.timezone.utc)
    for item in items:
        age = now - datetime.datetime.fromisoformat(item["created_at"])
        assert abs(age) < datetime.timedelta(minutes=5)


def test_a_switch_in_the_list_takes_effect_for_whoever_has_the_link(speakr, meeting):
    """“You can modify what's included in a share by toggling ... These changes take effect
    immediately for anyone accessing the link.”"""
    share = speakr.share(meeting)
    for summary, notes in ((True, False), (True, True), (False, True), (False, False)):
        expect(share.change(visibility={"summary": summary, "notes": notes}), 200)
        panels = share.open()["panels"]
        assert ("summary" in panels, "notes" in panels) == (summary, notes)


def test_deleting_revokes_at_once_and_the_visitor_sees_an_error(speakr, meeting):
    """“The delete button next to each share instantly revokes access. Once deleted, the share link
    becomes invalid and anyone trying to access it will see an error message.”"""
    share, other = speakr.share(meeting), speakr.share(meeting)
    share.open()
    assert share.delete().status == 204
    answer = share.resolve()
    assert (answer.status, answer.code) == (410, "link_revoked") and answer.json["detail"]
    assert other.open()


# -- Security and Privacy Considerations


def test_links_are_https_and_knowing_one_tells_nothing_about_another(speakr, meeting):
    """“Share links can only be created and accessed over secure connections ... Even if someone
    knows you've shared other recordings, they cannot derive or guess the links.”"""
    one, two = speakr.share(meeting), speakr.share(meeting)
    assert one.document["links"][0]["url"].startswith("https://")
    # Without the link's key, one link's signature under another link's id opens nothing.
    mixed = one.token[:22] + two.token[22:]
    assert mixed not in (one.token, two.token)
    assert one.viewer.post("/v1/resolve", {"token": mixed}).code == "link_not_found"


def test_nothing_is_kept_about_who_looks_or_how_often(own_service):
    """“The system doesn't track who accesses shared links or how often they're viewed.”"""
    alone = own_service().start()
    speakr = alone.workspace(preset="speakr")
    share = speakr.share(register_meeting(speakr), tracking="identified")
    assert share.document["tracking"] == "none"
    assert {"field": "tracking", "rule": "tracking_max"} in share.document["adjusted"]
    before = alone.everything()
    for _ in range(5):
        assert share.viewer.post("/v1/resolve", {"token": share.token},
                                 headers={"User-Agent": "Telltale/1.0"}).status == 200
    assert alone.everything() == before


# -- Common Sharing Scenarios


def test_a_client_gets_the_summary_and_never_the_internal_notes(speakr, meeting):
    """“Share recordings of internal discussions with summaries but without internal notes.”"""
    body = speakr.share(meeting, visibility={"summary": True}).resolve().body
    assert b"launch moves" in body and b"budget" not in body


def test_legal_gets_the_transcription_and_no_commentary(speakr, meeting):
    """“Share only the transcription without summaries or notes that could be seen as
    interpretation.”"""
    assert set(speakr.share(meeting).open()["panels"]) == {"transcript"}


# -- Limitations and Considerations


def test_old_shares_can_be_reviewed_and_removed(speakr, meeting):
    """“You should periodically review your shared recordings and remove access to those no longer
    needed.”"""
    shares = [speakr.share(meeting) for _ in range(3)]
    dry = speakr.client.post("/v1/shares/bulk-revoke",
                             {"filter": {"recording_id": meeting}, "dry_run": True})
    assert expect(dry, 200).json["matched"] == 3
    assert all(share.resolve().status == 200 for share in shares)
    done = speakr.client.post("/v1/shares/bulk-revoke",
                              {"filter": {"recording_id": meeting}, "expected_count": 3})
    assert expect(done, 200).json["revoked"] == 3
    assert {share.resolve().code for share in shares} == {"link_revoked"}
