"""Nothing is kept about those who open links: no row changes, no address, no secret of theirs."""

import time

import jwt
import pytest

from support.workspace import expect
from test_audience import ISSUER, SECRET, introduce

ADDRESS = "203.0.113.77"
AGENT = "Mozilla/5.0 (tell-tale browser 4711)"
ZONE = "Antarctica/Troll"
PASSCODE, WRONG = "blue harbour seventy-seven", "a passcode that is wrong"


@pytest.fixture
def installation(own_service):
    return own_service(settings={"VITRINE_LOG_LEVEL": "debug"}).start()


def as_viewer(share, **members):
    share.viewer.always = {"X-Forwarded-For": ADDRESS, "User-Agent": AGENT,
                           "Referer": "https://mail.example.com/tell-tale",
                           "Accept-Language": "tlh"}
    return share.resolve(viewer={"time_zone": ZONE}, **members)


def assert_no_trace(service, secrets):
    """Not in the tables, nor, but for the address that the access log has, in the log."""
    kept = repr(service.everything())
    for trace in (ADDRESS, "tell-tale", ZONE, "tlh'", *secrets):
        assert trace not in kept, trace
    log = service.log_text()
    assert "resolveLink" in log
    for trace in ("tell-tale", ZONE, *secrets):
        assert trace not in log, trace


def test_to_open_a_link_changes_nothing(installation):
    share = installation.workspace().share(visibility={"summary": True})
    before = installation.everything()
    assert before["share"]
    for _ in range(3):
        expect(as_viewer(share), 200)
        as_viewer(share, passcode=WRONG, session="x", viewer_token="x.y.z")
    share.viewer.get(share.media_target())
    assert installation.everything() == before
    assert_no_trace(installation, [share.token, WRONG])


def test_a_closed_link_changes_nothing_either(installation):
    workspace = installation.workspace()
    share = workspace.share(audience="workspace", passcode=PASSCODE, max_views=1)
    share.disable()
    before = installation.everything()
    as_viewer(share, passcode=WRONG)
    as_viewer(share)
    assert installation.everything() == before


def test_passcodes_sessions_and_viewer_tokens_are_kept_nowhere(installation, tmp_path):
    workspace = installation.workspace()
    introduce(workspace, tmp_path)
    share = workspace.share(audience="workspace", passcode=PASSCODE, max_views=3)
    member = jwt.encode({"iss": ISSUER, "aud": "vitrine", "sub": "user-tell-tale-7",
                         "exp": int(time.time()) + 300, "workspace": workspace.id}, SECRET)
    as_viewer(share, viewer_token=member, passcode=WRONG)
    first = expect(as_viewer(share, viewer_token=member, passcode=PASSCODE), 200).json["session"]
    second = expect(as_viewer(share, viewer_token=member, session=first), 200).json["session"]
    as_viewer(share, viewer_token=member[:-2], session=second, passcode=WRONG)
    body = f'{{"token":"{share.token}","passcode":"{PASSCODE}","session":"{first}"'
    share.viewer.post("/v1/resolve", body=body.encode())  # cut off
    share.viewer.post("/v1/resolve", {"token": share.token, "passcode": [PASSCODE]})
    secrets = [share.token, PASSCODE, WRONG, first, second, member, "user-tell-tale"]
    assert_no_trace(installation, secrets + [member.split(".")[2], SECRET])


def test_a_view_and_a_try_change_a_count_and_nothing_else(installation):
    share = installation.workspace().share(passcode=PASSCODE, max_views=3)
    before = installation.everything()
    expect(as_viewer(share, passcode=PASSCODE), 200)
    as_viewer(share, passcode=WRONG)
    after = installation.everything()
    assert {table for table in before if before[table] != after[table]} == {"link"}
    (row,) = installation.sql("SELECT views, passcode_failures FROM link")
    assert row == (1, 1)
