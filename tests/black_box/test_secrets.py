"""Tokens, keys and signed URLs are in no log; forged tokens cost the database nothing."""

import base64
import json
import os

import pytest

from support.workspace import expect, target_of


@pytest.fixture
def watched(own_service, postgres):
    """A service whose every SQL statement is in the cluster's log."""
    service = own_service()
    with postgres.connect("postgres") as connection:
        connection.execute(f"ALTER DATABASE {service.database} SET log_statement = 'all'")
    return service.start()


def statements(service):
    mark = service.database + "|"
    return [line for line in service.postgres.log.read_text().splitlines() if line.startswith(mark)]


PASSCODE = "correct-horse-battery-staple-4711"


def use_everything(service):
    """A walk over the whole API, right and wrong, with secrets in every place they can be."""
    workspace = service.workspace()
    share = workspace.share(visibility={"download": True})
    share.open()
    secret = {"passcode": PASSCODE}
    guarded = workspace.share(**secret)
    guarded.change(**secret)
    guarded.change(**secret, headers={"If-Match": '"77"'})
    guarded.change(**secret, max_views=0)
    guarded.resolve(**secret)
    workspace.client.post("/v1/shares", {"recording_id": "none"} | secret,
                          headers={"Idempotency-Key": "one"})
    target = share.media_target()
    share.viewer.get(target)
    share.viewer.get(target + "x")
    share.viewer.get("/media/" + share.token)
    share.viewer.get(f"/v1/shares/{share.token}", key=workspace.secret)
    share.viewer.get(f"/v1/recordings?page_token={share.token}", key=workspace.secret)
    share.viewer.get(f"/{workspace.secret}/{share.token}")
    share.viewer.post("/v1/resolve", {"token": share.token, share.token: workspace.secret})
    share.viewer.post("/v1/resolve", body=f'{{"token":"{share.token}'.encode())
    share.viewer.post("/v1/resolve", {"token": [share.token]})
    share.viewer.request(share.token[:10].replace("-", "A").replace("_", "A"), "/")
    share.viewer.get("/", headers={"Authorization": share.token, "Referer": target,
                                   "User-Agent": share.token,
                                   "X-Request-Id": workspace.secret * 2})
    share.viewer.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\nX-Token: {share.token}\r\n"
                     f"{workspace.secret}\r\n\r\n")
    share.disable()
    share.resolve()
    share.revoke()
    share.resolve()
    return workspace, share, target


def test_no_secret_is_in_the_log(own_service):
    service = own_service(settings={"VITRINE_LOG_LEVEL": "debug"}).start()
    workspace, share, target = use_everything(service)
    service.stop()
    text = service.log_text()
    assert "http_request" in text
    signature = target.split("signature=")[1]
    for name, secret in {"token": share.token, "key": workspace.secret,
                         "signature": signature, "passcode": PASSCODE}.items():
        assert secret not in text and secret[:20] not in text, name
    service.assert_no_secret_in_log()
    for key in (service.folder / "link-keys").read_text().split():
        assert len(key) < 20 or key not in text


def test_no_secret_is_in_the_databases_log_or_tables(watched):
    workspace, share, target = use_everything(watched)
    text = "\n".join(statements(watched))
    assert "share" in text
    dump = repr(watched.everything())
    assert share.document["recording_id"] in dump
    for secret in (share.token, workspace.secret, target.split("signature=")[1], PASSCODE):
        assert secret not in text and secret not in dump


def test_every_line_of_the_log_is_one_json_object_with_a_request_id(own_service):
    service = own_service().start()
    answer = service.client().get("/v1/shares", headers={"X-Request-Id": "find-me-4711"})
    assert answer.status == 401
    service.stop()
    lines = [line for line in service.log_text().splitlines() if line.startswith("{")]
    (found,) = [row for row in map(json.loads, lines) if row.get("request_id") == "find-me-4711"]
    assert (found["status"], found["operation"], found["method"]) == (401, "listShares", "GET")


def forged_tokens(share, count):
    yield share.token[:-1] + ("A" if share.token[-1] != "A" else "B")
    raw = base64.urlsafe_b64decode(share.token)
    for position in range(len(raw)):
        spoilt = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1:]
        yield base64.urlsafe_b64encode(spoilt).decode()
    for _ in range(count):
        yield base64.urlsafe_b64encode(raw[:1] + os.urandom(32)).decode()


def test_forged_tokens_do_not_reach_the_database(watched):
    share = watched.workspace().share()
    resolves = lambda: [line for line in statements(watched)
                        if "resolve_store.find" in line]  # noqa: E731
    before = len(resolves())
    share.open()
    after = len(resolves())
    assert after > before  # a genuine token does reach it, so the count below can fail
    for token in forged_tokens(share, 2000):
        assert share.viewer.post("/v1/resolve", {"token": token}).code == "link_not_found"
    assert len(resolves()) == after


def test_malformed_keys_do_not_reach_the_database(watched):
    secret = watched.workspace().secret
    lookups = lambda: [line for line in statements(watched)
                       if "key_store.find_living" in line]  # noqa: E731
    client = watched.client()
    expect(client.get("/v1/shares", key=secret), 200)
    before = len(lookups())
    for position in range(4, len(secret)):
        spoilt = secret[:position] + ("A"
                                      if secret[position] != "A" else "B") + secret[position + 1:]
        assert client.get("/v1/shares", key=spoilt).status == 401
    assert len(lookups()) == before
    expect(client.get("/v1/shares", key=secret), 200)
    assert len(lookups()) > before


def test_forged_media_urls_do_not_reach_the_disk_or_the_database(watched):
    share = watched.workspace().share()
    target = share.media_target()
    before = len(statements(watched))
    for letter in "ABCDEFGH":
        assert share.viewer.get(target[:-4] + letter * 4).code in ("media_signature_invalid", None)
    assert [line for line in statements(watched)[before:] if "media" in line] == []


def test_a_command_shows_a_key_once_and_never_again(service, workspace):
    listed = service.run("key", "list", "--workspace", workspace.id)
    assert workspace.key_id in listed and workspace.secret not in listed


def test_the_effective_configuration_is_shown_without_secrets(own_service):
    service = own_service(migrated=False)
    service.settings["VITRINE_DATABASE_URL"] = "postgresql://x:pass-4711@localhost/db"
    printed = service.attempt("serve", "--check-config")
    assert "VITRINE_PUBLIC_URL=" + service.url in printed.stdout
    assert "pass-4711" not in printed.stdout + printed.stderr


def test_a_media_url_is_not_made_by_guessing_the_key_id(workspace):
    share = workspace.share()
    target = target_of(share.open()["media"][0]["url"])
    kid = int(target.split("kid=")[1].split("&")[0])
    for other in (0, 255, kid + 1):
        assert share.viewer.get(target.replace(f"kid={kid}",
                                               f"kid={other}")).code == "media_signature_invalid"
