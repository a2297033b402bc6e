"""The feed of events: every change, once, in one order, and nothing that is nobody's business."""

import json
import threading

import pytest

from support.client import eventually
from support.feed import Feed, seconds_of, types, whole_feed
from support.workspace import expect, uuid_of

NO_EVENT = "evt_01m7w7aeznfrks6sagmjhtcq0c"
BEFORE_ALL = "evt_" + "0" * 26


@pytest.fixture
def since(workspace):
    """A feed of the workspace that begins here."""
    feed = Feed(workspace.client)
    feed.rest()
    return feed


def of_share(events, share):
    return [event["type"] for event in events
            if event["data"].get("share_id") == share.id and "link_id" not in event["data"]]


def test_the_life_of_a_share_is_told_in_order(since, workspace):
    share = workspace.share()
    share.change(label="x")
    share.disable()
    share.enable()
    share.revoke()
    told = since.rest()
    assert of_share(told, share) == ["share.created", "share.updated", "share.disabled",
                                     "share.enabled", "share.revoked"]
    link = share.document["links"][0]["id"]
    assert types([event for event in told if event["data"].get("link_id") == link]) == [
        "link.created", "link.revoked"]
    assert {event["data"]["recording_id"] for event in told} == {share.document["recording_id"]}


def test_a_reader_sees_what_it_did_just_before(since, workspace):
    for _ in range(20):
        share = workspace.share()
        assert since.rest()[-1]["data"]["share_id"] == share.id


def test_pages_go_on_where_the_last_one_ended(workspace):
    for _ in range(5):
        workspace.share()
    whole = whole_feed(workspace.client)
    assert len(whole) >= 10
    assert Feed(workspace.client, page_size=3).rest() == whole
    page = Feed(workspace.client, after=whole[3]["id"]).page(page_size=2)
    assert page == {"items": whole[4:6], "next_after": whole[5]["id"], "has_more": True}


def test_where_nothing_is_new_the_place_stays(since):
    place = since.after
    assert since.page() == {"items": [], "next_after": place, "has_more": False}


def test_a_feed_in_which_nothing_happened_has_no_place(service, workspace):
    service.sql("DELETE FROM event_inbox WHERE workspace_id = %s", uuid_of(workspace.id))
    service.sql("DELETE FROM event WHERE workspace_id = %s", uuid_of(workspace.id))
    nothing = {"items": [], "next_after": None, "has_more": False}
    assert Feed(workspace.client).page() == nothing
    assert Feed(workspace.client, after=BEFORE_ALL).page() == nothing
    workspace.share()
    assert Feed(workspace.client, after=BEFORE_ALL).rest() == whole_feed(workspace.client) != []


def test_only_the_types_that_are_asked_for_come(since, workspace):
    share = workspace.share()
    share.disable()
    share.revoke()
    place = since.after
    told = since.rest(type="share.revoked,%20share.created")
    assert of_share(told, share) == ["share.created", "share.revoked"]
    assert Feed(workspace.client, after=place, type="policy.updated").page()["items"] == []
    # The place goes on over what is not wanted, so that the next request need not look again.
    assert since.after == whole_feed(workspace.client)[-1]["id"]


def test_rare_types_are_found_behind_many_others(service, workspace):
    place = Feed(workspace.client)
    place.rest()
    service.sql("""INSERT INTO event_inbox (workspace_id, type)
                   SELECT %s, 'policy.updated' FROM generate_series(1, 5000)""",
                uuid_of(workspace.id))
    share = workspace.share()
    filtered = Feed(workspace.client, after=place.after, type="share.created")
    first = filtered.page()
    assert (first["items"], first["has_more"]) == ([], True)
    assert [event["data"]["share_id"] for event in filtered.rest()] == [share.id]
    assert len(place.rest(page_size=200)) == 5002


@pytest.mark.parametrize("query", [
    "after=x", "after=shr_01m7w7aeznfrks6sagmjhtcq0c", "after=" + NO_EVENT, "type=share",
    "type=share.revoked,", "type=,", "type=webhook.test", "type=share.revoked,nothing",
    "page_size=0", "page_size=x", "wait_seconds=31", "wait_seconds=-1", "wait_seconds=1.5",
    "wait_seconds=1s", "wait_seconds=99999999999999999999", "before=x", "page_token=x",
    "after=" + BEFORE_ALL + "&after=" + BEFORE_ALL, "type=%00"])
def test_what_cannot_be_meant_is_refused(workspace, query):
    answer = workspace.client.get("/v1/events?" + query)
    assert (answer.status, answer.code) == (400, "invalid_parameter")


def test_an_event_that_is_not_kept_any_more_says_so(service, workspace):
    first = whole_feed(workspace.client)[0]["id"]
    service.sql("DELETE FROM event WHERE event_id = %s", uuid_of(first))
    answer = workspace.client.get("/v1/events?after=" + first)
    assert answer.code == "invalid_parameter" and "without" in answer.json["detail"]


def test_another_workspace_sees_none_of_it(workspace, stranger):
    share = workspace.share()
    seen = json.dumps(whole_feed(stranger.client))
    assert share.id not in seen and share.document["recording_id"] not in seen
    mine = whole_feed(workspace.client)[-1]["id"]
    known = stranger.client.get("/v1/events?after=" + mine)
    unknown = stranger.client.get("/v1/events?after=" + NO_EVENT)
    assert known.status == unknown.status == 400
    assert known.json["detail"] == unknown.json["detail"]


