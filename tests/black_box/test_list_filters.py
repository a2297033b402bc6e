"""The list of shares, narrowed: by whom, for whom, when, in which state, with which words."""

import itertools
import urllib.parse

import pytest

from support.workspace import expect


def listed(client, **parameters):
    """The ids over all pages of three, in their order."""
    ids, token = [], None
    while True:
        more = {"page_size": 3} | ({"page_token": token} if token else {})
        query = urllib.parse.urlencode(parameters | more)
        page = expect(client.get(f"/v1/shares?{query}"), 200).json
        ids += [share["id"] for share in page["items"]]
        token = page["next_page_token"]
        if token is None:
            return ids


def add_recipient(share, email):
    client = share.workspace.client
    expect(client.post(share.path + "/links", {"recipient": {"email": email}}), 201)


@pytest.fixture(scope="module")
def shelf(service):
    """A workspace with a share for every filter, made with two keys."""
    workspace = service.workspace()
    weekly = workspace.register("weekly", title="Weekly stand-up", media=[], panels={})
    demo = workspace.register("demo", title="Product demo", media=[], panels={})
    made = {
        "plain": workspace.share(weekly),
        "labelled": workspace.share(weekly, label="ACME / Q4", title="For Ann"),
        "for_good": workspace.share(demo, expires_at=None, label="acme"),
        "later": workspace.share(demo, starts_at="2099-01-01T00:00:00Z"),
        "much_later": workspace.share(demo, starts_at="2099-06-01T00:00:00Z"),
        "off": workspace.share(demo),
        "gone": workspace.share(demo),
    }
    for name in ("plain", "gone"):
        add_recipient(made[name], "Ann@Bücher.example")
    made["off"].disable()
    made["gone"].revoke()
    key_id, secret = workspace.make_key("shares:write")
    body = {"recording_id": demo, "expires_in": "1y"}
    made["by_other_key"] = workspace.share(demo)  # replaced by one of the other key's
    answer = expect(service.client(secret).post("/v1/shares", body), 201)
    made["other_key"] = answer.json["id"]
    made["by_other_key"].delete()
    workspace.made = {name: getattr(share, "id", share) for name, share in made.items()}
    workspace.other_key = key_id
    return workspace


# What is asked, and the shares that fit, in the order of the list where it is not creation.
FILTERS = [
    ({"recording_id": "weekly"}, ["labelled", "plain"]),
    ({"state": "active"}, ["for_good", "other_key", "labelled", "plain"]),
    ({"state": "scheduled"}, ["later", "much_later"]),
    ({"state": "disabled"}, ["off"]),
    ({"state": "revoked"}, ["by_other_key", "gone"]),
    ({"state": "expired"}, []),
    ({"audience": "workspace"}, []),
    ({"recipient": "ann@bücher.example"}, ["gone", "plain"]),
    ({"recipient": "ANN@xn--bcher-kva.example", "state": "active"}, ["plain"]),
    ({"recipient": "nobody@example.com"}, []),
    ({"label": "acme"}, ["for_good"]),
    ({"label": "ACME / Q4"}, ["labelled"]),
    ({"q": "acme"}, ["for_good", "labelled"]),
    ({"q": "acme week"}, ["labelled"]),
    ({"q": "STAND"}, ["labelled", "plain"]),
    ({"q": "demo", "state": "scheduled"}, ["later", "much_later"]),
    ({"q": "!!!"}, []),
    ({"created_after": "2099-01-01T00:00:00Z"}, []),
    ({"created_before": "2020-01-01T00:00:00Z"}, []),
    ({"recording_id": "unknown"}, []),
    ({"recording_id": "demo", "label": "acme", "audience": "public", "state": "active"},
     ["for_good"]),
]


@pytest.mark.parametrize("parameters, names", FILTERS)
def test_a_filter_finds_what_fits_in_its_order(shelf, parameters, names):
    assert listed(shelf.client, **parameters) == [shelf.made[name] for name in names]


def test_a_list_by_key_holds_what_was_made_with_it(shelf):
    assert listed(shelf.client, created_by=shelf.other_key) == [shelf.made["other_key"]]
    assert len(listed(shelf.client, created_by=shelf.key_id)) == len(shelf.made) - 1


def test_a_list_by_time_begins_with_the_instant_and_ends_before_it(shelf):
    share = shelf.client.get(f"/v1/shares/{shelf.made['later']}").json
    # What is shown is cut to the millisecond, so the share may be a part of one later.
    after = listed(shelf.client, created_after=share["created_at"])
    before = listed(shelf.client, created_before=share["created_at"])
    assert share["id"] in after and share["id"] not in before
    assert shelf.made["other_key"] in after and shelf.made["plain"] in before
    assert sorted(after + before) == sorted(shelf.made.values())


@pytest.mark.parametrize("parameters, count", [({}, 9), ({"state": "active"}, 4), ({"q": "!"}, 0)])
def test_a_total_is_told_when_it_is_asked_for(shelf, parameters, count):
    query = urllib.parse.urlencode(parameters | {"count": "estimate", "page_size": 1})
    page = expect(shelf.client.get(f"/v1/shares?{query}"), 200).json
    assert page["total"] == {"count": count, "exact": True}
    assert "total" not in shelf.client.get("/v1/shares").json


