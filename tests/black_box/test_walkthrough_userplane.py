"""Userplane's help page "Sharing Recordings", sentence by sentence, in a workspace with its policy.

The words in quotes are the page's own.
"""

import datetime

import pytest

from support.client import eventually
from support.workspace import AUDIO, expect

CONSOLE = {"entries": [{"at_ms": 120, "level": "error", "message": "boom",
                        "source": "https://shop.example.com/app.js:10:2",
                        "stack": "Error: boom\n    at pay (app.js:10:2)"},
                       {"at_ms": 150, "level": "debug", "message": "retrying"}]}
NETWORK = {"entries": [{"at_ms": 130, "method": "POST", "url": "https://shop.example.com/pay",
                        "status": 500, "duration_ms": 42,
                        "request": {"headers": {"accept": "application/json"}, "body": "{}"},
                        "response": {"headers": {"x-trace": "7"}, "body": "oops"}}]}
ACTIONS = {"entries": [{"at_ms": 100, "type": "click", "target": "#pay"},
                       {"at_ms": 110, "type": "input", "target": "#card", "value": "***"},
                       {"at_ms": 400, "type": "navigate", "url": "https://shop.example.com/sorry"},
                       {"at_ms": 500, "type": "tab", "value": "2"}]}
INFO = {"link": "https://shop.example.com", "project": "Checkout", "domain": "shop.example.com",
        "requester": {"name": "Robin"}, "customer_notes": "It fails every time.",
        "system": {"browser": "Firefox 132"}, "metadata": {"plan": "pro"}}
CAPTURED = {"console": CONSOLE, "network": NETWORK, "actions": ACTIONS, "info": INFO}
PRESETS = {"1h": 3600, "6h": 21600, "12h": 43200, "1d": 86400, "3d": 259200, "7d": 604800,
           "14d": 1209600}


@pytest.fixture
def userplane(service):
    return service.workspace(preset="userplane")


def register(workspace):
    workspace.store_media("sessions/1.webm", AUDIO)
    return workspace.register(
        title="Checkout fails", duration_ms=60_000, panels=CAPTURED,
        media=[{"id": "v", "role": "video", "content_type": "video/webm",
                "key": "sessions/1.webm"}])


@pytest.fixture
def recording(userplane):
    return register(userplane)


def lifetime(document):
    starts, ends = (datetime.datetime.fromisoformat(document[name])
                    for name in ("starts_at", "expires_at"))
    return (ends - starts).total_seconds()


def test_a_public_link_shows_the_video_and_all_captured_technical_data(userplane, recording):
    """“Lets the recipient view the full recording, including the video and all captured technical
    data, directly in their browser.”"""
    share = userplane.share(recording)
    seen = share.open()
    assert seen["panels"] == CAPTURED
    assert [media["role"] for media in seen["media"]] == ["video"]
    assert share.viewer.get(share.media_target()).body == AUDIO


# -- Sharing modes


def test_sharing_with_teammates_asks_who_the_viewer_is(userplane, recording):
    """“Share with teammates: anyone with a link who is a workspace member. Requires an account.”"""
    members = userplane.trusted_issuer()
    share = userplane.share(recording, audience="workspace")
    assert (share.resolve().status, share.resolve().code) == (401, "viewer_required")
    assert share.open(viewer_token=members.token("robin"))["share"]["audience"] == "workspace"
    stranger = members.token("eve", workspace=userplane.service.workspace().id)
    answer = share.resolve(viewer_token=stranger)
    assert (answer.status, answer.code) == (403, "viewer_not_member")


def test_sharing_with_collaborators_asks_for_nothing_but_the_link(userplane, recording):
    """“Share with collaborators: anyone with the link. No account.”"""
    share = userplane.share(recording, audience="public")
    assert share.open()["share"]["audience"] == "public"


# -- Generating a public share link


def test_the_default_is_one_day(userplane, recording):
    """“The link expires automatically after the selected time. The default is 1 day.”"""
    assert lifetime(userplane.share(recording).document) == 86_400


@pytest.mark.parametrize("preset, seconds", PRESETS.items())
def test_each_expiry_option_lasts_as_long_as_the_table_says(userplane, recording, preset, seconds):
    """“1 hour 3,600 · 6 hours 21,600 · 12 hours 43,200 · 1 day 86,400 · 3 days 259,200 · 7 days
    604,800 · 14 days 1,209,600.”"""
    assert lifetime(userplane.share(recording, expires_in=preset).document) == seconds


@pytest.mark.parametrize("asked", [{"expires_in": "30d"}, {"ttl_seconds": 1_209_601},
                                   {"expires_at": None},
                                   {"expires_at": "2199-01-01T00:00:00Z"}])
def test_the_maximum_duration_is_14_days(userplane, recording, asked):
    """“The maximum duration is 14 days.”"""
    document = userplane.share(recording, **asked).document
    assert lifetime(document) == PRESETS["14d"]
    assert document["requested"]["expires_at"] != document["expires_at"]
    assert document["adjusted"] == [{"field": "expires_at", "rule": "max_ttl_seconds"}]


