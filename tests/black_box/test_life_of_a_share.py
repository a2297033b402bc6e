"""A share from its making to its end, as its owner and as whoever holds the link."""

import datetime
import time

import pytest

from support.client import eventually
from support.workspace import AUDIO, TRANSCRIPT, expect

VISIBLE_BY_DEFAULT = {"transcript": True, "comments": True}
FLAGS = ("transcript", "summary", "notes", "comments", "console", "network", "actions", "info",
         "download")


def test_a_shared_recording_opens_and_can_be_heard(workspace):
    share = workspace.share(workspace.register(title="Stand-up, Friday"))
    seen = share.open()
    assert seen["recording"]["title"] == seen["share"]["title"] == "Stand-up, Friday"
    assert seen["panels"] == {"transcript": TRANSCRIPT}
    audio = share.viewer.get(share.media_target())
    assert (audio.status, audio.headers["content-type"], audio.body) == (200, "audio/ogg", AUDIO)


def test_a_share_has_a_title_of_its_own(workspace):
    share = workspace.share(workspace.register(title="Interview 17"), title="For you")
    assert (share.open()["share"]["title"], share.open()["recording"]["title"]) == ("For you",
                                                                                    "Interview 17")


def test_a_share_shows_what_the_policy_shows_unless_told_otherwise(workspace):
    share = workspace.share(visibility={"summary": True})
    assert share.document["visibility"] == {flag: flag in VISIBLE_BY_DEFAULT or flag == "summary"
                                            for flag in FLAGS}


def test_a_share_ends_after_thirty_days_unless_told_otherwise(workspace):
    document = workspace.share().document
    starts, ends = (datetime.datetime.fromisoformat(document[name]) for name in ("starts_at",
                                                                                 "expires_at"))
    assert ends - starts == datetime.timedelta(days=30)


@pytest.mark.parametrize("preset, hours", [("1h", 1), ("6h", 6), ("12h", 12), ("1d", 24),
                                           ("3d", 72), ("7d", 168),
                                           ("14d", 336), ("30d", 720), ("60d", 1440), ("90d", 2160),
                                           ("1y", 8760)])
def test_a_preset_counts_from_the_start(workspace, preset, hours):
    document = workspace.share(starts_at="2099-03-01T00:00:00Z", expires_in=preset).document
    starts, ends = (datetime.datetime.fromisoformat(document[name]) for name in ("starts_at",
                                                                                 "expires_at"))
    assert ends - starts == datetime.timedelta(hours=hours)


def test_a_permanent_share_has_no_end(workspace):
    share = workspace.share(expires_at=None)
    assert share.document["expires_at"] is None and share.open()["share"]["expires_at"] is None


def test_what_is_switched_off_is_gone_at_once_for_whoever_has_the_link(workspace):
    share = workspace.share()
    assert share.open()["panels"]
    expect(share.change(visibility={"transcript": False}), 200)
    assert share.open()["panels"] == {}
    expect(share.change(visibility={"transcript": True}), 200)
    assert share.open()["panels"] == {"transcript": TRANSCRIPT}


def test_a_panel_that_is_added_later_shows(workspace):
    share = workspace.share(visibility={"notes": True})
    workspace.client.put(f"/v1/recordings/{share.document['recording_id']}/panels/notes",
                         {"markdown": "Hello"})
    assert share.open()["panels"]["notes"] == {"markdown": "Hello"}


def test_include_narrows_the_panels_and_never_widens_them(workspace):
    share = workspace.share(workspace.register(panels={"transcript": TRANSCRIPT,
                                                       "notes": {"markdown": "x"},
                                                       "summary": {"markdown": "y"}}),
                            visibility={"notes": True})
    assert set(share.open(include=["notes", "summary"])["panels"]) == {"notes"}
    assert share.open(include=[])["panels"] == {}


def test_a_disabled_link_says_so_and_opens_again_when_enabled(workspace):
    share = workspace.share()
    assert expect(share.disable(), 200).json["state"] == "disabled"
    assert (share.resolve().status, share.resolve().code) == (403, "link_disabled")
    assert expect(share.enable(), 200).json["state"] == "active"
    assert share.open()


@pytest.mark.parametrize("verb, state", [("disable", "disabled"), ("enable", "active"),
                                         ("reset_passcode_attempts", "active"),
                                         ("revoke", "revoked")])
def test_a_verb_that_is_repeated_changes_nothing(workspace, verb, state):
    share = workspace.share()
    first, second = (expect(getattr(share, verb)(), 200).json for _ in range(2))
    assert first == second and first["state"] == state


def test_a_revoked_link_is_gone_for_everyone(workspace):
    share = workspace.share()
    document = expect(share.revoke(), 200).json
    assert (document["state"], document["links"][0]["url"]) == ("revoked", None)
    assert (share.resolve().status, share.resolve().code) == (410, "link_revoked")


def test_a_deleted_share_is_revoked_and_deleting_twice_is_harmless(workspace):
    share = workspace.share()
    assert (share.delete().status, share.delete().status) == (204, 204)
    assert share.resolve().code == "link_revoked"
    assert share.show()["state"] == "revoked"


