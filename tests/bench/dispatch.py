"""How fast events get their places in the feed, and how fast webhooks are posted, by one process."""

import contextlib
import time

import servers
from measure import say
from processes import Tree
from support.workspace import expect, uuid_of

EVENTS = 50_000      # to be published, wanted by no webhook
ENDPOINTS = 16       # which share the senders' 64 places
DELIVERIES = 20_000  # to all endpoints together
PATIENCE = 300

SETTINGS = {"VITRINE_ALLOW_PRIVATE_WEBHOOKS": "true", "VITRINE_LOG_LEVEL": "warning"}
_WAITING = ("SELECT (SELECT count(*) FROM event_inbox)"
            " + (SELECT count(*) FROM delivery WHERE state = 'pending')")


def _put_down(service, workspace, count):
    service.sql("INSERT INTO event_inbox (workspace_id, type) SELECT %s, 'policy.updated'"
                " FROM generate_series(1, %s)", uuid_of(workspace.id), count)
    service.sql("ANALYZE event_inbox")


def _seconds_until_done(service):
    began = time.monotonic()
    while service.sql(_WAITING)[0][0]:
        if time.monotonic() - began > PATIENCE:
            raise RuntimeError(f"events or webhooks still wait after {PATIENCE} s")
        time.sleep(0.05)
    return time.monotonic() - began


@contextlib.contextmanager
def _doing_the_jobs(service):
    jobs = servers.Service(service.postgres, SETTINGS, replica_of=service,
                           arguments=("--jobs-only",))
    try:
        yield jobs.start()
    finally:
        jobs.remove()


def measured(postgres, threads, answer):
    """{"events_per_s", "deliveries_per_s", "delivery_cpu_us"}; `answer` is like those that an nginx
    gives to the webhooks."""
    with contextlib.ExitStack() as stack:
        port, _ = stack.enter_context(servers.nginx(threads, answer))
        service = stack.enter_context(servers.service(postgres, 1, SETTINGS, ("--no-jobs",)))
        silent, listened = service.workspace(), service.workspace()
        for number in range(ENDPOINTS):
            expect(listened.client.post("/v1/webhooks", {
                "url": f"http://127.0.0.1:{port}/{number}", "event_types": ["policy.updated"]}),
                201)
        service.run("sweep", "--once")
        _put_down(service, silent, EVENTS)
        say(f"publishing {EVENTS:,} events, then posting {DELIVERIES:,} webhooks")
        with _doing_the_jobs(service):
            published = EVENTS / _seconds_until_done(service)
        _put_down(service, listened, DELIVERIES // ENDPOINTS)
        with _doing_the_jobs(service) as jobs:
            tree = Tree(jobs.process.pid)
            posted = DELIVERIES / _seconds_until_done(service)
            cpu = tree.cpu_seconds() / DELIVERIES * 1e6
        states = service.sql("SELECT state, count(*) FROM delivery GROUP BY state")
        if states != [("succeeded", DELIVERIES)]:
            raise RuntimeError(f"not all webhooks arrived: {states}")
    return {"events_per_s": round(published), "deliveries_per_s": round(posted),
            "delivery_cpu_us": round(cpu, 1)}
