"""No answer ever reaches another client, and none gets stuck, over hundreds of thousands."""

import pytest
from edge import get
from load import churn, lockstep
from private_nginx import Nginx


@pytest.mark.parametrize("target, unique", [("/async/", 1), ("/sync", 0)])
def test_no_answer_reaches_another_client(start, target, unique):
    server = start()
    result = churn(server.port, target=target, unique_target=unique)
    assert result["wrong"] == result["stray"] == result["missing"] == 0
    assert result["reset"] > 0.2 * result["requests"]
    server.until(lambda stats: stats["connections"] == 1 and stats["in_flight"] == 1)


def test_no_answer_reaches_another_client_through_nginx(start, tmp_path):
    server = start()
    with Nginx(tmp_path, server.port) as nginx:
        result = churn(nginx.port, target="/async/", unique_target=1)
    assert result["wrong"] == result["stray"] == result["missing"] == 0


def test_nginx_reuses_its_connections(start, tmp_path):
    server = start()
    with Nginx(tmp_path, server.port) as nginx:
        lockstep(nginx.port, rounds=500, connections=2)
        assert server.stats()["accepted"] < 50


@pytest.mark.parametrize("target", ["/async/", "/sync"])
def test_no_answer_gets_stuck(start, target):
    server = start()
    result = lockstep(server.port, target=target, connections=2)
    assert result["stalls"] == result["wrong"] == 0
    assert server.say(get("/sync")).status == 200
