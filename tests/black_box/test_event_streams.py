"""Waiting for events: one answer that comes when there is one, and streams that do not end."""

import signal
import socket
import threading
import time

import pytest

from support.client import eventually
from support.feed import BrokeOff, EventStream, Feed, seconds_of, types, whole_feed
from support.nginx import Nginx
from support.workspace import expect

NO_EVENT = "evt_01m7w7aeznfrks6sagmjhtcq0c"


@pytest.fixture
def follow(service, workspace):
    """Opens streams, by default of the workspace: follow("?type=…", last=…)."""
    opened = []

    def begin(query="", key=None, to=None, **more):
        stream = EventStream((to or service).address, key or workspace.secret, query, **more)
        opened.append(stream)
        return stream

    yield begin
    for stream in opened:
        stream.close()


def followers(service):
    return int(service.metric("vitrine_event_followers"))


def ask_and_wait(service, key, feed, **query):
    """Asks with wait_seconds on a thread of its own; gives the thread and where its answer comes."""
    asked = Feed(service.client(key), after=feed.after)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(
        seconds_of(lambda: asked.page(**({"wait_seconds": 30} | query)))))
    before = followers(service)
    thread.start()
    eventually(lambda: followers(service) > before)
    return thread, answers


# -- one answer


@pytest.fixture
def since(workspace):
    feed = Feed(workspace.client)
    feed.rest()
    return feed


def test_who_waits_is_answered_when_something_happens(service, workspace, since):
    thread, answers = ask_and_wait(service, workspace.secret, since)
    share = workspace.share()
    began = time.monotonic()
    thread.join(30)
    assert time.monotonic() - began < 5  # about 0.2 s, on a machine with nothing else to do
    assert answers[0][1]["items"][0]["data"]["share_id"] == share.id


def test_who_waits_in_vain_is_told_so_in_time(since):
    seconds, page = seconds_of(lambda: since.page(wait_seconds=1))
    assert 0.9 < seconds < 8
    assert page == {"items": [], "next_after": since.after, "has_more": False}


def test_who_need_not_wait_does_not(workspace):
    workspace.share()
    seconds, page = seconds_of(lambda: Feed(workspace.client).page(wait_seconds=30))
    assert page["items"] and seconds < 10


def test_what_is_not_wanted_wakes_nobody(service, workspace, since):
    thread, answers = ask_and_wait(service, workspace.secret, since, type="share.revoked")
    share = workspace.share()
    share.disable()
    share.revoke()
    thread.join(30)
    assert types(answers[0][1]["items"])[-1:] == ["share.revoked"]


def test_who_waits_holds_no_thread_and_no_connection_of_the_database(service, workspace, since):
    waiting = [ask_and_wait(service, workspace.secret, since) for _ in range(40)]
    for _ in range(5):  # the pool has eight threads and eight connections
        expect(workspace.client.get("/v1/shares"), 200)
    workspace.share()
    for thread, answers in waiting:
        thread.join(30)
        assert answers[0][1]["items"]


@pytest.mark.parametrize("how", ["close", "finish_sending"])
def test_who_waits_and_leaves_gives_up_its_place(service, workspace, since, how):
    before = followers(service)
    request = (f"GET /v1/events?after={since.after}&wait_seconds=30 HTTP/1.1\r\nHost: x\r\n"
               f"Authorization: Bearer {workspace.secret}\r\n\r\n")
    with socket.create_connection(service.address, timeout=20) as client:
        client.sendall(request.encode())
        eventually(lambda: followers(service) > before)
        if how == "finish_sending":  # it may read on, and is answered rather than forgotten
            client.shutdown(socket.SHUT_WR)
            assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
    eventually(lambda: followers(service) == before)


def test_one_that_happens_elsewhere_wakes_nobody(service, workspace, stranger):
    theirs = Feed(stranger.client)
    theirs.rest()
    thread, answers = ask_and_wait(service, stranger.secret, theirs, wait_seconds=2)
    workspace.share()
    thread.join(30)
    assert answers[0][0] > 1.8 and answers[0][1]["items"] == []


