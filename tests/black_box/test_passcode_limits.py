"""Guessing passcodes: how often it can be tried on one link, from one address, and by many."""

import concurrent.futures
import json
import threading
import time

import pytest

from support.client import eventually
from support.feed import Feed
from support.nginx import Nginx
from support.workspace import expect

PASSCODE = "the fourth word is xylophone"
PER_ADDRESS = 20


def given_share(workspace, recording=None):
    workspace.service.secrets.add(PASSCODE)
    return workspace.share(recording, passcode=PASSCODE)


def attempt(share, passcode="wrong guess", forwarded_for=None):
    fields = {"X-Forwarded-For": forwarded_for} if forwarded_for else {}
    return share.viewer.post("/v1/resolve", {"token": share.token, "passcode": passcode},
                             headers=fields)


def throttled(answer):
    assert (answer.status, answer.code) in ((401, "passcode_invalid"),
                                            (429, "passcode_throttled")), answer
    return answer.status == 429


@pytest.fixture
def alone(own_service):
    """A service of the test's own, on which nobody else has guessed."""
    return own_service().start()


@pytest.fixture
def guesser(alone):
    """guesser(forwarded_for(n)) uses up the address's tries on many links; a share still fresh."""
    workspace = alone.workspace()
    recording = workspace.register()

    def guess(forwarded_for):
        number = 0
        while number < PER_ADDRESS:
            share = given_share(workspace, recording)
            for _ in range(4):
                assert not throttled(attempt(share, forwarded_for=forwarded_for(number))), number
                number += 1
        return given_share(workspace, recording)

    return guess


def test_after_five_wrong_passcodes_a_link_makes_a_pause(workspace):
    share = given_share(workspace)
    assert [throttled(attempt(share)) for _ in range(7)] == [False] * 5 + [True] * 2
    refused = attempt(share)
    assert 25 <= int(refused.headers["retry-after"]) <= 30
    # Not even the right one: else a guesser would know it from its answer.
    assert attempt(share, PASSCODE).code == "passcode_throttled"


def test_after_the_pause_the_right_passcode_opens(workspace):
    share = given_share(workspace)
    for _ in range(6):
        attempt(share)
    workspace.service.sql("UPDATE link SET passcode_next_at = passcode_next_at - interval '30 s'"
                          " WHERE passcode_failures > 0")
    assert attempt(share, PASSCODE).status == 200
    assert [throttled(attempt(share)) for _ in range(6)] == [False] * 5 + [True]


def test_the_sender_can_end_the_pause(workspace):
    share = given_share(workspace)
    for _ in range(6):
        attempt(share)
    assert expect(share.reset_passcode_attempts(), 200).json == share.document
    assert attempt(share, PASSCODE).status == 200


def test_the_sender_is_told_that_somebody_guesses(workspace):
    share = given_share(workspace)
    feed = Feed(workspace.client)
    feed.rest()
    for _ in range(5):
        attempt(share)
    assert feed.rest() == []
    for _ in range(10):
        attempt(share)
    (event,) = feed.rest()
    assert event["type"] == "link.passcode_throttled"
    assert event["data"] == {"recording_id": share.document["recording_id"], "share_id": share.id,
                             "link_id": share.document["links"][0]["id"]}


def test_a_restart_forgives_nobody(own_service):
    service = own_service().start()
    share = given_share(service.workspace())
    for _ in range(5):
        assert not throttled(attempt(share))
    service.restart()
    assert throttled(attempt(share))


def test_of_many_guesses_at_once_five_are_looked_at(alone):
    """From a hundred addresses, two guesses each: what one address may is not what holds them."""
    share = given_share(alone.workspace())
    clients = threading.local()

    def code_of(number):
        if not hasattr(clients, "own"):
            clients.own = alone.client()
        guess = {"token": share.token, "passcode": f"guess {number}"}
        answer = clients.own.post("/v1/resolve", guess,
                                  headers={"X-Forwarded-For": f"203.0.113.{number % 100}"})
        return answer.code

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(code_of, range(200)))
    # Where too many wait to be looked at, some are told to come again; they have used up no try.
    assert codes.count("passcode_invalid") == 5, codes
    assert set(codes) <= {"passcode_invalid", "passcode_throttled", "overloaded"}


