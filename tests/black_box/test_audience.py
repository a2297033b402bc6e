"""Links for members of the workspace only: what a viewer token opens, and what it does not."""

import datetime
import time

import jwt
import pytest

from support.workspace import expect

SECRET = "correct horse battery staple, at length"
ISSUER = "https://app.example.com"


@pytest.fixture
def members(workspace, tmp_path):
    """A workspace that believes its product; makes viewer tokens of it."""
    introduce(workspace, tmp_path)

    def token(of=None, lives=300, secret=SECRET):
        claims = {"iss": ISSUER, "aud": "vitrine", "sub": "user-7",
                  "exp": int(time.time()) + lives, "workspace": (of or workspace).id}
        made = jwt.encode(claims, secret, algorithm="HS256")
        workspace.service.secrets.add(made)
        return made

    return token


def introduce(workspace, folder):
    path = folder / workspace.id
    path.write_text(SECRET)
    path.chmod(0o600)
    workspace.service.run("workspace", "issuer", "add", "--workspace", workspace.id, "--issuer",
                          ISSUER, "--audience", "vitrine", "--algorithm", "HS256", "--secret-file",
                          str(path))


def test_a_member_gets_in_and_nobody_else(workspace, stranger, members):
    share = workspace.share(audience="workspace")
    nobody = share.resolve()
    assert (nobody.status, nobody.code) == (401, "viewer_required")
    answer = share.open(viewer_token=members())
    assert answer["share"]["audience"] == "workspace" and answer["media"] and answer["panels"]
    theirs = share.resolve(viewer_token=members(of=stranger))
    assert (theirs.status, theirs.code) == (403, "viewer_not_member")
    for wrong in ("", "x.y.z", members(lives=-1), members(secret="x" * 40), share.token):
        assert share.resolve(viewer_token=wrong).code == "viewer_required"


def test_media_urls_end_with_the_viewers_token(workspace, members):
    share = workspace.share(audience="workspace")
    ends = {lives: share.open(viewer_token=members(lives=lives))["media"][0]["expires_at"]
            for lives in (60, 900)}
    now = datetime.datetime.now(datetime.timezone.utc)
    left = {lives: (datetime.datetime.fromisoformat(end) - now).total_seconds()
            for lives, end in ends.items()}
    assert 50 < left[60] <= 60 and 290 < left[900] <= 300


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(workspace, members):
    share, same = workspace.share(audience="workspace"), {"X-Request-Id": "same"}
    bodies = {share.viewer.post("/v1/resolve", {"token": share.token, "viewer_token": wrong},
                                headers=same).body
              for wrong in (None, "x", members(lives=-1), members(secret="y" * 40))}
    assert len(bodies) == 1


def test_a_public_link_asks_for_no_viewer_and_minds_none(workspace, members):
    share = workspace.share()
    assert share.open(viewer_token="x.y.z")["share"]["audience"] == "public"
    share.open(viewer_token=members())


def test_a_member_still_needs_the_passcode(workspace, members):
    share = workspace.share(audience="workspace", passcode="blue harbour 7", max_views=1)
    assert share.resolve(passcode="blue harbour 7").code == "viewer_required"
    assert share.resolve(viewer_token=members()).code == "passcode_required"
    session = share.open(viewer_token=members(), passcode="blue harbour 7")["session"]
    assert share.resolve(session=session).code == "viewer_required"
    share.open(viewer_token=members(), session=session)
    assert share.resolve(viewer_token=members(),
                         passcode="blue harbour 7").code == "link_used_up"


def test_who_is_no_member_uses_up_no_try_and_no_view(workspace, stranger, members):
    share = workspace.share(audience="workspace", passcode="blue harbour 7", max_views=1)
    for _ in range(8):
        share.resolve(passcode="wrong one")
        share.resolve(passcode="wrong one", viewer_token=members(of=stranger))
    share.open(viewer_token=members(), passcode="blue harbour 7")


def test_without_public_links_one_that_was_public_is_for_members(workspace, members):
    share = workspace.share()
    share.open()
    expect(workspace.client.patch("/v1/policy", {"allow_public": False}), 200)
    assert share.resolve().code == "viewer_required"
    assert share.open(viewer_token=members())["share"]["audience"] == "workspace"


def test_a_closed_link_asks_for_no_viewer(workspace, members):
    share = workspace.share(audience="workspace")
    share.disable()
    assert share.resolve().code == "link_disabled"
    assert share.resolve(viewer_token=members()).code == "link_disabled"


def test_an_issuer_that_is_removed_opens_nothing_any_more(workspace, members):
    share, token = workspace.share(audience="workspace"), members()
    share.open(viewer_token=token)
    workspace.service.run("workspace", "issuer", "remove", "--workspace", workspace.id,
                          "--issuer", ISSUER)
    assert share.resolve(viewer_token=token).code == "viewer_required"
