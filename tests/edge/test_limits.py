"""Too many connections are turned away with an answer, and nothing spins or leaks."""

import contextlib
import os
import pathlib
import time

import pytest
from edge import get, is_sanitized


def test_connections_over_the_cap_get_503_and_the_others_go_on(start):
    server = start(max_connections=10)
    kept = [server.connect() for _ in range(10)]
    for client in kept:
        client.send(get("/sync"))
        assert client.answer().status == 200
    late = server.connect()
    assert (late.answer().status, late.is_closed()) == (503, True)
    for client in kept:
        client.send(get("/sync"))
        assert client.answer().status == 200
    kept.pop().reset()
    assert server.stats()["refused"] >= 1


def test_a_turned_away_client_that_sends_a_request_can_read_the_answer(start):
    server = start(max_connections=1)
    with server.connect() as first:
        first.send(get("/sync"))
        first.answer()
        for _ in range(20):
            with server.connect() as client:
                client.send(get("/sync"))
                assert (client.answer().code, client.is_closed()) == ("overloaded", True)


def test_bodies_over_the_memory_for_all_of_them_get_503_and_give_it_back(start):
    server = start(max_body_bytes=1 << 20)
    head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n"
    for _ in range(3):  # what was taken is free again after an answer, a refusal and a reset
        with server.connect() as first, server.connect() as second:
            first.send(head + "x" * 600_000)
            server.until(lambda stats: stats["in_flight"] >= 2)
            time.sleep(0.1)
            second.send(head + "x" * 600_000)
            assert (second.answer().code, second.is_closed()) == ("overloaded", True)
            first.send("x" * 100_000)
            assert first.answer().status == 200
        with server.connect() as gone:
            gone.send(head + "x" * 600_000)
            gone.reset()
        server.until(lambda stats: stats["in_flight"] == 1)


def test_a_low_descriptor_limit_turns_away_without_spinning(start):
    if is_sanitized():
        pytest.skip("the sanitizers need descriptors of their own")
    server = start(limits=64)
    clients = [server.connect() for _ in range(200)]
    time.sleep(1.0)  # lets those who were turned away be forgotten
    assert server.cores_used(1.0) < 0.3
    for client in clients:
        client.reset()
    assert server.stats()["refused"] >= 100


def descriptors(server):
    """How many it has, but for pipes: sanitizers have some to the program that names functions."""
    count = 0
    for name in pathlib.Path(f"/proc/{server.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            count += not os.readlink(name).startswith("pipe:")
    return count


def test_connections_leave_no_descriptor_behind(start):
    server = start()
    server.stats()
    before = descriptors(server)
    for number in range(300):
        with server.connect() as client:
            client.send(get("/async/x") if number % 3 else "GET / broken")
            if number % 2:
                client.answer() if number % 3 else None
    server.until(lambda _: descriptors(server) <= before + 1)


def test_an_idle_server_costs_nothing(start):
    server = start()
    clients = [server.connect() for _ in range(100)]
    server.until(lambda stats: stats["connections"] == len(clients) + 1)
    assert server.cores_used(2.0) < 0.3


def test_256_idle_connections_cost_little_memory(start, record_property):
    server = start()
    server.stats()
    before = server.resident_kib()
    clients = [server.connect() for _ in range(256)]
    for client in clients:
        client.send(get("/fixed"))
    for client in clients:
        assert len(client.answer().body) == 2048
    after = server.resident_kib()
    record_property("resident_kib", after)
    print(f"resident with 256 connections: {after} KiB, {after - before} KiB more than without")
    assert after - before < 16 * 1024 or is_sanitized()
