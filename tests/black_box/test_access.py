"""Who may call what: every operation, every kind of caller. A route without a row fails."""

import pytest

from support import contract
from support.workspace import ALL_SCOPES, target_of

CONTRACT = contract.load()
SCOPES = ALL_SCOPES.split(",")


class Target:
    """A world with one of everything, made anew for each call, since some calls end things."""

    def __init__(self, workspace):
        self.share = workspace.share(expires_at=None, tracking="count")
        opened = self.share.open()
        self.names = {
            "r": self.share.document["recording_id"],
            "s": self.share.id,
            "l": self.share.document["links"][0]["id"],
            "c": workspace.client.post(self.share.path + "/comments", {"body": "x"}).json["id"],
            "k": workspace.client.post("/v1/keys", {"name": "x",
                                                    "scopes": ["shares:read"]}).json["id"],
            "w": self.webhook(workspace),
            "token": self.share.token,
            "session": opened["session"],
            "media": target_of(opened["media"][0]["url"]),
        }

    @staticmethod
    def webhook(workspace):
        """One that nothing is sent to; the workspace has no room for a new one each time."""
        for webhook in workspace.client.get("/v1/webhooks").json["items"]:
            if webhook["enabled"]:
                return webhook["id"]
        return workspace.client.post("/v1/webhooks", WEBHOOK).json["id"]


WEBHOOK = {"url": "https://hooks.example.com", "event_types": ["webhook.secret_rotated"]}

