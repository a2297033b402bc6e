"""One link for each recipient: given, given again, taken back and replaced, alone."""

import concurrent.futures

import pytest

from support.client import eventually
from support.workspace import expect

ANN = {"name": "Ann Lee", "email": "Ann@example.com"}
BOB = {"name": None, "email": "bob@example.com"}


class Links:
    """The links of a new share."""

    def __init__(self, workspace, **members):
        self.share = workspace.share(**members)
        self.workspace, self.client = workspace, workspace.client
        self.path = self.share.path + "/links"
        self.first = self.share.document["links"][0]

    def ask(self, recipient=None, headers=None, client=None):
        body = {} if recipient is None else {"recipient": recipient}
        return (client or self.client).post(self.path, body, headers=headers)

    def add(self, recipient=None):
        return expect(self.ask(recipient), 201).json

    def at(self, link):
        return f"{self.path}/{link['id']}"

    def show(self, link):
        return expect(self.client.get(self.at(link)), 200).json

    def all(self):
        return expect(self.client.get(self.path), 200).json["items"]

    def change(self, link, recipient, **more):
        return self.client.patch(self.at(link), {"recipient": recipient}, **more)

    def revoke(self, link, **more):
        return self.client.delete(self.at(link), **more)

    def rotate(self, link, body=None, **more):
        return self.client.post(self.at(link) + "/rotate", body, **more)

    def resolve(self, link):
        """(status, code) of opening the link by the URL that it once showed."""
        answer = self.share.viewer.post("/v1/resolve", {"token": link["url"].split("#")[1]})
        return answer.status, answer.code


@pytest.fixture
def links(workspace):
    return Links(workspace)


def test_a_link_for_a_recipient_opens_the_share(links):
    answer = expect(links.ask(ANN), 201)
    link = answer.json
    assert link["recipient"] == ANN
    assert (answer.headers["location"], answer.headers["etag"]) == (links.at(link), '"1"')
    assert links.resolve(link) == (200, None)
    assert links.show(link) == link
    assert links.add()["recipient"] is None


def test_links_are_listed_oldest_first_and_as_the_share_shows_them(links):
    made = [links.first["id"]] + [links.add({"email": f"r{n}@example.com"})["id"]
                                  for n in range(4)]
    assert [link["id"] for link in links.all()] == made
    assert links.share.show()["links"] == links.all()
    page = expect(links.client.get(links.path + "?page_size=3"), 200).json
    token = page["next_page_token"]
    rest = expect(links.client.get(f"{links.path}?page_size=3&page_token={token}"), 200).json
    assert [link["id"] for link in page["items"] + rest["items"]] == made
    assert rest["next_page_token"] is None


def test_a_page_token_is_good_for_one_share_only(links, workspace):
    links.add()
    token = expect(links.client.get(links.path + "?page_size=1"), 200).json["next_page_token"]
    other = Links(workspace)
    assert links.client.get(f"{other.path}?page_token={token}").code == "invalid_page_token"


def test_one_recipient_has_one_link(links):
    ann = links.add(ANN)
    for spelling in ("ann@example.com", "ANN@EXAMPLE.COM"):
        answer = links.ask({"email": spelling})
        assert (answer.status, answer.code) == (409, "recipient_exists")
        assert answer.json["link_id"] == ann["id"]
    expect(links.revoke(ann), 204)
    assert links.add(ANN)["id"] != ann["id"]


def test_the_spellings_of_an_international_domain_are_one_recipient(links):
    first = links.add({"email": "info@b\u00fccher.example"})
    assert first["recipient"]["email"] == "info@b\u00fccher.example"
    for spelling in ("info@bu\u0308cher.example", "INFO@B\u00dcCHER.example",
                     "info@xn--bcher-kva.example"):
        assert links.ask({"email": spelling}).json["link_id"] == first["id"]


@pytest.mark.parametrize("email", [
    "", "ann", "a@b,c@d", "a@b.co,c@d.co", "Ann <ann@example.com>", "<ann@example.com>",
    "ann@example.com\r\nBcc: eve@example.com", "ann@example.com\n", " ann@example.com",
    "ann@localhost", "ann@example.com.", "ann@exa..mple.com", "\"ann\"@example.com",
    "ann@[192.0.2.1]", "ann@192.0.2.1", "ann@my_host.example", "gr\u00fc\u00dfe@b\u00fccher.example",
    "ann@exam\u200bple.com", "ann@\u202eexample.com", "a" * 65 + "@example.com",
    "a@" + "b" * 250 + ".co", "ann@" + "a" * 64 + ".example",
])
def test_what_is_no_single_address_is_refused(links, email):
    answer = links.ask({"email": email})
    assert answer.status == 422
    assert answer.faults == {"/recipient/email": "invalid_format"}
    assert answer.json["errors"][0]["detail"].endswith(".")