@pytest.mark.parametrize("verb", ["enable", "disable", "reset_passcode_attempts"])
def test_a_revoked_share_cannot_be_switched(workspace, verb):
    share = workspace.share()
    share.revoke()
    assert (getattr(share, verb)().status, getattr(share, verb)().code) == (409, "share_revoked")


def test_a_revoked_share_cannot_be_changed(workspace):
    share = workspace.share()
    share.revoke()
    assert share.change(label="again").code == "share_revoked"


def test_a_deleted_recording_takes_its_links_with_it(workspace):
    share = workspace.share()
    path = f"/v1/recordings/{share.document['recording_id']}"
    assert workspace.client.delete(path).status == 204
    assert (share.resolve().status, share.resolve().code) == (410, "recording_gone")
    assert workspace.client.get(path).status == workspace.client.delete(path).status == 404


def test_registering_the_same_id_again_does_not_bring_old_links_back(workspace):
    share = workspace.share()
    recording = share.document["recording_id"]
    workspace.client.delete(f"/v1/recordings/{recording}")
    workspace.register(recording)
    assert share.resolve().code == "recording_gone"
    assert workspace.share(recording).open()


def test_a_recording_past_its_own_end_is_gone(workspace):
    soon = (database_clock(workspace.service) + datetime.timedelta(seconds=1)).isoformat()
    share = workspace.share(workspace.register(expires_at=soon), expires_at=None)
    assert eventually(lambda: share.resolve().code == "recording_gone")


def test_replacing_a_recording_keeps_its_shares_and_shows_the_new_content(workspace):
    share = workspace.share()
    workspace.register(share.document["recording_id"], title="Second take", panels={})
    assert (share.open()["recording"]["title"], share.open()["panels"]) == ("Second take", {})


def test_a_link_that_is_not_open_yet_says_from_when_on(workspace):
    share = workspace.share(starts_at="2099-01-01T10:00:00+02:00", expires_in="1d")
    assert share.document["state"] == "scheduled"
    answer = share.resolve()
    assert (answer.code, answer.json["starts_at"]) == ("link_not_started",
                                                       "2099-01-01T08:00:00.000Z")


def test_an_expired_link_says_so_and_can_be_reopened(workspace):
    share = workspace.share(ttl_seconds=1)
    assert eventually(lambda: share.resolve().code == "link_expired")
    assert share.show()["state"] == "expired"
    expect(share.change(expires_in="1d"), 200)
    assert share.open()


def database_clock(service):
    return service.sql("SELECT clock_timestamp()")[0][0]


@pytest.mark.parametrize("edge", ["starts_at", "expires_at"])
def test_a_window_opens_and_closes_to_the_instant(workspace, edge):
    """Every answer is checked against the database's clock just before and just after it."""
    now = database_clock(workspace.service)
    instant = now.replace(microsecond=0) + datetime.timedelta(seconds=2)
    window = {"starts_at": instant.isoformat(),
              "expires_in": "1h"} if edge == "starts_at" else {"expires_at": instant.isoformat()}
    share = workspace.share(**window)
    before_edge, after_edge = (403, 200) if edge == "starts_at" else (200, 410)
    seen = set()
    while True:
        began = database_clock(workspace.service)
        status = share.resolve().status
        ended = database_clock(workspace.service)
        if ended < instant:
            assert status == before_edge
        elif began >= instant:
            assert status == after_edge
        seen.add(status)
        if began > instant + datetime.timedelta(milliseconds=300):
            break
        time.sleep(0.005)
    assert seen == {before_edge, after_edge}


def test_media_urls_never_outlive_the_link(workspace):
    share = workspace.share(ttl_seconds=20)
    seen = share.open()
    assert seen["media"][0]["expires_at"] <= seen["share"]["expires_at"]
    assert seen["renew_after"] <= seen["media"][0]["expires_at"]


def test_the_owner_sees_who_made_a_share_and_what_is_for_the_owner_only(workspace):
    share = workspace.share(label="customer 7", metadata={"ticket": 4711, "deep": [{"a": None}]})
    document = share.show()
    assert document["created_by"] == workspace.key_id
    assert (document["label"], document["metadata"]) == ("customer 7",
                                                         {"ticket": 4711, "deep": [{"a": None}]})


def test_the_same_link_is_shown_again_at_any_time(workspace):
    share = workspace.share()
    assert share.show()["links"] == share.document["links"]


def test_two_shares_of_one_recording_have_nothing_in_common(workspace):
    recording = workspace.register()
    first, second = workspace.share(recording), workspace.share(recording)
    first.revoke()
    assert first.token != second.token and second.open()


def test_null_clears_and_absence_keeps(workspace):
    share = workspace.share(title="a", label="b", metadata={"c": 1})
    document = expect(share.change(title=None), 200).json
    assert (document["title"], document["label"], document["metadata"]) == (None, "b", {"c": 1})
    document = expect(share.change(label=None, metadata=None), 200).json
    assert (document["label"], document["metadata"]) == (None, None)


def test_an_empty_change_changes_nothing(workspace):
    share = workspace.share()
    assert expect(share.change(), 200).json["id"] == share.id