def test_one_address_may_be_wrong_twenty_times_on_whatever_links(guesser):
    fresh = guesser(lambda number: "203.0.113.9")
    refused = attempt(fresh, forwarded_for="203.0.113.9")
    assert throttled(refused)
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert not throttled(attempt(fresh, forwarded_for="203.0.113.10"))


def test_the_addresses_of_one_ipv6_network_are_one(guesser):
    fresh = guesser(lambda number: f"2001:db8:1:2::{number:x}")
    assert throttled(attempt(fresh, forwarded_for="2001:db8:1:2:ffff::1"))
    assert not throttled(attempt(fresh, forwarded_for="2001:db8:1:3::1"))


def test_what_a_guesser_writes_itself_into_the_header_does_not_help(guesser):
    def spoofed(number):
        return (f"198.51.100.{number}, 203.0.113.9", "127.0.0.1, 203.0.113.9",
                f"garbage{number}, 203.0.113.9", f"203.0.113.9:{5000 + number}",
                "::ffff:203.0.113.9")[number % 5]

    fresh = guesser(spoofed)
    assert throttled(attempt(fresh, forwarded_for="198.51.100.99, 203.0.113.9"))
    assert not throttled(attempt(fresh, forwarded_for="203.0.113.10"))


def test_without_a_proxy_of_ours_the_header_means_nothing(own_service):
    workspace = own_service({"VITRINE_TRUSTED_PROXIES": None}).start().workspace()
    recording = workspace.register()
    for number in range(PER_ADDRESS // 4):
        share = given_share(workspace, recording)
        for other in range(4):
            assert not throttled(attempt(share, forwarded_for=f"203.0.113.{10 * number + other}"))
    assert throttled(attempt(given_share(workspace, recording), forwarded_for="198.51.100.1"))


def test_nobody_writes_the_header_past_nginx(alone):
    workspace = alone.workspace()
    recording = workspace.register()
    nginx = Nginx([alone]).start()
    try:
        for number in range(PER_ADDRESS // 4):
            share = given_share(workspace, recording)
            share.viewer = nginx.client(secrets=alone.secrets)
            for other in range(4):
                assert not throttled(attempt(share, forwarded_for=f"203.0.{number}.{other}"))
        share = given_share(workspace, recording)
        share.viewer = nginx.client(secrets=alone.secrets)
        assert throttled(attempt(share, forwarded_for="198.51.100.1"))
    finally:
        nginx.remove()


def test_the_log_goes_on_telling_who_was_connected(alone):
    share = given_share(alone.workspace())
    attempt(share, forwarded_for="203.0.113.9")

    def logged():
        lines = [json.loads(line) for line in alone.log_text().splitlines() if line[:1] == "{"]
        return [line["peer"] for line in lines if line.get("operation") == "resolveLink"]

    assert eventually(logged) == ["127.0.0.1"]


def test_right_passcodes_count_for_nobody(alone):
    share = given_share(alone.workspace())
    for _ in range(PER_ADDRESS + 5):
        assert attempt(share, PASSCODE, "203.0.113.9").status == 200
    assert not throttled(attempt(share, forwarded_for="203.0.113.9"))


def test_other_links_open_while_passcodes_are_guessed(alone):
    """Hashing is dear, so it has threads of its own and few of them."""
    workspace = alone.workspace()
    recording = workspace.register()
    guarded = [given_share(workspace, recording) for _ in range(20)]
    plain = workspace.share(recording)

    def guess(number):
        client = alone.client()
        for tries in range(20):
            share = guarded[(number + tries) % len(guarded)]
            client.post("/v1/resolve", {"token": share.token, "passcode": f"guess {tries}"},
                        headers={"X-Forwarded-For": f"203.0.{number}.{tries}"})

    took = []
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        guessing = [pool.submit(guess, number) for number in range(8)]
        while not all(each.done() for each in guessing):
            began = time.monotonic()
            plain.open()
            took.append(time.monotonic() - began)
    for each in guessing:
        each.result()
    assert sorted(took)[len(took) // 2] < 0.5, took
