"""What a recipient may not see leaves no trace: not in an answer, a header, a problem or a log."""

import pytest

from support.workspace import AUDIO, expect

KINDS = {
    "transcript": lambda mark: {"segments": [{"start_ms": 0, "end_ms": 1, "text": mark,
                                              "speaker": mark}]},
    "summary": lambda mark: {"markdown": mark},
    "notes": lambda mark: {"markdown": mark},
    "console": lambda mark: {"entries": [{"at_ms": 0, "level": "info", "message": mark}]},
    "network": lambda mark: {"entries": [{"at_ms": 0, "method": "GET", "url": mark}]},
    "actions": lambda mark: {"entries": [{"at_ms": 0, "type": mark}]},
    "info": lambda mark: {"project": mark, "mine": mark},
}
MARKS = {kind: f"MARK-{kind}-7f3a" for kind in KINDS}
OWNER_ONLY = {"owner id": "MARK-owner-id", "owner name": "MARK-owner-name",
              "owner email": "mark-owner@example.com",
              "label": "MARK-label", "metadata": "MARK-metadata", "media id": "MARK-media-id",
              "recipient": "MARK-recipient", "address": "mark-recipient@example.com",
              "another recipient": "MARK-other", "another address": "mark-other@example.com",
              "comment": "MARK-comment-for-all", "comment for another": "MARK-comment-for-other",
              "author": "MARK-author"}


def given(workspace, **visible):
    """A recording that has everything, shared with only `visible` switched on."""
    workspace.store_media("films/talk.ogg", AUDIO)
    workspace.client.put("/v1/recordings/MARK-recording-id", {
        "title": "Talk", "owner": {"id": OWNER_ONLY["owner id"], "name": OWNER_ONLY["owner name"],
                                   "email": OWNER_ONLY["owner email"]},
        "media": [{"id": OWNER_ONLY["media id"], "role": "audio", "content_type": "audio/ogg",
                   "key": "films/talk.ogg"}],
        "panels": {kind: make(MARKS[kind]) for kind, make in KINDS.items()},
    })
    flags = dict.fromkeys([*KINDS, "comments", "download"], False) | visible
    recipients = [{"name": OWNER_ONLY["recipient"], "email": OWNER_ONLY["address"]},
                  {"name": OWNER_ONLY["another recipient"], "email": OWNER_ONLY["another address"]}]
    share = workspace.share("MARK-recording-id", visibility=flags, label=OWNER_ONLY["label"],
                            metadata={"x": OWNER_ONLY["metadata"]}, recipients=recipients)
    for comment in ({"body": OWNER_ONLY["comment"], "author": OWNER_ONLY["author"]},
                    {"body": OWNER_ONLY["comment for another"],
                     "link_id": share.document["links"][1]["id"]}):
        expect(workspace.client.post(f"{share.path}/comments", comment), 201)
    return share


def everything_a_viewer_gets(share):
    """All bytes of all answers that somebody with the link can provoke."""
    workspace, viewer = share.workspace, share.viewer
    answers = [share.resolve(), share.resolve(include=[]), share.resolve(include=list(KINDS)),
               share.resolve(include=["everything"]), share.resolve(expand=["panels"]),
               viewer.options("/v1/resolve"), viewer.get(share.media_target()),
               viewer.head(share.media_target())]
    answers += [share.resolve(include=[kind]) for kind in KINDS]
    for verb in (share.disable, share.enable, lambda: share.change(starts_at="2099-01-01T00:00:00Z",
                                                                   expires_at=None)):
        expect(verb(), 200)
        answers.append(share.resolve())
    workspace.client.delete("/v1/recordings/MARK-recording-id")
    answers.append(share.resolve())
    share.revoke()
    answers.append(share.resolve())
    return b"\n".join(repr(answer.headers).encode() + answer.body for answer in answers)


def test_hidden_panels_and_the_owners_secrets_leave_no_trace(workspace):
    share = given(workspace)
    seen = everything_a_viewer_gets(share)
    for name, mark in (MARKS | OWNER_ONLY).items():
        assert mark.encode() not in seen, name
    for identifier in (workspace.id, workspace.key_id, share.id, share.document["links"][0]["id"],
                       "MARK-recording-id"):
        assert identifier.encode() not in seen, identifier


def test_a_comment_for_another_recipient_leaves_no_trace_where_comments_are_shown(workspace):
    seen = everything_a_viewer_gets(given(workspace, comments=True))
    assert OWNER_ONLY["comment"].encode() in seen
    for name in ("comment for another", "another recipient", "another address", "recipient"):
        assert OWNER_ONLY[name].encode() not in seen, name


def test_not_even_the_name_of_a_hidden_panel_is_told(workspace):
    body = given(workspace).resolve().body
    for kind in KINDS:
        assert kind.encode() not in body


@pytest.mark.parametrize("kind", KINDS)
def test_a_panel_that_is_shown_shows_alone(workspace, kind):
    share = given(workspace, **{kind: True})
    panels = share.open()["panels"]
    assert set(panels) == {kind}
    assert [other for other in KINDS if MARKS[other].encode() in share.resolve().body] == [kind]


def test_no_content_is_in_the_log(workspace):
    everything_a_viewer_gets(given(workspace, **dict.fromkeys(KINDS, True)))
    log = workspace.service.log_text()
    assert "http_request" in log  # this is the log that is meant
    for mark in [*MARKS.values(), *OWNER_ONLY.values(), "films/talk"]:
        assert mark not in log


def test_download_is_offered_only_when_it_was_allowed(workspace):
    share = given(workspace)
    assert (share.open()["share"]["download"], "download" in share.media_target()) == (False, False)
    disposition = share.viewer.get(share.media_target()).headers["content-disposition"]
    assert not disposition.startswith("attachment")
    share.change(visibility={"download": True})
    assert share.open()["share"]["download"] is True
    disposition = share.viewer.get(share.media_target()).headers["content-disposition"]
    assert disposition.startswith("attachment")
