"""What arrives at a receiver, how it is signed, and what is tried again."""

import calendar
import email.utils
import os
import re
import socket
import subprocess
import time

import pytest

from support.client import eventually
from support.hook import Hook
from support.receiver import (FOLDER, Receiver, answering, dripping, hanging, hanging_up,
                              header_bomb, self_signed, without_end)
from support.service import ROOT, free_port
from support.workspace import expect, uuid_of

RETRIES = 4  # attempts of the schedule that these tests run with


@pytest.fixture
def hook(hooks, receiver):
    """A webhook for the receiver's path /, which gets shares alone."""
    return Hook(hooks, receiver.url(), event_types=["share.created"])


def test_what_happens_is_posted_within_seconds(hooks, receiver, hook):
    share = hooks.share()
    hit = receiver.wait(within=5)[0]
    assert hit.event["type"] == "share.created" and hit.event["id"] == hit.id
    assert hit.event["data"] == {"recording_id": share.document["recording_id"],
                                 "share_id": share.id}
    assert hit.headers["content-type"] == "application/json"
    assert hit.headers["user-agent"].startswith("Vitrine/")
    assert abs(int(hit.headers["webhook-timestamp"]) - time.time()) < 10
    assert not {"accept-encoding", "cookie", "authorization", "expect"} & set(hit.headers)
    delivery = hook.wait("succeeded")[0]
    assert (delivery["event_id"], delivery["event_type"]) == (hit.id, "share.created")
    assert [(one["attempt"], one["status"], one["error"]) for one in delivery["attempts"]] == [
        (1, 204, None)]


def test_only_wanted_types_are_posted(hooks, receiver, hook):
    everything = Hook(hooks, receiver.url("/all"))
    share = hooks.share()
    expect(share.disable(), 200)
    receiver.wait(1, "/all", "share.disabled")
    assert {hit.event["type"] for hit in receiver.got()} == {"share.created"}
    assert {"link.created", "webhook.created"} <= {hit.event["type"]
                                                   for hit in receiver.got("/all")}
    assert everything.show()["failing_since"] is None


def test_a_foreign_library_accepts_what_is_genuine_and_nothing_else(hooks, receiver, verifier):
    hook = Hook(hooks, receiver.url(), event_types=["share.created"], signature="v1a")
    hooks.share()
    hit, key = receiver.wait()[0], hook.document["public_key"]
    both = {"standardwebhooks": True, "svix": True}
    neither = {"standardwebhooks": False, "svix": False}
    assert verifier.judge(hit, hook.secret, key) == both | {"v1a": True}
    altered = hit.body.decode().replace("share.created", "share.revoked")
    assert verifier.judge(hit, hook.secret, key, body=altered) == neither | {"v1a": False}
    for name, value in (("webhook-id", "evt_other"),
                        ("webhook-timestamp", str(int(hit.headers["webhook-timestamp"]) - 1)),
                        ("webhook-timestamp", str(int(time.time()) - 3600))):
        assert verifier.judge(hit, hook.secret, headers=hit.headers | {name: value}) == neither
    assert verifier.judge(hit, "whsec_" + "A" * 43 + "=") == neither


