"""The clock of the machine that Vitrine runs on is wrong. The database's decides, everywhere."""

import datetime
import time

import pytest

from support.client import eventually
from support.clocks import off_by
from support.feed import Feed
from support.hook import Hook
from support.service import BINARY


@pytest.fixture(params=[3600, -3600], ids=["ahead", "behind"])
def service(request, own_service, tmp_path):
    off = own_service({"VITRINE_ALLOW_PRIVATE_WEBHOOKS": "true"},
                      program=off_by(request.param, BINARY, tmp_path)).start()
    off.ahead = request.param
    return off


def seconds_from_now(text):
    return (datetime.datetime.fromisoformat(text)
            - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


def test_a_link_opens_until_its_end_and_no_longer(service):
    share = service.workspace().share(ttl_seconds=3)
    assert 0 < seconds_from_now(share.document["expires_at"]) < 4
    assert share.resolve().status == 200
    eventually(lambda: share.resolve().code == "link_expired")
    assert -2 < seconds_from_now(share.document["expires_at"]) <= 0


def test_a_media_url_is_good_until_its_link_ends_and_no_longer(service):
    share = service.workspace().share(ttl_seconds=4)
    target = share.media_target()
    assert share.viewer.get(target).status == 200
    eventually(lambda: share.viewer.get(target).code == "media_url_expired")
    # It names whole seconds.
    assert -2 < seconds_from_now(share.document["expires_at"]) <= 1


def test_an_end_is_told_within_five_seconds_and_with_its_time(service):
    workspace = service.workspace()
    share = workspace.share(ttl_seconds=1)
    feed = Feed(workspace.client, type="share.expired")
    (told,) = eventually(feed.rest, within=6)
    assert told["data"]["share_id"] == share.id
    assert told["timestamp"] == share.document["expires_at"]


def test_a_webhook_is_stamped_with_a_time_that_receivers_accept(service, receiver, verifier):
    hook = Hook(service.workspace(), receiver.url(), event_types=["share.created"])
    hook.workspace.share()
    (hit,) = receiver.wait(1)
    assert abs(int(hit.headers["webhook-timestamp"]) - time.time()) < 60
    assert all(verifier.judge(hit, hook.secret).values())


def test_operators_are_told_how_wrong_it_is(service):
    assert abs(service.metric("vitrine_clock_skew_seconds") - service.ahead) < 1