# operationId: its scope (None: public), method, path, body, status for the owner, status for a
# stranger with all scopes. {r}, {s}, {l}, {c}, {k}, {w}, {token}, {session} and
# {media} stand for what a Target has.
ROWS = {
    "listRecordings": ("recordings:read", "GET", "/v1/recordings", None, 200, 200),
    "putRecording": ("recordings:write", "PUT", "/v1/recordings/{r}", {"title": "x"}, 200, 201),
    "getRecording": ("recordings:read", "GET", "/v1/recordings/{r}", None, 200, 404),
    "updateRecording": ("recordings:write", "PATCH", "/v1/recordings/{r}", {"title": "x"}, 200,
                        404),
    "deleteRecording": ("recordings:write", "DELETE", "/v1/recordings/{r}", None, 204, 404),
    "putPanel": ("recordings:write", "PUT", "/v1/recordings/{r}/panels/notes", {"markdown": ""},
                 201, 404),
    "getPanel": ("recordings:read", "GET", "/v1/recordings/{r}/panels/transcript", None, 200, 404),
    "deletePanel": ("recordings:write", "DELETE", "/v1/recordings/{r}/panels/transcript", None,
                    204, 404),
    "createShare": ("shares:write", "POST", "/v1/shares", {"recording_id": "{r}"}, 201, 422),
    "listShares": ("shares:read", "GET", "/v1/shares?recording_id={r}", None, 200, 200),
    "bulkCreateShares": ("shares:write", "POST", "/v1/shares/bulk-create",
                         {"items": [{"recording_id": "nobody"}]}, 200, 200),
    "bulkRevokeShares": ("shares:write", "POST", "/v1/shares/bulk-revoke",
                         {"filter": {"label": "x"}}, 200, 200),
    "getShare": ("shares:read", "GET", "/v1/shares/{s}", None, 200, 404),
    "updateShare": ("shares:write", "PATCH", "/v1/shares/{s}", {"label": "x"}, 200, 404),
    "deleteShare": ("shares:write", "DELETE", "/v1/shares/{s}", None, 204, 404),
    "enableShare": ("shares:write", "POST", "/v1/shares/{s}/enable", None, 200, 404),
    "disableShare": ("shares:write", "POST", "/v1/shares/{s}/disable", None, 200, 404),
    "explainShare": ("shares:read", "GET", "/v1/shares/{s}/explain?link_id={l}", None, 200, 404),
    "resetPasscodeAttempts": ("shares:write", "POST", "/v1/shares/{s}/reset-passcode-attempts",
                              None, 200, 404),
    "revokeShare": ("shares:write", "POST", "/v1/shares/{s}/revoke", None, 200, 404),
    "listLinks": ("shares:read", "GET", "/v1/shares/{s}/links", None, 200, 404),
    "createLink": ("shares:write", "POST", "/v1/shares/{s}/links", {"recipient": None}, 201, 404),
    "getLink": ("shares:read", "GET", "/v1/shares/{s}/links/{l}", None, 200, 404),
    "updateLink": ("shares:write", "PATCH", "/v1/shares/{s}/links/{l}", {"recipient": None}, 200,
                   404),
    "deleteLink": ("shares:write", "DELETE", "/v1/shares/{s}/links/{l}", None, 204, 404),
    "rotateLink": ("shares:write", "POST", "/v1/shares/{s}/links/{l}/rotate", None, 201, 404),
    "sendShare": ("shares:write", "POST", "/v1/shares/{s}/send", None, 409, 404),
    "sendLink": ("shares:write", "POST", "/v1/shares/{s}/links/{l}/send", None, 409, 404),
    "listComments": ("shares:read", "GET", "/v1/shares/{s}/comments", None, 200, 404),
    "createComment": ("shares:write", "POST", "/v1/shares/{s}/comments", {"body": "x"}, 201, 404),
    "getComment": ("shares:read", "GET", "/v1/shares/{s}/comments/{c}", None, 200, 404),
    "updateComment": ("shares:write", "PATCH", "/v1/shares/{s}/comments/{c}", {"body": "y"}, 200,
                      404),
    "deleteComment": ("shares:write", "DELETE", "/v1/shares/{s}/comments/{c}", None, 204, 404),
    "listViews": ("shares:read", "GET", "/v1/shares/{s}/views", None, 200, 404),
    "eraseViews": ("shares:write", "DELETE", "/v1/shares/{s}/views?recipient=a@b.example", None,
                   200, 404),
    "getPolicy": ("policy:read", "GET", "/v1/policy", None, 200, 200),
    "updatePolicy": ("policy:write", "PATCH", "/v1/policy", {"default_tracking": "count"}, 200,
                     200),
    "simulatePolicy": ("policy:read", "POST", "/v1/policy/simulate",
                       {"default_tracking": "none"}, 200, 200),
    "listPresets": ("policy:read", "GET", "/v1/presets", None, 200, 200),
    "createKey": ("keys:admin", "POST", "/v1/keys", {"name": "x", "scopes": ["keys:admin"]}, 201,
                  201),
    "listEvents": ("events:read", "GET", "/v1/events", None, 200, 200),
    "listKeys": ("keys:admin", "GET", "/v1/keys", None, 200, 200),
    "deleteKey": ("keys:admin", "DELETE", "/v1/keys/{k}", None, 204, 404),
    "createWebhook": ("webhooks:write", "POST", "/v1/webhooks",
                      {"url": "https://hooks.example.com", "enabled": False}, 201, 201),
    "listWebhooks": ("webhooks:read", "GET", "/v1/webhooks", None, 200, 200),
    "getWebhook": ("webhooks:read", "GET", "/v1/webhooks/{w}", None, 200, 404),
    "updateWebhook": ("webhooks:write", "PATCH", "/v1/webhooks/{w}", {"description": "x"}, 200,
                      404),
    "deleteWebhook": ("webhooks:write", "DELETE", "/v1/webhooks/{w}", None, 204, 404),
    "testWebhook": ("webhooks:write", "POST", "/v1/webhooks/{w}/test", None, 202, 404),
    "rotateWebhookSecret": ("webhooks:write", "POST", "/v1/webhooks/{w}/rotate-secret", None, 200,
                            404),
    "listDeliveries": ("webhooks:read", "GET", "/v1/webhooks/{w}/deliveries", None, 200, 404),
    "redeliverWebhook": ("webhooks:write", "POST", "/v1/webhooks/{w}/redeliver",
                         {"since": "2099-01-01T00:00:00Z"}, 202, 404),
    "resolveLink": (None, "POST", "/v1/resolve", {"token": "{token}"}, 200, 200),
    "reportOpen": (None, "POST", "/v1/resolve/open", {"token": "{token}", "session": "{session}"},
                   204, 204),
    "getMedia": (None, "GET", "{media}", None, 200, 200),
    "getIndex": (None, "GET", "/", None, 200, 200),
    "getDocs": (None, "GET", "/docs", None, 200, 200),
    "getOpenapi": (None, "GET", "/openapi.yaml", None, 200, 200),
    "listProblems": (None, "GET", "/problems", None, 200, 200),
    "getProblem": (None, "GET", "/problems/forbidden", None, 200, 200),
}
# What every workspace has of its own, or what is the same for all: a stranger is shown that.
NOBODYS = {"listKeys", "listEvents", "getPolicy", "updatePolicy", "listPresets", "bulkCreateShares",
           "bulkRevokeShares", "listWebhooks"}
ADMIN = {"getLivez": "/livez", "getReadyz": "/readyz", "getStartupz": "/startupz",
         "getMetrics": "/metrics"}
KEYED = [name for name, row in ROWS.items() if row[0]]
PUBLIC = [name for name, row in ROWS.items() if not row[0]]


@pytest.fixture(scope="module")
def owner(service):
    return service.workspace()


@pytest.fixture(scope="module")
def other(service):
    return service.workspace()


