"""No answer ever reaches another client, and none gets stuck, over hundreds of thousands."""

import subprocess
import time

import pytest
from edge import build_folder, get, is_sanitized
from load import churn, churn_finds_faults, lockstep
from private_nginx import Nginx, free_port


@pytest.mark.parametrize("target, unique", [("/async/", 1), ("/gathered/", 1), ("/sync", 0)])
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


@pytest.mark.parametrize("target", ["/async/", "/gathered/", "/sync"])
def test_no_answer_gets_stuck(start, target):
    server = start()
    result = lockstep(server.port, target=target, connections=2)
    assert result["stalls"] == result["wrong"] == 0
    assert server.say(get("/sync")).status == 200


def test_the_churn_client_would_see_wrong_answers():
    """Shown on Pistache's own writer, which gives some answers to the wrong client."""
    if is_sanitized():
        pytest.skip("stock Pistache has races that would end it")
    port = free_port()
    stock = subprocess.Popen([str(build_folder() / "tests" / "bench" / "stock_pistache"), str(port), "2"])
    try:
        time.sleep(0.5)
        for _ in range(5):
            if churn_finds_faults(port, 40_000, header="Connection: keep-alive"):
                return
        pytest.fail("not one wrong answer in 200,000 from a server that is known to give them")
    finally:
        stock.kill()
        stock.wait(20)