@pytest.mark.parametrize("name, fault", [
    ("", "out_of_range"), ("  \u00a0", "out_of_range"), ("x" * 201, "out_of_range"),
    ("Ann\r\nBcc: eve@example.com", "invalid_format"), ("Ann\u202egpj.exe", "invalid_format"),
    ("Ann\u0000", "invalid_format"), (7, "wrong_type"),
])
def test_what_is_no_name_is_refused(links, name, fault):
    answer = links.ask({"name": name, "email": "ann@example.com"})
    assert (answer.status, answer.faults) == (422, {"/recipient/name": fault})


def test_names_of_all_scripts_are_taken_as_they_are(links):
    names = ["\u738b\u5c0f\u660e", "\u05d3\u05d5\u05d3", "Zo\u00eb O\u2019Neil", "x" * 200,
             "<script>alert(1)</script>", "'; DROP TABLE link; --", "\U0001f469\u200d\U0001f4bb"]
    for number, name in enumerate(names):
        added = links.add({"name": name, "email": f"r{number}@example.com"})
        assert links.show(added)["recipient"]["name"] == name


def test_revoking_one_link_leaves_the_others_open(links):
    ann, bob = links.add(ANN), links.add(BOB)
    expect(links.revoke(ann), 204)
    assert links.resolve(ann) == (410, "link_revoked")
    assert links.resolve(bob) == links.resolve(links.first) == (200, None)
    dead = links.show(ann)
    assert dead["url"] is None and dead["revoked_at"] and dead["recipient"] == ANN
    expect(links.revoke(ann), 204)
    assert links.show(ann) == dead


def test_a_link_changes_hands_and_keeps_its_url(links):
    ann = links.add(ANN)
    changed = expect(links.change(ann, {"name": None}), 200).json
    assert changed["recipient"] == {"name": None, "email": "Ann@example.com"}
    changed = expect(links.change(ann, BOB), 200)
    assert changed.json["recipient"] == BOB and changed.json["url"] == ann["url"]
    assert changed.headers["etag"] == '"3"'
    links.add(ANN)
    answer = links.change(ann, ANN)
    assert (answer.status, answer.code) == (409, "recipient_exists")
    assert expect(links.change(ann, None), 200).json["recipient"] is None
    answer = links.change(ann, {"name": "Nobody"})
    assert (answer.status, answer.faults) == (422, {"/recipient/email": "required"})
    assert expect(links.change(ann, None), 200).json["version"] == 4
    assert links.resolve(ann) == (200, None)


def test_a_rotated_link_is_replaced_for_the_same_recipient(links):
    ann = links.add(ANN)
    answer = expect(links.rotate(ann), 201)
    fresh = answer.json
    assert answer.headers["location"] == links.at(fresh)
    assert fresh["recipient"] == ANN and fresh["url"] != ann["url"]
    assert links.resolve(fresh) == (200, None)
    assert links.resolve(ann) == (410, "link_revoked")
    old = links.show(ann)
    assert old["url"] is None and old["retires_at"] and old["replaced_by"] == fresh["id"]
    assert links.ask(ANN).json["link_id"] == fresh["id"]
    for answer in (links.rotate(ann), links.change(ann, BOB)):
        assert (answer.status, answer.code) == (409, "conflict")


def test_a_rotated_link_still_shows_its_url_in_its_time_of_grace(links):
    fresh = expect(links.rotate(links.first, {"grace_seconds": 3600}), 201).json
    old = links.show(links.first)
    assert old["url"] == links.first["url"] and old["replaced_by"] == fresh["id"]
    assert links.resolve(links.first) == links.resolve(fresh) == (200, None)
    expect(links.revoke(links.first), 204)
    assert links.resolve(links.first) == (410, "link_revoked")
    assert links.resolve(fresh) == (200, None)


def test_a_time_of_grace_ends_by_itself(links):
    fresh = expect(links.rotate(links.first, {"grace_seconds": 1}), 201).json
    assert links.resolve(links.first) == (200, None)
    assert eventually(lambda: links.resolve(links.first) == (410, "link_revoked"))
    assert links.show(links.first)["url"] is None
    assert links.resolve(fresh) == (200, None)


@pytest.mark.parametrize("body, fault", [
    ({"grace_seconds": -1}, "out_of_range"), ({"grace_seconds": 86401}, "out_of_range"),
    ({"grace_seconds": "60"}, "wrong_type"), ({"grace_seconds": None}, "wrong_type"),
])
def test_a_time_of_grace_is_a_day_at_most(links, body, fault):
    answer = links.rotate(links.first, body)
    assert (answer.status, answer.faults) == (422, {"/grace_seconds": fault})
    assert links.resolve(links.first) == (200, None)


@pytest.mark.parametrize("verb", ["change", "revoke", "rotate"])
@pytest.mark.parametrize("match, status", [('"1"', 2), ("*", 2), ('"7", "1"', 2), ('"2"', 412),
                                           ('W/"1"', 412), ("1", 400)])
def test_links_honour_if_match(links, verb, match, status):
    arguments = {"change": (ANN,)}.get(verb, ())
    answer = getattr(links, verb)(links.first, *arguments, headers={"If-Match": match})
    if status == 2:
        assert answer.status in (200, 201, 204), answer
        return
    assert (answer.status, answer.code) == (status, {412: "etag_mismatch",
                                                     400: "invalid_parameter"}[status])
    assert links.show(links.first) == links.first


