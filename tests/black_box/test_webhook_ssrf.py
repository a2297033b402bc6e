"""Nobody gets the service to knock at its own door: by no spelling of an address, by no name."""

import pytest

from support.hook import Hook
from support.receiver import Receiver
from support.workspace import uuid_of

SPELLINGS = [
    "http://hooks.example.com/", "ftp://hooks.example.com/", "file:///etc/passwd",
    "https://u:p@hooks.example.com/", "https://hooks.example.com/#fragment",
    "https://hooks.example.com:22/", "https:///x", "https://hooks.example.com/" + "a" * 3000,
    "gopher://127.0.0.1:6379/_", "https://hooks.example.com\\@127.0.0.1/",
] + [f"https://{host}/" for host in (
    "localhost", "LOCALHOST", "localhost.", "a.localhost", "localhost.localdomain", "127.0.0.1",
    "127.1", "127.0.1", "127.0.0.1.", "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1",
    "0177.0.0.1", "0", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "192.168.257",
    "169.254.169.254", "0xa9fea9fe", "2852039166", "100.64.0.1", "255.255.255.255", "[::1]",
    "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25lo]", "[fd00:ec2::254]", "[ff02::1]",
    "１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1", "ｌｏｃａｌhost", "%6cocalhost",
    "metadata.google.internal", "printer.local", "db")]

# What each spelling becomes when it is put where only an operator can put it.
DESTINATIONS = ["https://127.0.0.1:{port}/", "https://localhost:{port}/", "https://[::1]:{port}/",
                "https://127.1:{port}/", "https://2130706433:{port}/", "https://0x7f000001:{port}/",
                "https://0.0.0.0:{port}/", "https://[::ffff:127.0.0.1]:{port}/",
                "https://[::]:{port}/", "https://u:p@localhost:{port}/", "http://127.0.0.1:{port}/",
                "http://localhost:{port}/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/x",
                "https://localhost.:{port}/", "HTTPS://LOCALHOST:{port}/"]


@pytest.fixture(scope="module")
def strict(service):
    return service.workspace()


@pytest.mark.parametrize("url", SPELLINGS, ids=lambda url: url[:40])
def test_a_url_that_leads_to_us_is_refused_when_saved(strict, url):
    answer = strict.client.post("/v1/webhooks", {"url": url})
    assert (answer.status, answer.faults) == (422, {"/url": "invalid_format"})
    assert answer.json["errors"][0]["detail"].endswith(".")


def test_a_url_that_leads_to_us_is_refused_when_changed(strict):
    hook = Hook(strict, "https://hooks.example.com", event_types=["webhook.secret_rotated"])
    for url in SPELLINGS[::4]:
        assert hook.change(url=url).faults == {"/url": "invalid_format"}
    assert hook.show()["url"] == "https://hooks.example.com/"


@pytest.fixture(params=["127.0.0.1", "::1"])
def at_home(request):
    """Listens where no webhook may knock."""
    try:
        listening = Receiver(host=request.param)
    except OSError:
        pytest.skip(f"there is no {request.param} on this machine")
    yield listening
    listening.close()


def test_a_url_that_leads_to_us_is_refused_when_connected_to(own_service, at_home):
    """Also by a name: `localhost` stands for any name that comes to lead to a private address."""
    proxy = f"http://127.0.0.1:{at_home.port}"
    service = own_service({"VITRINE_WEBHOOK_TIMEOUT_SECONDS": "2"} | dict.fromkeys(
        ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"], proxy)).start()
    workspace = service.workspace()
    hooks = [Hook(workspace, "https://hooks.example.com", event_types=["webhook.secret_rotated"])
             for _ in DESTINATIONS]
    for hook, url in zip(hooks, DESTINATIONS):
        service.sql(f"UPDATE webhook SET url = '{url.format(port=at_home.port)}'"
                    f" WHERE webhook_id = '{uuid_of(hook.id)}'")
    for hook in hooks:
        hook.test()
    for hook in hooks:
        attempt, = hook.wait("failed")[0]["attempts"]
        assert attempt["status"] is None and attempt["error"], hook.show()["url"]
    assert at_home.connections == 0
