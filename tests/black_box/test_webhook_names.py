"""Names that come to lead elsewhere, lead to several places, or lead nowhere for long."""

import time

import pytest

from support.hook import Hook
from support.names import believing, lying_server
from support.receiver import Receiver
from support.service import BINARY
from support.workspace import expect

SHARES = {"event_types": ["share.created"]}
NOWHERE = "198.51.100.1"  # of documentation: not public either


@pytest.fixture
def names():
    server = lying_server()
    yield server
    server.close()


@pytest.fixture
def at_home():
    listening = Receiver()
    yield listening
    listening.close()


def hook_by_name(workspace, name, port):
    """Put into the database, because no port but 443 and 8443 can be saved."""
    hook = Hook(workspace, f"https://{name}", event_types=["webhook.secret_rotated"])
    hook.sql(f"UPDATE webhook SET url = 'https://{name}:{port}/' WHERE webhook_id = {{id}}")
    return hook


def test_a_name_that_leads_to_us_after_it_was_saved_opens_no_connection(own_service, names, at_home,
                                                                       tmp_path):
    service = own_service({"VITRINE_WEBHOOK_TIMEOUT_SECONDS": "2"},
                          program=believing(BINARY, tmp_path)).start()
    workspace = service.workspace()
    for name, addresses in (("rebound.example.com", ["127.0.0.1"]),
                            ("several.example.com", ["10.0.0.1", "127.0.0.1", NOWHERE]),
                            ("metadata.example.com", ["169.254.169.254"])):
        names.answer(name, addresses)
        hook = hook_by_name(workspace, name, at_home.port)
        expect(hook.test(), 202)
        attempt, = hook.wait("failed")[0]["attempts"]
        assert attempt["error"] == "The name leads to an address that is not on the internet."
        assert name in names.asked
    assert at_home.connections == 0


def test_a_name_without_an_answer_keeps_no_other_waiting(own_service, names, at_home, tmp_path):
    names.answer("hooks.example.com", ["127.0.0.1"])
    service = own_service({"VITRINE_ALLOW_PRIVATE_WEBHOOKS": "true"},
                          program=believing(BINARY, tmp_path)).start()
    workspace = service.workspace()
    stuck = [Hook(workspace, f"https://stuck-{number}.example.com", **SHARES)
             for number in range(6)]
    Hook(workspace, f"http://hooks.example.com:{at_home.port}/", **SHARES)
    for number in range(2):
        began = time.monotonic()
        workspace.share()
        at_home.wait(number + 1)
        assert time.monotonic() - began < 3
    attempt = stuck[0].wait_for_attempts(1)[0]
    assert attempt["status"] is None and 4000 < attempt["took_ms"] < 7000
    began = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - began < 8