def test_views_are_counted_for_each_link_and_anew_after_a_rotation(workspace):
    links = Links(workspace, max_views=1)
    ann = links.add(ANN)
    assert links.resolve(ann) == (200, None)
    assert links.resolve(ann) == (410, "link_used_up")
    assert links.resolve(links.first) == (200, None)
    assert links.show(ann)["views"] == 1
    assert (links.show(ann)["version"], links.show(ann)["url"]) == (1, ann["url"])
    fresh = expect(links.rotate(ann), 201).json
    assert fresh["views"] == 0
    assert links.resolve(fresh) == (200, None)


def test_a_revoked_share_takes_no_change_of_its_links(links):
    ann = links.add(ANN)
    expect(links.share.revoke(), 200)
    for answer in (links.ask(BOB), links.change(ann, BOB), links.rotate(ann)):
        assert (answer.status, answer.code) == (409, "share_revoked")
    expect(links.revoke(ann), 204)
    assert [link["url"] for link in links.all()] == [None, None]
    assert links.resolve(ann) == (410, "link_revoked")


def test_a_policy_can_ask_for_recipients(links):
    expect(links.client.patch("/v1/policy", {"require_recipient": True}), 200)
    ann = links.add(ANN)
    for answer in (links.ask(), links.change(ann, None), links.rotate(links.first)):
        assert (answer.status, answer.code) == (409, "recipient_required")


def test_the_retry_of_a_request_gets_the_same_link(links):
    key = {"Idempotency-Key": "one"}
    first, again = expect(links.ask(ANN, key), 201), expect(links.ask(ANN, key), 201)
    assert first.json == again.json
    assert links.ask(BOB, key).code == "idempotency_key_reused"
    assert len(links.all()) == 2
    fresh = expect(links.rotate(first.json, headers=key), 201).json
    assert expect(links.rotate(first.json, headers=key), 201).json == fresh
    assert links.rotate(links.first, headers=key).code == "idempotency_key_reused"
    assert len(links.all()) == 3


def test_a_refused_request_leaves_its_key_free(links):
    key = {"Idempotency-Key": "two"}
    expect(links.ask(ANN), 201)
    assert links.ask(ANN, key).code == "recipient_exists"
    expect(links.revoke(links.all()[-1]), 204)
    expect(links.ask(ANN, key), 201)


def together(links, count, ask):
    def one(number):
        return ask(links.workspace.service.client(links.workspace.secret), number)

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_twenty_equal_requests_at_once_make_one_link(links):
    key = {"Idempotency-Key": "same"}
    answers = together(links, 20, lambda client, _: links.ask(ANN, key, client))
    made = [answer.json["url"] for answer in answers if answer.status == 201]
    assert made and len(set(made)) == 1
    assert {answer.code for answer in answers if answer.status != 201} <= {
        "idempotency_in_progress"}
    assert len(links.all()) == 2


def test_of_twenty_who_add_one_recipient_at_once_one_does(links):
    answers = together(links, 20, lambda client, _: links.ask(ANN, None, client))
    codes = sorted(answer.code or "" for answer in answers)
    assert codes == [""] + ["recipient_exists"] * 19
    assert len(links.all()) == 2


def test_faults_of_a_link_are_told_all_at_once(links):
    answer = links.client.post(links.path, {"recipient": {"email": 1, "age": 2}, "label": "x"})
    assert answer.faults == {"/recipient/email": "wrong_type", "/recipient/age": "unknown_field",
                             "/label": "unknown_field"}


def test_what_cannot_be_a_link_is_not_found(links):
    for wrong in ("lnk_0", "LNK_01m7w77j50eqd945gjkcerez5w", links.share.id, "%20"):
        assert links.client.get(f"{links.path}/{wrong}").code == "not_found"
        assert links.client.delete(f"{links.path}/{wrong}").code == "not_found"


def test_a_share_begins_with_a_link_for_each_recipient_in_their_order(workspace):
    recipients = [{"name": f"Recipient {number}", "email": f"r{number}@example.com"}
                  for number in range(1000)]
    links = Links(workspace, recipients=recipients)
    shown = links.share.document["links"]
    assert [link["recipient"] for link in shown] == recipients
    assert len({link["url"] for link in shown}) == 1000
    assert links.resolve(shown[0]) == links.resolve(shown[999]) == (200, None)
    assert links.ask(ANN).code == "conflict"
    assert links.ask({"email": "R7@example.com"}).json["link_id"] == shown[7]["id"]
    expect(links.revoke(shown[3]), 204)
    assert links.add(ANN)["recipient"] == ANN


def test_a_recipient_named_twice_is_told_where(workspace):
    answer = workspace.client.post("/v1/shares", {
        "recording_id": workspace.register(),
        "recipients": [{"email": "ann@example.com"}, {"email": "bob"},
                       {"email": "ANN@example.com"}, {}]})
    assert answer.faults == {"/recipients/1/email": "invalid_format",
                             "/recipients/2/email": "duplicate",
                             "/recipients/3/email": "required"}