# -- streams


def test_a_stream_tells_what_happens_from_now_on(workspace, follow):
    workspace.share()
    stream = follow().begun()
    assert stream.retry == "3000" and stream.last_id == whole_feed(workspace.client)[-1]["id"]
    share = workspace.share()
    assert types(stream.events(2)) == ["share.created", "link.created"]
    share.revoke()
    assert stream.event()["type"] == "share.revoked"


def test_a_stream_tells_the_same_as_the_pages(workspace, follow):
    for _ in range(3):
        workspace.share().revoke()
    pages = whole_feed(workspace.client)
    assert follow(f"?after={pages[0]['id']}").events(len(pages) - 1) == pages[1:]


def test_a_stream_catches_up_however_much_it_missed(service, workspace, follow):
    first = whole_feed(workspace.client)[0]["id"]
    draft = {"items": [{"recording_id": workspace.register()}] * 300}
    expect(workspace.client.post("/v1/shares/bulk-create", draft), 200)
    began = time.monotonic()
    events = follow(f"?after={first}").events(600)
    assert time.monotonic() - began < 10
    assert [event["id"] for event in events] == [event["id"]
                                                 for event in whole_feed(workspace.client)[1:601]]


def test_who_comes_back_misses_nothing_and_gets_nothing_twice(workspace, follow):
    """Leaves after every third event, as an EventSource would that lost its connection."""
    stream, told = follow().begun(), []
    place = stream.last_id
    for _ in range(6):
        workspace.share()
        if len(told) % 3 == 0:
            stream.close()
            workspace.share()
            stream = follow(f"?after={NO_EVENT}", last=stream.last_id).begun()
        told += stream.events(2)
    rest = Feed(workspace.client, after=place).rest()
    told += stream.events(len(rest) - len(told))
    assert told == rest


def test_who_loses_a_stream_before_its_first_event_misses_nothing(service, workspace, follow):
    for empty in (False, True):
        if empty:
            service.sql("DELETE FROM event")
        stream = follow().begun()
        stream.close()
        share = workspace.share()
        again = follow(last=stream.last_id)
        assert again.event()["data"]["share_id"] == share.id
        again.close()


def test_a_stream_tells_only_what_is_asked_for(workspace, follow):
    stream = follow("?type=share.revoked,policy.updated").begun()
    shares = [workspace.share() for _ in range(2)]
    for share in shares:
        share.disable()
        share.revoke()
    assert [stream.event()["data"]["share_id"] for _ in shares] == [share.id for share in shares]


def test_a_stream_shows_signs_of_life_and_how_far_it_has_come(workspace, stranger, follow):
    filtered, silent = follow("?type=policy.updated").begun(), follow(key=stranger.secret).begun()
    began = time.monotonic()
    workspace.share()
    place = whole_feed(workspace.client)[-1]["id"]
    assert filtered.block() == ({"id": place}, [])  # on over all that is not wanted
    fields, comments = silent.block()
    assert fields == {} and comments
    assert 10 < time.monotonic() - began < 25


def test_a_stream_is_not_held_back_or_kept(follow):
    stream = follow()
    assert stream.headers["cache-control"] == "no-store"
    assert stream.headers["x-accel-buffering"] == "no"
    assert "Accept" in stream.headers["vary"]


