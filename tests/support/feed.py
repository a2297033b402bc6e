"""Those who follow the feed of events: page by page, and as a stream."""

import http.client
import json
import time

from support import contract
from support.client import lower_names
from support.workspace import expect


class Feed:
    """Reads the feed as a program does: keeps `next_after`, and asks with it the next time."""

    def __init__(self, client, after=None, **filters):
        self.client, self.after, self.filters = client, after, filters

    def page(self, **more):
        query = {"after": self.after} | self.filters | more
        text = "&".join(f"{name}={value}" for name, value in query.items() if value is not None)
        page = expect(self.client.get("/v1/events?" + text), 200).json
        self.after = page["next_after"]
        return page

    def rest(self, **more):
        """All events up to the end of the feed."""
        events = []
        while True:
            page = self.page(**more)
            events += page["items"]
            if not page["has_more"]:
                return events


def whole_feed(client, **filters):
    return Feed(client, page_size=200, **filters).rest()


def types(events):
    return [event["type"] for event in events]


class Ended(Exception):
    """The stream is at its end, as the server meant it."""


class BrokeOff(Exception):
    """The connection ended within the stream."""


class EventStream:
    """A client of text/event-stream, by WHATWG HTML section 9.2.6."""

    def __init__(self, address, key, query="", last=None, tls=None, added=(), timeout=30):
        if tls:
            self.connection = http.client.HTTPSConnection(*address, timeout=timeout, context=tls)
        else:
            self.connection = http.client.HTTPConnection(*address, timeout=timeout)
        headers = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
        self.last_id = last
        if last:
            headers["Last-Event-ID"] = last
        self.connection.request("GET", "/v1/events" + query, headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.headers = lower_names(self.answer.getheaders())
        self.received = b""
        body = b"" if self.status == 200 else self.answer.read()
        judged = {name: value for name, value in self.headers.items()
                  if name not in {"transfer-encoding", *added}}
        contract.load().check("GET", "/v1/events", self.status, judged, body)
        if self.status == 200:
            assert self.headers["content-type"] == "text/event-stream"
        self.code = json.loads(body)["code"] if body else None
        self.retry = None

    def line(self):
        """A line without its end. http.client would hide whether the last chunk ever came."""
        while b"\n" not in self.received:
            size = self.answer.fp.readline()
            if not size.endswith(b"\r\n"):
                raise BrokeOff()
            chunk = self.answer.fp.read(int(size, 16) + 2)
            if chunk == b"\r\n":
                raise Ended()
            self.received += chunk[:-2]
        line, self.received = self.received.split(b"\n", 1)
        return line.decode()

    def block(self):
        """The fields of what comes next, up to a blank line, and the comments in it."""
        fields, comments = {}, []
        while True:
            line = self.line()
            if not line:
                break
            if line.startswith(":"):
                comments.append(line[1:])
            else:
                name, value = line.split(": ", 1)
                fields[name] = value
        self.last_id = fields.get("id", self.last_id)
        self.retry = fields.get("retry", self.retry)
        return fields, comments

    def begun(self):
        """Waits for the first words, which come at once."""
        self.block()
        return self

    def event(self):
        """The next event, as an EventSource would dispatch it."""
        while True:
            fields, _ = self.block()
            if "data" in fields:
                event = json.loads(fields["data"])
                assert (fields["event"], fields["id"]) == (event["type"], event["id"])
                return event

    def events(self, count):
        return [self.event() for _ in range(count)]

    def end(self):
        """Waits for the end; whatever comes before it is given back."""
        events = []
        try:
            while True:
                events.append(self.event())
        except Ended:
            self.close()
            return events

    def close(self):
        self.answer.close()
        self.connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def seconds_of(call):
    """How long a call took, and what it gave."""
    began = time.monotonic()
    result = call()
    return time.monotonic() - began, result