def test_the_link_is_ready_at_once_in_any_browser(userplane, recording):
    """“The link is ready to use immediately. Recipients can open it in any browser.”"""
    share = userplane.share(recording)
    for agent in ("Mozilla/5.0 Firefox/132.0", "curl/8", "Safari"):
        answer = share.viewer.post("/v1/resolve", {"token": share.token},
                                   headers={"User-Agent": agent})
        assert answer.status == 200


# -- What recipients see


def test_recipients_watch_inspect_and_pass_the_link_on(userplane, recording):
    """“Recipients can watch the video, inspect technical data panels, and re-share the link. They
    cannot edit, delete, or manage the recording in any way.”"""
    share = userplane.share(recording)
    friend = userplane.service.client()
    assert friend.post("/v1/resolve", {"token": share.token}).status == 200
    holder = userplane.service.client(share.token)
    assert holder.delete(f"/v1/recordings/{recording}").status == 401
    assert holder.patch(f"/v1/recordings/{recording}", {"title": "Mine"}).status == 401
    assert holder.delete(share.path).status == 401


def test_only_what_was_captured_is_there(userplane):
    """“A recipient will only see Console logs, Network activity, or Actions if those were enabled
    for the recording's domain.”"""
    bare = userplane.register(panels={"console": CONSOLE})
    assert userplane.share(bare).open()["panels"] == {"console": CONSOLE}


def test_the_player_can_scrub(userplane, recording):
    """“The video player with standard playback controls - play, pause, scrub.”"""
    share = userplane.share(recording)
    part = share.viewer.get(share.media_target(), headers={"Range": "bytes=100-199"})
    assert (part.status, part.body) == (206, AUDIO[100:200])


@pytest.mark.parametrize("panel", CAPTURED)
def test_each_panel_arrives_as_it_was_captured(userplane, recording, panel):
    """“Errors ... with source locations and stack traces" · "method, URL, status code, timing,
    headers, and request/response payloads" · "clicks, text inputs, page navigations, and tab
    switches with timestamps" · "link details, project, domain, requester, customer notes, system
    information, and any custom metadata".
    """
    assert userplane.share(recording).open(include=[panel])["panels"] == {panel: CAPTURED[panel]}


# -- What happens when a link expires


def an_expired_share(userplane, recording):
    share = userplane.share(recording, ttl_seconds=1)
    assert share.open()
    eventually(lambda: share.resolve().status != 200, within=5)
    return share


def test_an_expired_link_stops_working_and_says_so(userplane, recording):
    """“The link stops working immediately. Anyone who opens it sees a ‘Recording link expired’
    message.”"""
    share = an_expired_share(userplane, recording)
    answer = share.resolve()
    assert (answer.status, answer.code) == (410, "link_expired")
    assert "expired" in answer.json["detail"]
    unknown = share.viewer.post("/v1/resolve", {"token": "A" * 44})
    assert (unknown.status, unknown.code) == (404, "link_not_found")
    assert share.show()["state"] == "expired"


@pytest.mark.parametrize("change", [{"expires_in": "1d"}, {"ttl_seconds": 60},
                                    {"expires_at": "2199-01-01T00:00:00Z"},
                                    {"expires_at": None}, {"starts_at": "2199-01-01T00:00:00Z"}])
def test_an_expired_link_can_be_neither_extended_nor_reactivated(userplane, recording, change):
    """“There is no way to extend or reactivate an expired share link - you will need to generate a
    new one.”"""
    share = an_expired_share(userplane, recording)
    answer = share.change(**change)
    assert (answer.status, answer.code) == (409, "share_expired")
    share.disable()
    share.enable()
    assert share.resolve().code == "link_expired"
    assert userplane.share(recording).open()


def test_the_recording_is_not_affected(userplane, recording):
    """“The underlying recording is not affected - it remains in your workspace and is fully
    accessible to your team.”"""
    before = userplane.client.get(f"/v1/recordings/{recording}").json
    an_expired_share(userplane, recording)
    assert userplane.client.get(f"/v1/recordings/{recording}").json == before


def test_the_recordings_own_expiry_is_a_separate_thing(userplane, recording):
    """“Recording Expiry - control how long a recording itself remains accessible, separate from
    share link expiry.”"""
    share = userplane.share(recording)
    gone = {"expires_at": "2020-01-01T00:00:00Z"}
    expect(userplane.client.patch(f"/v1/recordings/{recording}", gone), 200)
    assert (share.resolve().status, share.resolve().code) == (410, "recording_gone")
    assert share.show()["state"] == "active"
    expect(userplane.client.patch(f"/v1/recordings/{recording}", {"expires_at": None}), 200)
    assert share.open()


def test_the_link_is_sent_by_email_and_opens_without_an_account(mailing, mails):
    """“You can send the share link directly to one or more email addresses ... Recipients receive
    an email with the link and can open it without a Userplane account.”"""
    userplane = mailing.workspace(preset="userplane")
    addresses = ["robin@shop.example", "kim@shop.example"]
    share = userplane.share(register(userplane), send_email=True,
                            recipients=[{"email": address} for address in addresses])
    for address in addresses:
        token = mails.to(address).token
        assert expect(share.viewer.post("/v1/resolve", {"token": token}), 200).json["media"]