def test_json_comes_unless_a_stream_is_rather_wanted(workspace):
    for accept in ("*/*", "application/json", "application/json, text/event-stream",
                   "text/event-stream;q=0", "text/html"):
        answer = workspace.client.get("/v1/events", headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/json", accept


@pytest.mark.parametrize("query, last", [("?after=" + NO_EVENT, None), ("", NO_EVENT), ("", "x"),
                                         ("?type=x", None)])
def test_a_stream_that_cannot_be_is_refused_before_it_begins(follow, query, last):
    stream = follow(query, last=last)
    assert (stream.status, stream.code) == (400, "invalid_parameter")


def test_head_of_a_stream_ends_at_once(service, workspace):
    before = followers(service)
    answer = workspace.client.head("/v1/events", headers={"Accept": "text/event-stream"})
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    eventually(lambda: followers(service) == before)


def test_a_stream_ends_soon_after_its_key(workspace, follow):
    key_id, secret = workspace.make_key("events:read")
    stream = follow(key=secret).begun()
    expect(workspace.client.delete(f"/v1/keys/{key_id}"), 204)
    seconds, told = seconds_of(stream.end)
    assert seconds < 15
    # What was told after the revocation had begun is at most the revocation itself.
    assert types(told) in ([], ["key.revoked"])


def test_who_waits_with_a_key_that_ends_is_refused(service, workspace, since):
    key_id, secret = workspace.make_key("events:read")
    asked = []
    target = f"/v1/events?after={since.after}&type=policy.updated&wait_seconds=30"
    thread = threading.Thread(target=lambda: asked.append(service.client(secret).get(target)))
    before = followers(service)
    thread.start()
    eventually(lambda: followers(service) > before)
    expect(workspace.client.delete(f"/v1/keys/{key_id}"), 204)
    thread.join(30)
    assert (asked[0].status, asked[0].code) == (401, "unauthenticated")


def test_who_leaves_is_forgotten(service, workspace, follow):
    before = followers(service)
    streams = [follow().begun() for _ in range(10)]
    assert followers(service) == before + 10
    for stream in streams:
        stream.close()
    eventually(lambda: followers(service) == before)


def test_a_workspace_can_take_a_hundred_places_and_no_more(service, workspace, stranger, follow):
    streams = [follow().begun() for _ in range(100)]
    refused = follow()
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) > 0
    answer = workspace.client.get(f"/v1/events?after={streams[0].last_id}&wait_seconds=30")
    assert answer.code == "rate_limited"
    assert workspace.client.get("/v1/events").status == 200  # who does not wait needs no place
    assert follow(key=stranger.secret).begun().status == 200
    streams[0].close()
    eventually(lambda: follow().status == 200)


# -- the end of a process


def test_a_drain_ends_streams_and_answers_who_waits(own_service):
    service = own_service().start()
    workspace = service.workspace()
    feed = Feed(workspace.client)
    feed.rest()
    streams = [EventStream(service.address, workspace.secret).begun() for _ in range(5)]
    thread, answers = ask_and_wait(service, workspace.secret, feed)
    began = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    thread.join(30)
    assert answers[0][1] == {"items": [], "next_after": feed.after, "has_more": False}
    assert [stream.end() for stream in streams] == [[]] * 5
    assert service.ended() == 0
    assert time.monotonic() - began < 10


def test_a_killed_process_does_not_end_streams_as_if_all_were_told(own_service):
    service = own_service().start()
    workspace = service.workspace()
    stream = EventStream(service.address, workspace.secret).begun()
    service.process.kill()
    service.process.wait()
    service.process = None
    with pytest.raises((BrokeOff, ConnectionResetError)):
        stream.block()


def test_streams_outlive_a_database_that_is_away_for_a_moment(service, workspace, follow):
    stream = follow().begun()
    service.sql("""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()""")
    draft = {"name": "x", "scopes": ["shares:read"]}
    made = eventually(lambda: (answer := workspace.client.post("/v1/keys", draft)).status == 201
                      and answer.json)
    assert stream.event()["data"] == {"key_id": made["id"]}


# -- through nginx


def test_events_come_through_the_proxy_as_they_happen(service, workspace):
    nginx = Nginx([service])
    nginx.start()
    try:
        client = nginx.client(workspace.secret)
        with EventStream(nginx.address, workspace.secret, tls=client.tls,
                         added=client.added | {"connection"}) as stream:
            stream.begun()
            began = time.monotonic()
            share = workspace.share()
            assert stream.event()["data"]["share_id"] == share.id
            assert time.monotonic() - began < 5
            place = stream.event()["id"]
        waiting = Feed(client, after=place)
        assert waiting.page(wait_seconds=1)["items"] == []
        eventually(lambda: followers(service) == 0)
    finally:
        nginx.remove()