def test_the_receiver_of_the_readme_takes_what_is_genuine(hooks, verifier):
    """As printed, but for its port."""
    port = free_port()
    source = re.search(r"```js\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    hook = Hook(hooks, f"http://127.0.0.1:{port}/", event_types=["share.created"])
    program = subprocess.Popen(
        ["node", "--input-type=module", "-e", source.replace("listen(3000)", f"listen({port})")],
        cwd=FOLDER, env=os.environ | {"WEBHOOK_SECRET": hook.secret}, stdout=subprocess.PIPE,
        text=True)
    try:
        eventually(lambda: socket.create_connection(("127.0.0.1", port), 1).close() is None)
        hooks.share()
        assert hook.wait("succeeded")[0]["attempts"][-1]["status"] == 204
        said = program.stdout.readline()
        assert "share.created" in said
        hook.rotate(overlap_seconds=0)
        hooks.share()
        assert eventually(lambda: [one for one in hook.deliveries()["items"] if one["attempts"]
                                   and one["attempts"][0]["status"] == 400])
    finally:
        program.kill()
        program.wait()


def test_after_a_rotation_both_secrets_verify_until_the_overlap_is_over(hooks, receiver, verifier):
    hook = Hook(hooks, receiver.url(), event_types=["share.created"])
    old = hook.secret
    rotated = hook.rotate(overlap_seconds=600)
    assert rotated["previous_secret_until"] and rotated["secret"] != old
    hooks.share()
    hit = receiver.wait(1)[0]
    for secret in (old, hook.secret):
        assert all(verifier.judge(hit, secret).values())
    hook.sql("UPDATE webhook SET previous_until = now() WHERE webhook_id = {id}")
    assert hook.show()["previous_secret_until"] is None
    hooks.share()
    later = receiver.wait(2)[1]
    assert all(verifier.judge(later, hook.secret).values())
    assert not any(verifier.judge(later, old).values())


def test_a_rotation_without_overlap_ends_the_old_secret(hooks, receiver, hook):
    hook.rotate(overlap_seconds=0)
    assert hook.sql("SELECT previous_secret FROM webhook WHERE webhook_id = {id}") == [(None,)]
    hooks.share()
    assert receiver.wait()[0].headers["webhook-signature"].count("v1,") == 1


def test_a_test_is_sent_once_and_told(hooks, receiver, hook):
    receiver.answer("/", answering(500, body=b"no\x00t \x1b<b>now\xff"))
    queued = expect(hook.test(), 202).json
    assert (queued["state"], queued["event_type"]) == ("pending", "webhook.test")
    hit = receiver.wait()[0]
    assert hit.event["type"] == "webhook.test" and hit.event["data"] == {"webhook_id": hook.id}
    delivery = hook.wait("failed")[0]
    assert (delivery["id"], delivery["event_id"]) == (queued["id"], hit.id)
    assert [(one["status"], one["response"]) for one in delivery["attempts"]] == [
        (500, "no t  <b>now\ufffd")]
    assert hook.show()["failing_since"] is None
    assert not hooks.service.sql("SELECT type FROM event WHERE type = 'webhook.test'")


def test_a_failure_is_tried_again_with_the_same_id_until_it_arrives(hooks, receiver, hook):
    receiver.answer("/", answering(500), answering(404), answering(204))
    hooks.share()
    hits = receiver.wait(3)
    assert len({hit.id for hit in hits}) == 1 and len({hit.body for hit in hits}) == 1
    assert all(second.at - first.at > 0.7 for first, second in zip(hits, hits[1:]))
    stamps = [hit.headers["webhook-timestamp"] for hit in hits]
    assert len(set(stamps)) > 1
    delivery = hook.wait("succeeded")[0]
    assert [one["status"] for one in delivery["attempts"]] == [500, 404, 204]
    assert hook.show()["failing_since"] is None


def test_at_the_schedules_end_a_delivery_has_failed(hooks, receiver, hook):
    receiver.answer("/", answering(500))
    hooks.share()
    delivery = hook.wait("failed", within=20)[0]
    assert len(delivery["attempts"]) == RETRIES == len(receiver.got())
    assert delivery["next_attempt_at"] is None and delivery["finished_at"]
    webhook = hook.show()
    assert webhook["enabled"] and webhook["failing_since"]


def next_attempt_in(hook):
    delivery = eventually(lambda: [one for one in hook.deliveries("?state=pending")["items"]
                                   if one["attempts"]])[0]
    wanted = calendar.timegm(time.strptime(delivery["next_attempt_at"][:19], "%Y-%m-%dT%H:%M:%S"))
    return wanted - time.time()


@pytest.mark.parametrize("wish, least, most", [
    ("90", 80, 95),
    (lambda: email.utils.formatdate(time.time() + 120, usegmt=True), 105, 125),
    ("0", -5, 10),
    ("soon", -5, 10),
    ("99999999999", 86_300, 86_410),
])
def test_a_receiver_says_when_to_come_again(hooks, receiver, hook, wish, least, most):
    wish = wish() if callable(wish) else wish
    receiver.answer("/", answering(503, {"Retry-After": wish}))
    hooks.share()
    assert least < next_attempt_in(hook) < most


@pytest.mark.parametrize("status", [429, 502, 504])
def test_who_is_overloaded_is_left_alone_for_a_minute(hooks, receiver, hook, status):
    receiver.answer("/", answering(status))
    hooks.share()
    assert 50 < next_attempt_in(hook) < 65


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(hooks, receiver, hook, status):
    receiver.answer("/", answering(status, {"Location": receiver.url("/elsewhere")}))
    hooks.share()
    assert hook.wait_for_attempts(2)[0]["status"] == status
    assert not receiver.got("/elsewhere")


@pytest.mark.parametrize("answer, status, error", [
    (dripping, 200, "There was no complete answer in time."),
    (hanging, None, "There was no complete answer in time."),
    (header_bomb, 200, "The head of the answer has more than 16 KiB."),
    (hanging_up, None, "The connection was closed without an answer."),
    (lambda peer: peer.sendall(b"SSH-2.0-OpenSSH\r\n"), None, None),
], ids=["slow drip", "silence", "header bomb", "hang-up", "another protocol"])
def test_a_bad_answer_is_a_failure_with_a_reason(hooks, receiver, hook, answer, status, error):
    receiver.answer("/", answer)
    hooks.share()
    attempt = hook.wait_for_attempts(1)[0]
    assert attempt["status"] == status and attempt["error"]
    assert error in (None, attempt["error"])
    assert attempt["took_ms"] < 4000


def test_an_answer_without_end_is_cut_and_counts_by_its_status(hooks, receiver, hook):
    receiver.answer("/", without_end)
    hooks.share()
    attempt = hook.wait("succeeded")[0]["attempts"][0]
    assert attempt["status"] == 200 and attempt["took_ms"] < 2000
    assert attempt["response"] == ("endless " * 128)


def test_who_does_not_listen_is_a_failure_with_a_reason(hooks, receiver):
    hook = Hook(hooks, receiver.url(), event_types=["share.created"])
    receiver.close()
    hooks.share()
    attempt = hook.wait_for_attempts(1)[0]
    assert (attempt["status"], attempt["response"]) == (None, None)
    assert attempt["error"] == "The connection was refused, or nothing answered."


def test_only_a_certificate_that_is_vouched_for_is_believed(own_service, tmp_path):
    certificate, context = self_signed(tmp_path)
    secure = Receiver(tls=context)
    settings = {"VITRINE_ALLOW_PRIVATE_WEBHOOKS": "true"}
    strict = own_service(settings).start().workspace()
    hook = Hook(strict, secure.url(host="localhost"), event_types=["share.created"])
    strict.share()
    attempt = hook.wait_for_attempts(1)[0]
    assert attempt["error"] == "The certificate is not valid, or not for this host."
    assert not secure.hits
    trusting = own_service(settings | {"VITRINE_WEBHOOK_CA_FILE": str(certificate)})
    workspace = trusting.start().workspace()
    Hook(workspace, secure.url(host="localhost"), event_types=["share.created"])
    workspace.share()
    assert secure.wait()[0].event["type"] == "share.created"
    other_name = Hook(workspace, secure.url(host="127.0.0.1"), event_types=["share.created"])
    workspace.share()
    assert other_name.wait_for_attempts(1)[0]["error"] == attempt["error"]
    secure.close()


def test_one_event_is_sent_once_more(hooks, receiver, hook):
    hooks.share()
    first = receiver.wait()[0]
    hook.wait("succeeded")
    assert expect(hook.redeliver(event_id=first.id), 202).json == {"queued": 1,
                                                                   "more_since": None}
    again = receiver.wait(2)[1]
    assert (again.id, again.body) == (first.id, first.body)
    assert len({one["id"] for one in hook.wait("succeeded", 2)}) == 2


def test_all_since_a_time_are_sent_once_more(hooks, receiver, hook):
    for _ in range(3):
        hooks.share()
    receiver.wait(3)
    hook.wait("succeeded", 3)
    since = hooks.client.get(hook.path).json["created_at"]
    assert expect(hook.redeliver(since=since), 202).json["queued"] == 3
    hits = receiver.wait(6)
    assert sorted(hit.id for hit in hits[3:]) == sorted(hit.id for hit in hits[:3])
    assert expect(hook.redeliver(since="2099-01-01T00:00:00Z"), 202).json["queued"] == 0


def test_what_waits_already_is_not_sent_once_more(hooks, receiver, hook):
    receiver.answer("/", answering(429))
    hooks.share()
    hook.wait_for_attempts(1)
    assert expect(hook.redeliver(since="2020-01-01T00:00:00Z"), 202).json["queued"] == 0


def test_another_workspaces_event_is_not_sent(hooks, webhook_service, receiver, hook):
    other = webhook_service.workspace()
    theirs = Hook(other, receiver.url("/theirs"), event_types=["share.created"])
    other.share()
    event = receiver.wait(1, "/theirs")[0].id
    assert hook.redeliver(event_id=event).faults == {"/event_id": "not_found"}
    assert expect(hook.redeliver(since="2020-01-01T00:00:00Z"), 202).json["queued"] == 0
    assert theirs.show()["enabled"] and not receiver.got("/")


def test_deliveries_come_in_pages_newest_first(hooks, receiver, hook):
    for _ in range(3):
        hooks.share()
    hook.wait("succeeded", 3)
    first = hook.deliveries("?page_size=2")
    second = hook.deliveries(f"?page_size=2&page_token={first['next_page_token']}")
    ids = [one["id"] for one in first["items"] + second["items"]]
    assert len(ids) == 3 and ids == sorted(ids, reverse=True)
    assert second["next_page_token"] is None


def test_what_was_purged_from_the_feed_is_given_up(hooks, receiver, hook):
    receiver.answer("/", answering(500))
    hooks.share()
    hook.wait_for_attempts(1)
    hook.sql("DELETE FROM event WHERE event_id = (SELECT event_id FROM delivery"
             " WHERE webhook_id = {id})")
    delivery = hook.wait("failed")[0]
    assert delivery["event_type"] is None
    assert delivery["attempts"][-1]["error"] == "The event is no longer kept."


def test_the_delivery_of_an_event_is_in_no_log(hooks, receiver, hook):
    hooks.share()
    hit = receiver.wait()[0]
    log = hooks.service.log_text()
    assert hook.secret.removeprefix("whsec_") not in log
    assert hit.headers["webhook-signature"].split(",")[1] not in log
    assert uuid_of(hook.id)
