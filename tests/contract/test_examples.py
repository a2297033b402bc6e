"""The document's examples, sent to the real service: they must work, and answer as they say."""

import re
import subprocess

import pytest

from support import contract
from support.workspace import expect, target_of

CONTRACT = contract.load()
EXAMPLES = CONTRACT.document["components"]["examples"]
RECORDING = "standup-2026-11-20"
SHARE, TOKEN = "shr_01m7w77j50ftar8grd2t6y41g2", "AQGh-HPIoHXakhYSmx2HfLzH-6l9nSJ1KoBuoz7iHpPO"
LINK, COMMENT = "lnk_01m7w77j50eqd945gjkcerez5w", "cmt_01m7w83120fnsvzay9q0sk0t1e"
KEY, WEBHOOK = "key_01m6dmbe00fhra2avt0s3fj8ks", "whk_01m7w9ez60f1xs7v6m4d2k8c3b"
VOLATILE = {"id", "created_at", "updated_at", "created_by", "starts_at", "expires_at", "url",
            "renew_after", "bytes", "share_id"}


def body_example(operation_id, name):
    for media in CONTRACT.by_id[operation_id].node["requestBody"]["content"].values():
        if name in media["examples"]:
            return CONTRACT.resolve(media["examples"][name])["value"]
    raise KeyError(name)


def steady(value):
    """A document without what differs from one day to the next."""
    if isinstance(value, dict):
        return {name: steady(member) for name, member in value.items() if name not in VOLATILE}
    if isinstance(value, list):
        return [steady(member) for member in value]
    return value


@pytest.fixture
def world(workspace):
    """A workspace in which the examples are true: the recording, its audio and its panels."""
    return furnished(workspace)


def furnished(workspace):
    workspace.store_media("meetings/standup.ogg", b"OggS" * 5000)
    workspace.client.put(f"/v1/recordings/{RECORDING}", body_example("putRecording", "meeting"))
    add_panels(workspace)
    return workspace


def add_panels(workspace):
    for kind in ("transcript", "summary"):
        workspace.client.put(f"/v1/recordings/{RECORDING}/panels/{kind}",
                             body_example("putPanel", kind))


def test_registering_answers_as_shown(workspace):
    answer = workspace.client.put(f"/v1/recordings/{RECORDING}",
                                  body_example("putRecording", "meeting"))
    assert answer.status == 201
    assert answer.headers["location"] == f"/v1/recordings/{RECORDING}"
    assert answer.json["recorded_at"] == EXAMPLES["recording"]["value"]["recorded_at"]
    assert steady(answer.json) == steady(EXAMPLES["recording"]["value"])


def test_replacing_answers_as_shown(world):
    answer = world.client.put(f"/v1/recordings/{RECORDING}",
                              body_example("putRecording", "smallest"))
    assert answer.status == 200
    assert {**steady(answer.json), "version": 2} == steady(EXAMPLES["recording_replaced"]["value"])


@pytest.mark.parametrize("kind", body_kinds := list(
    CONTRACT.by_id["putPanel"].node["requestBody"]["content"]["application/json"]["examples"]))
def test_every_kind_of_panel_is_taken_as_shown(kind, world):
    answer = world.client.put(f"/v1/recordings/{RECORDING}/panels/{kind}",
                              body_example("putPanel", kind))
    assert answer.status in (200, 201)
    shown = world.client.get(f"/v1/recordings/{RECORDING}/panels/{kind}")
    assert shown.json == EXAMPLES[kind]["value"]


def test_sharing_answers_as_shown(world):
    answer = world.client.post("/v1/shares", body_example("createShare", "a_week"))
    assert answer.status == 201
    assert steady(answer.json) == steady(EXAMPLES["share"]["value"])


def test_trying_to_share_answers_as_shown(world):
    answer = world.client.post("/v1/shares?validate_only=true", body_example("createShare",
                                                                             "a_week"))
    assert answer.status == 200
    assert steady(answer.json) == steady(EXAMPLES["share_preview"]["value"])


@pytest.mark.parametrize("name", ["described", "forgotten"])
def test_a_recording_is_changed_as_shown(name, world):
    answer = world.client.patch(f"/v1/recordings/{RECORDING}", body_example("updateRecording",
                                                                            name))
    assert answer.status == 200


@pytest.mark.parametrize("name", ["permanent", "later", "two_recipients", "guarded"])
def test_the_other_ways_to_share_work(name, world):
    assert world.client.post("/v1/shares", body_example("createShare", name)).status == 201


@pytest.mark.parametrize("name", ["hide_transcript", "rename", "guard"])
def test_changes_work(name, world):
    share = world.share(RECORDING)
    assert world.client.patch(share.path, body_example("updateShare", name)).status == 200


def test_opening_answers_as_shown(world):
    document = body_example("createShare", "a_week")
    share = world.share(**document)
    assert steady(share.open()) == steady(EXAMPLES["resolution"]["value"])
    assert share.open(include=[])["panels"] == {}


