"""What opens one door opens no other: keys, link tokens, viewing sessions, passcodes, JWTs."""

import pytest

PASSCODE = "correct horse"


@pytest.fixture(scope="module")
def credentials(service):
    """One of each thing that somebody may hold, all of one workspace and one share."""
    workspace = service.workspace()
    issuer = workspace.trusted_issuer()
    share = workspace.share(passcode=PASSCODE)
    session = share.open(passcode=PASSCODE)["session"]
    link = share.document["links"][0]["id"]
    return share, {"an API key": workspace.secret, "a link token": share.token,
                   "a viewing session": session, "a viewer token": issuer.token("ada"),
                   "a passcode": PASSCODE, "a share's id": share.id, "a link's id": link,
                   "a workspace's id": workspace.id}


HOLDINGS = ("an API key", "a link token", "a viewing session", "a viewer token", "a passcode",
            "a share's id", "a link's id", "a workspace's id")


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if one != "an API key"])
def test_only_an_api_key_is_an_api_key(credentials, holding):
    share, held = credentials
    answer = share.viewer.get("/v1/shares", key=held[holding])
    assert (answer.status, answer.code) == (401, "unauthenticated")


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if one != "a link token"])
def test_only_a_link_token_is_a_link_token(credentials, holding):
    share, held = credentials
    answer = share.viewer.post("/v1/resolve", {"token": held[holding], "passcode": PASSCODE})
    assert (answer.status, answer.code) == (404, "link_not_found")


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if one != "a viewing session"])
def test_only_a_viewing_session_is_a_viewing_session(credentials, holding):
    share, held = credentials
    answer = share.resolve(session=held[holding])
    assert (answer.status, answer.code) == (401, "passcode_required")


@pytest.mark.parametrize("holding", [one for one in HOLDINGS if one != "a viewer token"])
def test_only_a_viewer_token_is_a_viewer_token(credentials, holding):
    share, held = credentials
    members = share.workspace.share(audience="workspace")
    answer = members.resolve(viewer_token=held[holding])
    assert (answer.status, answer.code) == (401, "viewer_required")


def test_the_session_of_one_link_opens_no_other(credentials):
    share, held = credentials
    other = share.workspace.share(passcode=PASSCODE)
    assert other.resolve(session=held["a viewing session"]).code == "passcode_required"
    assert share.resolve(session=held["a viewing session"]).status == 200


def test_the_address_of_one_file_opens_no_other(credentials):
    """A media signature belongs to its path."""
    share, held = credentials
    mine = share.open(session=held["a viewing session"])["media"][0]["url"]
    other = share.workspace.share(share.workspace.register("another"))
    path, query = other.media_target().split("?")
    mixed = f"{path}?{mine.split('?')[1].split('#')[0]}"
    assert share.viewer.get(mixed).code == "media_signature_invalid"
    assert query