@pytest.fixture(scope="module")
def keys(owner):
    """A client for each kind of caller that is not let in, and one per single scope."""
    revoked_id, revoked = owner.make_key(ALL_SCOPES)
    owner.service.run("key", "revoke", revoked_id)
    good = owner.secret
    return {
        "nobody": None,
        "an expired key": owner.make_key(ALL_SCOPES, "--expires-at", "2020-01-01T00:00:00Z")[1],
        "a revoked key": revoked,
        "a mistyped key": good[:-1] + ("a" if good[-1] != "a" else "b"),
        "a truncated key": good[:-1],
        "an unknown key": "vtk_" + "A" * 49,
        "a link token": owner.share().token,
        "a viewing session": owner.share(max_views=9).open()["session"],
        "an empty key": "",
    } | {scope: owner.make_key(scope)[1] for scope in SCOPES}


def call(name, world, key):
    _, method, path, body, *_ = ROWS[name]
    if body:
        body = {member: value.format(**world.names) if isinstance(value, str) else value
                for member, value in body.items()}
    return world.share.viewer.request(method, path.format(**world.names), json=body, key=key)


def test_every_operation_has_a_row():
    assert set(ROWS) | set(ADMIN) == set(CONTRACT.by_id)


def test_every_row_names_the_scope_that_the_program_asks_for(service):
    printed = dict(line.split()[2:4] for line in service.run("routes").splitlines())
    wanted = {name: row[0] or "public" for name, row in ROWS.items()}
    wanted |= dict.fromkeys(ADMIN, "admin")
    assert printed == wanted


@pytest.mark.parametrize("name", ROWS)
def test_the_owner_may(name, owner):
    assert call(name, Target(owner), owner.secret).status == ROWS[name][4]


@pytest.mark.parametrize("caller", ["nobody", "an expired key", "a revoked key", "a mistyped key",
                                    "a truncated key",
                                    "an unknown key", "a link token", "a viewing session",
                                    "an empty key"])
@pytest.mark.parametrize("name", KEYED)
def test_a_caller_without_a_valid_key_may_not(name, caller, owner, keys, world):
    answer = call(name, world, keys[caller])
    assert (answer.status, answer.code) == (401, "unauthenticated")


@pytest.fixture(scope="module")
def world(owner):
    return Target(owner)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", KEYED)
def test_a_key_may_what_its_scope_says_and_nothing_else(name, scope, owner, keys, world):
    allowed = ROWS[name][0] == scope
    answer = call(name, Target(owner) if allowed else world, keys[scope])
    assert answer.status == (ROWS[name][4] if allowed else 403)


@pytest.mark.parametrize("name", ROWS)
def test_another_workspaces_key_finds_nothing(name, owner, other):
    world = Target(owner)
    answer = call(name, world, other.secret)
    assert answer.status == ROWS[name][5]
    if answer.status == 200 and ROWS[name][0] and name not in NOBODYS:
        assert answer.json["items"] == []
    if answer.status == 200 and ROWS[name][0]:
        assert not [own for own in ("r", "s", "k") if world.names[own].encode() in answer.body]
    assert world.share.resolve().status == 200


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("caller", ["nobody", "a revoked key", "an unknown key"])
def test_what_is_public_asks_for_no_key_and_minds_none(name, caller, world, keys):
    assert call(name, world, keys[caller]).status == ROWS[name][4]


@pytest.mark.parametrize("name", ADMIN)
def test_the_admin_port_answers_operators(name, service):
    assert service.admin().get(ADMIN[name]).status == 200


def test_what_is_refused_has_changed_nothing(owner, keys):
    """A world that only refused callers touched is as it was."""
    world = Target(owner)
    before = world.share.show()
    for name in KEYED:
        call(name, world, keys["a revoked key"])
        call(name, world, None)
    assert world.share.show() == before
    assert owner.client.get(f"/v1/recordings/{world.names['r']}").json["version"] == 1


def test_another_workspaces_id_is_answered_exactly_as_an_unknown_one(owner, other):
    theirs, request_id = owner.share(), {"X-Request-Id": "same"}
    foreign = other.client.get(theirs.path, headers=request_id)
    unknown = other.client.get("/v1/shares/shr_01m7w77j50ftar8grd2t6y41g2", headers=request_id)
    assert (foreign.status, foreign.body) == (unknown.status, unknown.body) == (404, foreign.body)


def test_a_revoked_key_is_dead_when_the_command_returns(owner):
    key_id, secret = owner.make_key(ALL_SCOPES)
    client = owner.service.client(secret)
    assert client.get("/v1/shares").status == 200
    owner.service.run("key", "revoke", key_id)
    assert client.get("/v1/shares").status == 401