def test_events_hold_ids_and_nothing_else(workspace):
    recording = workspace.register(title="Secret of the harbour", owner={
        "id": "u-1", "name": "Olga Owner", "email": "olga@example.com"})
    share = workspace.share(recording, title="Salary talk", label="Project Falcon",
                            passcode="correct horse battery",
                            metadata={"note": "Tell nobody"},
                            recipients=[{"name": "Rita Reader", "email": "rita@example.com"}])
    link = share.document["links"][0]["id"]
    expect(workspace.client.post(share.path + "/comments",
                                 {"body": "Strictly confidential", "author": "Cleo"}), 201)
    rotated = expect(workspace.client.post(f"{share.path}/links/{link}/rotate"), 201).json
    share.change(passcode="staple correct horse", title="Salary talk, again")
    key = expect(workspace.client.post("/v1/keys", {"name": "Nightly export",
                                                    "scopes": ["shares:read"]}), 201).json
    share.revoke()
    workspace.client.delete(f"/v1/recordings/{recording}")
    text = json.dumps(whole_feed(workspace.client))
    for secret in ("harbour", "Olga", "olga@", "Salary", "Falcon", "horse", "nobody", "Rita",
                   "rita@", "confidential", "Cleo", "Nightly", share.token, key["secret"], "http",
                   rotated["url"].split("#")[1]):
        assert secret not in text, secret
    for identifier in (recording, share.id, link, rotated["id"], key["id"]):
        assert identifier in text


def test_head_tells_as_much_as_get_but_the_body_and_does_not_wait(since, workspace):
    target = f"/v1/events?after={since.after}&wait_seconds=30"
    seconds, answer = seconds_of(lambda: workspace.client.head(target))
    assert (answer.status, answer.body) == (200, b"") and seconds < 10


def test_the_feed_is_not_for_keys_without_the_scope(workspace):
    assert workspace.client_with("shares:read").get("/v1/events").code == "forbidden"


# -- in spite of everything that happens at once


def in_parallel(count, work):
    failures = []

    def guarded(number):
        try:
            work(number)
        except BaseException as error:  # told below, on the thread of the test
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures, failures[0]


def test_nobody_who_follows_misses_an_event_while_many_write(service, workspace):
    feed = Feed(workspace.client, page_size=20)
    feed.rest()
    start, seen, done = feed.after, [], threading.Event()
    recording = workspace.register()

    def read(client):
        mine = Feed(client, after=start, page_size=20)
        while not done.is_set():
            seen.extend(mine.page()["items"])
        seen.extend(mine.rest())

    def write(_):
        client = service.client(workspace.secret)
        for _ in range(50):
            expect(client.post("/v1/shares", {"recording_id": recording}), 201)

    reader = threading.Thread(target=read, args=(service.client(workspace.secret),))
    reader.start()
    in_parallel(8, write)
    done.set()
    reader.join(60)
    told = Feed(workspace.client, after=start, page_size=200).rest()
    assert len(told) == 800  # a share and its link each time
    assert [event["id"] for event in seen] == [event["id"] for event in told]
    assert len({event["id"] for event in told}) == 800


def test_a_change_that_is_committed_late_is_told_late_and_not_skipped(service, workspace, since):
    insert = "INSERT INTO event_inbox (workspace_id, type) VALUES (%s, %s)"
    owner = uuid_of(workspace.id)
    with service.postgres.connect(service.database) as slow:
        slow.execute("BEGIN")
        slow.execute(insert, [owner, "policy.updated"])
        service.sql(insert, owner, "share.updated")
        assert types(since.rest()) == ["share.updated"]
        service.sql(insert, owner, "share.disabled")
        assert types(since.rest()) == ["share.disabled"]
        slow.execute("COMMIT")
    assert types(since.rest()) == ["policy.updated"]
    assert types(whole_feed(workspace.client))[-3:] == ["share.updated", "share.disabled",
                                                        "policy.updated"]


@pytest.mark.parametrize("verb, event", [("revoke", "share.revoked"), ("disable", "share.disabled"),
                                         ("enable", "share.enabled")])
def test_however_often_it_is_asked_for_a_change_is_told_once(service, workspace, since, verb,
                                                             event):
    share = workspace.share()
    if verb == "enable":
        share.disable()
    path = f"{share.path}/{verb}"
    in_parallel(20, lambda _: expect(service.client(workspace.secret).post(path), 200))
    assert of_share(since.rest(), share).count(event) == 1


def test_a_creation_that_is_sent_again_is_told_once(service, workspace, since):
    draft, key = {"recording_id": workspace.register()}, {"Idempotency-Key": "once"}

    def create(_):
        client = service.client(workspace.secret)
        return eventually(lambda: client.post("/v1/shares", draft, headers=key).status == 201)

    in_parallel(10, create)
    assert sorted(types(since.rest())) == ["link.created", "share.created"]


def test_what_was_refused_is_not_told(workspace, since):
    share = workspace.share()
    since.rest()
    assert share.change(label="x", headers={"If-Match": '"99"'}).status == 412
    assert share.change(nonsense=1).status == 422
    assert workspace.client.post("/v1/shares", {"recording_id": "nobody"}).status == 422
    share.change(label=None)  # as it was
    assert since.rest() == []
