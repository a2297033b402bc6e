"""A link with a passcode: who has it gets in once and for a while, who guesses gets nowhere."""

import base64
import concurrent.futures
import re

import pytest

from support.workspace import expect

RIGHT = "blue harbour 7"


@pytest.fixture
def locked(workspace):
    return workspace.share(passcode=RIGHT, visibility={"summary": True})


def enter(share, passcode=RIGHT):
    """The session that the right passcode gives."""
    return expect(share.resolve(passcode=passcode), 200).json["session"]


def test_without_the_passcode_a_link_asks_for_it_and_tells_nothing_else(locked):
    answer = locked.resolve()
    assert (answer.status, answer.code) == (401, "passcode_required")
    assert set(answer.json) == {"type", "title", "status", "detail", "code", "request_id"}
    wrong = locked.resolve(passcode="blue harbour 8")
    assert (wrong.status, wrong.code) == (401, "passcode_invalid")
    assert set(wrong.json) == set(answer.json)


def test_the_right_passcode_opens_and_its_session_goes_on_opening(locked):
    session = enter(locked)
    for _ in range(3):
        answer = expect(locked.resolve(session=session), 200).json
        assert answer["media"] and answer["session"] != session
        session = answer["session"]


def test_a_passcode_is_compared_as_text_is_read(workspace):
    share = workspace.share(passcode="caf\u00e9 noir")
    assert expect(share.resolve(passcode="cafe\u0301 noir"), 200)
    assert share.resolve(passcode="cafe noir").code == "passcode_invalid"


@pytest.mark.parametrize("length", [0, 3, 129, 60000])
def test_what_cannot_be_a_passcode_is_a_wrong_one(locked, length):
    assert locked.resolve(passcode="x" * length).code == "passcode_invalid"


def test_five_wrong_ones_make_a_pause_that_retry_after_names(locked):
    for _ in range(5):
        assert locked.resolve(passcode="wrong one").code == "passcode_invalid"
    answer = locked.resolve(passcode=RIGHT)
    assert (answer.status, answer.code) == (429, "passcode_throttled")
    assert 20 <= int(answer.headers["retry-after"]) <= 30
    assert locked.resolve().code == "passcode_required"


def test_a_pause_of_one_link_is_none_of_its_neighbours(workspace, locked):
    other = workspace.share(passcode=RIGHT)
    for _ in range(6):
        locked.resolve(passcode="wrong one")
    assert locked.resolve(passcode=RIGHT).status == 429
    enter(other)


def test_a_session_goes_on_through_the_pause(locked):
    session = enter(locked)
    for _ in range(6):
        locked.resolve(passcode="wrong one")
    expect(locked.resolve(session=session), 200)


def test_the_owner_lifts_the_pause(locked):
    for _ in range(6):
        locked.resolve(passcode="wrong one")
    expect(locked.workspace.client.post(f"{locked.path}/reset-passcode-attempts", {}), 200)
    enter(locked)


def test_200_guesses_at_once_are_five(own_service):
    """The address is allowed more than the link, so it is the link that ends them."""
    share = own_service().start().workspace().share(passcode=RIGHT)

    def guess(number):
        client = share.workspace.service.client()
        return client.post("/v1/resolve", {"token": share.token, "passcode": f"guess {number}"})

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        codes = [answer.code for answer in pool.map(guess, range(200))]
    assert codes.count("passcode_invalid") == 5
    assert codes.count("passcode_throttled") == 195
    assert share.resolve(passcode=RIGHT).code == "passcode_throttled"


def test_an_address_has_20_wrong_ones_over_all_links(own_service):
    workspace, links = own_service().start().workspace(), 0

    def from_one_address():
        nonlocal links
        links += 1
        share = workspace.share(passcode=RIGHT)
        share.viewer.always = {"X-Forwarded-For": f"2001:db8:0:7::{links}"}  # of one household
        return share

    for share in [from_one_address() for _ in range(5)]:
        for _ in range(4):
            assert share.resolve(passcode="wrong one").code == "passcode_invalid"
    answer = from_one_address().resolve(passcode=RIGHT)
    assert answer.code == "passcode_throttled" and int(answer.headers["retry-after"]) <= 30


@pytest.mark.parametrize("passcode", [RIGHT, "another one", None])
def test_a_session_from_before_a_change_is_void_at_once(locked, passcode):
    session = enter(locked)
    expect(locked.change(passcode=passcode), 200)
    answer = locked.resolve(session=session)
    assert answer.code == (None if passcode is None else "passcode_required")
    if passcode:
        enter(locked, passcode)


def test_a_session_opens_only_the_link_it_was_given_for(workspace, locked):
    other = workspace.share(passcode=RIGHT)
    assert other.resolve(session=enter(locked)).code == "passcode_required"
    second = expect(workspace.client.post(f"{locked.path}/links", {}), 201).json
    token = second["url"].split("#")[1]
    answer = locked.viewer.post("/v1/resolve", {"token": token, "session": enter(locked)})
    assert answer.code == "passcode_required"


def test_a_session_that_was_tampered_with_counts_as_none(locked):
    session = enter(locked)
    for position in range(0, len(session), 7):
        letter = "A" if session[position] != "A" else "B"
        spoilt = session[:position] + letter + session[position + 1:]
        assert locked.resolve(session=spoilt).code == "passcode_required"
    for spoilt in ("", session[:-1], session + "A", " " + session, locked.token, "x" * 50000):
        assert locked.resolve(session=spoilt).code == "passcode_required"


def test_a_session_tells_its_holder_nothing(locked):
    session = enter(locked)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", session)
    raw = base64.urlsafe_b64decode(session + "=" * (-len(session) % 4))
    assert base64.urlsafe_b64decode(locked.token)[1:17] not in raw


def test_a_session_says_nothing_about_the_state(locked):
    session = enter(locked)
    locked.disable()
    assert locked.resolve(session=session).code == "link_disabled"
    locked.enable()
    expect(locked.resolve(session=session), 200)
    locked.revoke()
    assert locked.resolve(session=session).code == "link_revoked"


def test_renewal_comes_before_the_session_ends(own_service):
    service = own_service(settings={"VITRINE_SESSION_TTL_SECONDS": "30"}).start()
    share = service.workspace().share(passcode=RIGHT)
    answer = expect(share.resolve(passcode=RIGHT), 200).json
    free = service.workspace().share().open()
    assert answer["renew_after"] < free["renew_after"]
    assert "session" not in free


def test_a_closed_link_asks_for_no_passcode(locked):
    locked.disable()
    assert locked.resolve(passcode="wrong one").code == "link_disabled"
    locked.enable()
    enter(locked)