@pytest.mark.parametrize("query", [
    "state=open", "state=Active", "state=active,expired", "audience=private", "recipient=ann",
    "recipient=a@b", "recipient=a@b.example,c@d.example", "created_by=me",
    "created_by=shr_01m7w77j50ftar8grd2t6y41g2", "created_by=KEY_01M7W77J50EQD945GJKCEREZ5W",
    "recording_id=a/b", "recording_id=%2e%2e%2f", "recording_id=" + "x" * 129,
    "label=" + "x" * 501, "q=" + "x" * 201, "q=%00", "q=%ff", "q=a%0ab",
    "created_after=yesterday", "created_after=2026-02-30T00:00:00Z",
    "created_before=2026-11-21T05:22:57", "created_before=2026-11-21T05:22:57+01:00",
    "count=yes", "count=exact", "count=estimate&count=estimate",
    "state=active&state=expired", "q=a&q=b", "order_by=;drop", "order_by=created_at", "filter=x",
    "title=x", "workspace_id=x", "page_size=-1", "page_size=abc", "page_size=1&page_size=2",
    "page_token=garbage",
])
def test_what_no_filter_takes_is_refused_with_a_sentence(shelf, query):
    answer = expect(shelf.client.get(f"/v1/shares?{query}"), 400)
    assert answer.code in ("invalid_parameter", "invalid_page_token")
    assert answer.json["detail"].endswith(".")


# Texts that mean something elsewhere, and how many shares have their words, read as words alone.
TEXTS = {
    "' OR '1'='1": 0, "'; DROP TABLE share; --": 0, "acme:*|zzz": 0, "!acme": 2, "ann <-> acme": 1,
    "\\": 0, "zzz\\' | 'acme": 0, "%27%20OR%201=1": 0, "${jndi:ldap://x}": 0, "{{7*7}}": 0,
    "<b>acme</b>": 2, "\u202eemca": 0, "a" * 200: 0, "'acme' & !'acme'": 2, "acme:A": 2, "((((": 0,
    "🎬": 0, "acme\\": 2,
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", ["q", "label"])
def test_no_text_is_an_operator_or_a_fault(shelf, name, text):
    query = urllib.parse.urlencode({name: text, "count": "estimate"})
    page = expect(shelf.client.get(f"/v1/shares?{query}"), 200).json
    assert page["total"]["count"] == (TEXTS[text] if name == "q" else 0)


def test_empty_parameters_are_as_good_as_none(shelf):
    empty = "&".join(f"{name}=" for name in ("state", "q", "label", "recipient", "count"))
    page = expect(shelf.client.get(f"/v1/shares?{empty}"), 200).json
    assert len(page["items"]) == len(shelf.made) and "total" not in page


@pytest.mark.parametrize("mine, other", itertools.permutations([
    {}, {"state": "active"}, {"state": "revoked"}, {"audience": "public"}, {"q": "demo"},
    {"q": "product"}, {"recording_id": "demo"}, {"created_before": "2099-01-01T00:00:00Z"},
    {"state": "active", "audience": "public"},
], 2))
def test_a_page_token_opens_no_page_of_another_filter(shelf, mine, other):
    first = urllib.parse.urlencode(mine | {"page_size": 1})
    token = expect(shelf.client.get(f"/v1/shares?{first}"), 200).json["next_page_token"]
    second = urllib.parse.urlencode(other | {"page_token": token})
    assert shelf.client.get(f"/v1/shares?{second}").code == "invalid_page_token"
    same = urllib.parse.urlencode(mine | {"page_token": token, "count": "estimate"})
    assert shelf.client.get(f"/v1/shares?{same}").status == 200


@pytest.mark.parametrize("spoil", [lambda token: token[:-1], lambda token: token[1:],
                                   lambda token: "B" + token[1:], lambda token: token * 2])
def test_a_spoilt_token_of_an_order_by_time_is_refused(shelf, spoil):
    page = expect(shelf.client.get("/v1/shares?state=active&page_size=1"), 200).json
    answer = shelf.client.get("/v1/shares?state=active&page_token="
                              + spoil(page["next_page_token"]))
    assert answer.code == "invalid_page_token"


def test_another_workspace_learns_nothing_by_filtering(shelf, stranger):
    theirs = stranger.share(label="mine")
    for parameters in ({"recording_id": "weekly"}, {"created_by": shelf.key_id}, {"q": "acme"},
                       {"recipient": "ann@bücher.example"}, {"label": "acme"}, {"q": shelf.id},
                       {"state": "revoked"}):
        assert listed(stranger.client, **parameters) == []
    assert listed(stranger.client) == [theirs.id]
    page = expect(stranger.client.get("/v1/shares?count=estimate&q=acme"), 200).json
    assert page["total"] == {"count": 0, "exact": True}


def test_a_token_of_another_workspace_is_refused(shelf, stranger):
    page = expect(shelf.client.get("/v1/shares?state=active&page_size=1"), 200).json
    answer = stranger.client.get("/v1/shares?state=active&page_token=" + page["next_page_token"])
    assert answer.code == "invalid_page_token"