def test_adding_a_link_answers_as_shown(world):
    share = world.share(RECORDING)
    answer = world.client.post(share.path + "/links", body_example("createLink", "for_ann"))
    assert answer.status == 201
    assert steady(answer.json) == steady(EXAMPLES["link"]["value"])
    for name in ("for_bob", "anonymous"):
        change = body_example("updateLink", name)
        assert world.client.patch(answer.headers["location"], change).status == 200
    for name in ("an_hour", "at_once"):
        rotation = body_example("rotateLink", name)
        answer = expect(world.client.post(answer.headers["location"] + "/rotate", rotation), 201)


def test_commenting_answers_as_shown(world):
    share = world.share(RECORDING)
    answer = world.client.post(share.path + "/comments", body_example("createComment", "at_a_place"))
    assert answer.status == 201
    assert steady(answer.json) == steady(EXAMPLES["comment"]["value"])
    for name in ("on_the_whole", "reword"):
        change = body_example("updateComment", name)
        assert world.client.patch(answer.headers["location"], change).status == 200


@pytest.mark.parametrize("name", ["reader", "until_2099"])
def test_making_a_key_answers_as_shown(name, world):
    answer = world.client.post("/v1/keys", body_example("createKey", name))
    assert answer.status == 201
    shown = EXAMPLES["new_api_key"]["value"]
    world.service.secrets.add(answer.json["secret"])
    assert set(answer.json) == set(shown)
    if name == "reader":
        assert steady(answer.json) | {"secret": ""} == steady(shown) | {"secret": ""}


def samples():
    """Every operation's curl line, in an order in which each finds what it needs."""
    last = {"rotateLink": 1, "deleteLink": 2, "deleteComment": 2, "disableShare": 1, "enableShare": 2, "deletePanel": 3, "revokeShare": 4,
            "deleteShare": 4, "deleteKey": 4, "updateWebhook": 1, "deleteWebhook": 2,
            "deleteRecording": 5, "updatePolicy": 6}
    ordered = sorted(CONTRACT.operations, key=lambda operation: last.get(operation.id, 0))
    return [(operation.id, operation.node["x-codeSamples"][0]["source"]) for operation in ordered]


@pytest.fixture
def world_with_mail(own_service):
    """The same, at a service that has a mail server to send by, though that is away."""
    mail = {"VITRINE_SMTP_URL": "smtp://127.0.0.1:9", "VITRINE_MAIL_FROM": "share@example.com"}
    return furnished(own_service(mail).start().workspace())


def test_every_curl_line_works_when_pasted(world_with_mail, tmp_path):
    world = world_with_mail
    share = world.share(RECORDING, tracking="count", recipients=[{"email": "ann@example.org"}])
    opened = share.open()
    comment = expect(world.client.post(share.path + "/comments", {"body": "x"}), 201).json["id"]
    key_id, _ = world.make_key("shares:read")
    webhook = expect(world.client.post("/v1/webhooks", body_example("createWebhook", "opens")),
                     201).json["id"]
    service = world.service
    environment = {
        "PATH": "/usr/bin:/bin", "VITRINE_URL": service.url, "VITRINE_KEY": world.secret,
        "VITRINE_ADMIN_URL": f"http://127.0.0.1:{service.admin_port}",
        "VITRINE_MEDIA_URL": service.url + target_of(opened["media"][0]["url"]),
        "VITRINE_SESSION": opened["session"],
    }
    for name, line in samples():
        line = line.replace(SHARE, share.id).replace(TOKEN, share.token)
        line = line.replace(LINK, share.document["links"][0]["id"]).replace(COMMENT, comment)
        line = line.replace(KEY, key_id).replace(WEBHOOK, webhook)
        line = re.sub(r"^curl ", "curl --silent --show-error --fail-with-body ", line)
        result = subprocess.run(["bash", "-c", line], env=environment, cwd=tmp_path,
                                capture_output=True,
                                text=True, timeout=30)
        assert result.returncode == 0, f"{name}: {line}\n{result.stdout}{result.stderr}"
        if name == "putRecording":  # which replaced everything, the panels too
            add_panels(world)


@pytest.mark.parametrize("name", ["everything", "opens"])
def test_making_a_webhook_answers_as_shown(name, world):
    answer = expect(world.client.post("/v1/webhooks", body_example("createWebhook", name)), 201)
    shown = EXAMPLES["new_webhook"]["value"]
    assert set(answer.json) == set(shown)
    if name == "everything":
        assert steady(answer.json) | {"secret": ""} == steady(shown) | {"secret": ""}
    path = answer.headers["location"]
    for change in ("disable", "all_types"):
        expect(world.client.patch(path, body_example("updateWebhook", change)), 200)
    for rotation in ("a_day", "leaked"):
        expect(world.client.post(path + "/rotate-secret",
                                 body_example("rotateWebhookSecret", rotation)), 200)
    expect(world.client.delete(path), 204)
