"""Idempotency-Key on createShare: asked many times, done once."""

import concurrent.futures
import hashlib
import signal
import threading

import pytest

from support.client import eventually
from support.commit_gate import CommitGate
from support.workspace import expect, uuid_of

KEY = {"Idempotency-Key": "order-4711"}


def ask(workspace, headers=KEY, query="", client=None, **members):
    draft = {"recording_id": "rec"} | members
    return (client or workspace.client).post("/v1/shares" + query, draft, headers=headers)


def shares_of(workspace):
    return expect(workspace.client.get("/v1/shares"), 200).json["items"]


def keys_kept(workspace):
    return workspace.service.sql("SELECT count(*) FROM idempotency_key WHERE workspace_id = %s",
                                 uuid_of(workspace.id))[0][0]


@pytest.fixture
def owner(workspace):
    workspace.register("rec")
    return workspace


def test_a_repeated_creation_gives_the_same_share_and_the_same_link(owner):
    first, second = expect(ask(owner), 201), expect(ask(owner), 201)
    assert first.json == second.json and first.json["links"][0]["url"]
    assert first.headers["location"] == second.headers["location"]
    assert len(shares_of(owner)) == 1


def test_without_a_key_every_creation_is_another_one(owner):
    assert ask(owner, headers=None).json["id"] != ask(owner, headers=None).json["id"]


def test_of_twenty_at_once_one_is_made_and_all_get_its_link(owner):
    def one(_):
        return ask(owner, client=owner.service.client(owner.secret), passcode="open sesame")

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, range(20)))
    for answer in answers:
        assert answer.status == 201 or answer.code == "idempotency_in_progress", answer
    urls = {answer.json["links"][0]["url"] for answer in answers if answer.status == 201}
    assert len(urls) == 1 and len(shares_of(owner)) == 1
    assert eventually(lambda: one(0).status == 201)
    assert {one(0).json["links"][0]["url"]} == urls


def test_the_answer_shows_what_has_become_of_the_share(owner):
    share = expect(ask(owner), 201).json
    expect(owner.client.patch(f"/v1/shares/{share['id']}", {"label": "later"}), 200)
    again = expect(ask(owner), 201)
    assert (again.json["id"], again.json["label"], again.headers["etag"]) == (share["id"], "later",
                                                                             '"2"')


@pytest.mark.parametrize("other", [{"label": "x"}, {"expires_in": "1d"}, {"passcode": "1234"}])
def test_a_key_is_good_for_one_request_only(owner, other):
    expect(ask(owner), 201)
    answer = ask(owner, **other)
    assert (answer.status, answer.code) == (422, "idempotency_key_reused")
    assert len(shares_of(owner)) == 1


def test_what_was_refused_does_not_use_up_the_key(owner):
    assert ask(owner, recording_id="unknown").status == 422
    assert ask(owner, max_views=0).status == 422
    expect(ask(owner), 201)


def test_a_key_belongs_to_the_api_key_that_sent_it(owner, stranger):
    stranger.register("rec")
    mine = expect(ask(owner), 201).json
    colleague = owner.client_with("shares:write")
    ids = {expect(ask(owner, client=colleague), 201).json["id"],
           expect(ask(stranger), 201).json["id"], mine["id"]}
    assert len(ids) == 3


@pytest.mark.parametrize("key, status", [
    ("", 400), ('""', 400), ("x" * 255, 201), ("x" * 256, 400), ('"quoted"', 201), ("a b", 400),
    ("a\tb", 400), ('a"b', 400), ("ä", 400), (["one", "two"], 400), (["same", "same"], 400),
])
def test_a_key_is_1_to_255_visible_characters(owner, key, status):
    answer = ask(owner, headers={"Idempotency-Key": key})
    assert answer.status == status, answer
    if status == 400:
        assert answer.code == "idempotency_key_invalid" and not shares_of(owner)


def test_quotes_are_no_part_of_a_key(owner):
    quoted = expect(ask(owner, headers={"Idempotency-Key": '"k"'}), 201).json
    assert expect(ask(owner, headers={"Idempotency-Key": "k"}), 201).json == quoted


def test_after_24_hours_a_key_is_new_again(owner):
    first = expect(ask(owner), 201).json
    owner.service.sql("UPDATE idempotency_key SET created_at = created_at - interval '25 hours'"
                      " WHERE result = %s", first["id"])
    assert expect(ask(owner, label="another"), 201).json["id"] != first["id"]


def test_trying_uses_up_no_key(owner):
    before = keys_kept(owner)
    expect(ask(owner, query="?validate_only=true"), 200)
    assert keys_kept(owner) == before
    expect(ask(owner, label="something else"), 201)
    assert keys_kept(owner) == before + 1


def test_what_is_kept_of_a_request_tells_neither_link_nor_passcode(owner):
    """A four-digit passcode is soon found by trying, if a plain hash of the body is kept."""
    body = b'{"recording_id":"rec","passcode":"4711"}'
    made = expect(owner.client.post("/v1/shares", body=body,
                                    headers={"Idempotency-Key": "mine"}), 201).json
    (row, fingerprint), = owner.service.sql("SELECT k::text, fingerprint FROM idempotency_key k"
                                            " WHERE result = %s", made["id"])
    assert made["links"][0]["url"].split("#")[1] not in row and "4711" not in row
    asked = b"/v1/shares?\n" + body
    assert fingerprint not in (hashlib.sha256(asked).digest(), hashlib.sha256(body).digest())


# The answer is lost


@pytest.fixture
def gate(postgres):
    between = CommitGate(postgres)
    yield between
    between.remove()


@pytest.fixture
def gated(own_service, gate):
    service = own_service(arguments=["--no-jobs"])  # else it may be a job that commits
    service.settings["VITRINE_DATABASE_URL"] = gate.url(service.database)
    workspace = service.start().workspace()
    workspace.register("rec")
    return workspace


def test_a_retry_after_a_crash_between_commit_and_answer_finds_the_share(gated, gate):
    service = gated.service
    gate.arm()

    def lose_the_answer():
        try:
            ask(gated, client=service.client(gated.secret), passcode="open sesame")
        except OSError:
            pass

    asking = threading.Thread(target=lose_the_answer)
    asking.start()
    assert gate.held.wait(10)
    service.stop(signal.SIGKILL)
    asking.join(10)
    service.start()
    made = shares_of(gated)
    assert len(made) == 1
    again = expect(ask(gated, passcode="open sesame"), 201).json
    assert again == made[0] and shares_of(gated) == made


def test_a_retry_after_an_unknown_outcome_finds_the_share(gated, gate):
    gate.arm()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask, gated, client=gated.service.client(gated.secret))
        assert gate.held.wait(10)
        gate.drop()
        answer = asking.result(10)
    assert (answer.status, answer.code) == (503, "outcome_unknown")
    made = shares_of(gated)
    assert len(made) == 1
    assert expect(ask(gated), 201).json["id"] == made[0]["id"] and len(shares_of(gated)) == 1
