"""What a policy does to the shares of its workspace: limits are clamped and what was asked for is
kept; what a rule forbids is refused; a rule that is tightened acts on what exists."""

import datetime

import pytest

from support.client import eventually
from support.workspace import expect, uuid_of

DAY = 86_400
ADA = {"email": "ada@example.com"}
FLAGS = ("transcript", "summary", "notes", "comments", "console", "network", "actions", "info",
         "download")


@pytest.fixture
def owner(workspace):
    workspace.register("rec", duration_ms=60_000)
    return workspace


def policy(owner, **members):
    return expect(owner.client.patch("/v1/policy", members), 200).json


def ask(owner, query="", **members):
    return owner.client.post("/v1/shares" + query, {"recording_id": "rec"} | members)


def made(owner, **members):
    return expect(ask(owner, **members), 201).json


def show(owner, share):
    return expect(owner.client.get(f"/v1/shares/{share['id']}"), 200).json


def change(owner, share, query="", **members):
    return owner.client.patch(f"/v1/shares/{share['id']}{query}", members)


def instant(text):
    return datetime.datetime.fromisoformat(text)


def lifetime(share):
    if share["expires_at"] is None:
        return None
    return (instant(share["expires_at"]) - instant(share["starts_at"])).total_seconds()


def adjusted(share):
    return {one["field"]: one["rule"] for one in share["adjusted"]}


def in_days(owner, days):
    now = owner.service.sql("SELECT now()")[0][0].replace(microsecond=0)
    return (now + datetime.timedelta(days=days)).isoformat()


def expire(owner, share):
    """Only in tests may time pass by decree."""
    owner.service.sql("UPDATE share SET starts_at = starts_at - interval '400 days',"
                      " expires_at = expires_at - interval '400 days',"
                      " requested_expires_at = requested_expires_at - interval '400 days'"
                      " WHERE share_id = %s", uuid_of(share["id"]))


# -- quantities are clamped

@pytest.mark.parametrize("default", [DAY, None])
def test_a_share_that_names_no_end_lasts_the_policys_default(owner, default):
    policy(owner, default_ttl_seconds=default)
    share = made(owner)
    assert lifetime(share) == default and share["adjusted"] == []


@pytest.mark.parametrize("end", [{"expires_in": "30d"}, {"ttl_seconds": 30 * DAY},
                                 {"expires_at": None}, {"expires_at": "9999-12-31T23:59:59Z"}])
def test_a_later_end_than_the_maximum_is_brought_forward_and_kept_as_asked(owner, end):
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=14 * DAY)
    share = made(owner, **end)
    assert lifetime(share) == 14 * DAY
    assert adjusted(share) == {"expires_at": "max_ttl_seconds"}
    asked = share["requested"]["expires_at"]
    assert asked is None if end.get("expires_at", 1) is None else asked > share["expires_at"]


def test_the_maximum_itself_is_not_brought_forward(owner):
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=14 * DAY)
    share = made(owner, expires_in="14d")
    assert (lifetime(share), share["adjusted"]) == (14 * DAY, [])


def test_the_maximum_counts_from_the_start_and_stays_within_the_calendar(owner):
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=14 * DAY)
    later = made(owner, starts_at="2099-01-01T00:00:00Z", expires_at=None)
    assert later["expires_at"] == "2099-01-15T00:00:00.000Z"
    last = made(owner, starts_at="9999-12-30T00:00:00Z", expires_at=None)
    assert last["expires_at"] == "9999-12-31T23:59:59.999Z"


def test_flags_and_tracking_are_lowered_to_what_is_allowed(owner):
    policy(owner, allowed_visibility={"download": False, "transcript": False},
           tracking_max="count")
    share = made(owner, visibility={"download": True, "notes": True}, tracking="identified")
    assert (share["visibility"]["download"], share["visibility"]["transcript"],
            share["visibility"]["notes"], share["tracking"]) == (False, False, True, "count")
    requested = share["requested"]
    assert (requested["visibility"]["download"], requested["visibility"]["transcript"],
            requested["tracking"]) == (True, True, "identified")
    assert adjusted(share) == {"visibility": "allowed_visibility", "tracking": "tracking_max"}


def test_defaults_come_from_the_policy(owner):
    policy(owner, default_visibility={"transcript": False, "summary": True},
           default_tracking="count")
    share = made(owner, visibility={"notes": True})
    assert {flag for flag in FLAGS if share["visibility"][flag]} == {"summary", "comments",
                                                                     "notes"}
    assert (share["tracking"], share["adjusted"]) == ("count", [])


def test_a_window_of_which_the_maximum_leaves_nothing_is_refused(owner):
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=DAY)
    answer = ask(owner, starts_at="2020-01-01T00:00:00Z", expires_at=None)
    assert answer.faults == {"/starts_at": "policy_violation"}


# -- rules are refused

def test_all_rules_that_are_broken_are_told_at_once(owner):
    policy(owner, allow_public=False, require_passcode=True, require_enforced_clip=True,
           require_recipient=True)
    answer = ask(owner, audience="public", clip={"start_ms": 0, "end_ms": 70_000},
                 starts_at="2020-01-01T00:00:00Z", ttl_seconds=1)
    assert answer.status == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json["errors"]] == [
        ("/audience", "policy_violation"), ("/ttl_seconds", "out_of_range"),
        ("/passcode", "policy_violation"), ("/clip/end_ms", "out_of_range"),
        ("/clip", "policy_violation")]
    assert owner.client.get("/v1/shares").json["items"] == []


def test_where_public_shares_are_forbidden_one_that_does_not_say_is_for_members(owner):
    policy(owner, allow_public=False)
    assert ask(owner, audience="public").faults == {"/audience": "policy_violation"}
    share = made(owner)
    assert (share["audience"], share["requested"]["audience"], share["adjusted"]) == (
        "workspace", "workspace", [])
    assert made(owner, audience="workspace")["audience"] == "workspace"


@pytest.mark.parametrize("passcode", [{}, {"passcode": None}])
def test_where_passcodes_are_asked_for_none_is_refused(owner, passcode):
    policy(owner, require_passcode=True)
    assert ask(owner, **passcode).faults == {"/passcode": "policy_violation"}
    share = made(owner, passcode="open sesame")
    assert change(owner, share, passcode=None).faults == {"/passcode": "policy_violation"}
    assert show(owner, share) == share
    assert expect(change(owner, share, passcode="another"), 200).json["has_passcode"]


def test_where_clips_must_be_enforced_none_can_be_set(owner):
    before = made(owner, clip={"start_ms": 0, "end_ms": 5})
    policy(owner, require_enforced_clip=True)
    clip = {"clip": {"start_ms": 0, "end_ms": 6}}
    assert ask(owner, **clip).faults == {"/clip": "policy_violation"}
    assert change(owner, before, **clip).faults == {"/clip": "policy_violation"}
    assert expect(change(owner, before, clip=None), 200).json["blocked_by"] == []


def test_where_recipients_are_asked_for_a_share_without_is_refused(owner):
    policy(owner, preset="salesloft")
    answer = ask(owner)
    assert (answer.status, answer.code) == (409, "recipient_required")
    assert ask(owner, "?validate_only=true").code == "recipient_required"
    share = made(owner, recipients=[ADA])
    assert (share["tracking"], lifetime(share), share["blocked_by"]) == ("identified", 30 * DAY, [])


def test_trying_shows_what_the_policy_would_leave(owner):
    policy(owner, preset="userplane")
    tried = expect(ask(owner, "?validate_only=true", expires_at=None), 200).json
    assert lifetime(tried) == 14 * DAY and tried["requested"]["expires_at"] is None
    assert adjusted(tried) == {"expires_at": "max_ttl_seconds"}


# -- a policy that changes later

def test_a_tightened_policy_acts_on_shares_that_exist_and_tells_by_which_rule(owner):
    share = made(owner, expires_at=None, visibility={"download": True}, tracking="identified",
                 clip={"start_ms": 0, "end_ms": 5})
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=DAY, allow_public=False,
           allowed_visibility={"download": False}, tracking_max="none", default_tracking="none",
           require_passcode=True, require_enforced_clip=True, require_recipient=True)
    now = show(owner, share)
    assert (now["audience"], lifetime(now), now["visibility"]["download"], now["tracking"]) == (
        "workspace", DAY, False, "none")
    assert adjusted(now) == {"audience": "allow_public", "visibility": "allowed_visibility",
                             "expires_at": "max_ttl_seconds", "tracking": "tracking_max"}
    assert now["blocked_by"] == ["require_passcode", "require_enforced_clip", "require_recipient"]
    assert now["requested"] == share["requested"] and now["version"] == share["version"]


def test_a_tightened_maximum_ends_shares_that_are_past_it(owner):
    share = made(owner, expires_at=None)
    expire(owner, share)
    assert show(owner, share)["state"] == "active"
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=DAY)
    assert show(owner, share)["state"] == "expired"


def test_a_loosened_policy_widens_no_share(owner):
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=DAY, tracking_max="none",
           allowed_visibility={"download": False})
    share = made(owner, expires_at=None, visibility={"download": True}, tracking="count")
    policy(owner, max_ttl_seconds=None, tracking_max="identified",
           allowed_visibility={"download": True})
    for now in (show(owner, share), expect(change(owner, share, title="x", label="y", max_views=2),
                                           200).json):
        assert (lifetime(now), now["visibility"]["download"], now["tracking"]) == (DAY, False,
                                                                                   "none")
        assert adjusted(now) == adjusted(share)


@pytest.mark.parametrize("patch, field", [({"expires_at": None}, "expires_at"),
                                          ({"visibility": {"download": True}}, "visibility"),
                                          ({"tracking": "count"}, "tracking")])
def test_a_change_is_granted_anew_only_in_what_it_names(owner, patch, field):
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=DAY, tracking_max="none",
           allowed_visibility={"download": False})
    share = made(owner, expires_at=None, visibility={"download": True}, tracking="count")
    policy(owner, max_ttl_seconds=None, tracking_max="identified",
           allowed_visibility={"download": True})
    now = expect(change(owner, share, **patch), 200).json
    assert set(adjusted(now)) == {"expires_at", "visibility", "tracking"} - {field}
    assert now[field] == now["requested"][field]


def test_one_flag_that_is_named_grants_no_other(owner):
    policy(owner, allowed_visibility={"download": False, "notes": False})
    share = made(owner, visibility={"download": True, "notes": True})
    policy(owner, allowed_visibility={"download": True, "notes": True})
    now = expect(change(owner, share, visibility={"notes": True}), 200).json["visibility"]
    assert (now["notes"], now["download"]) == (True, False)


def test_moving_the_start_does_not_prolong(owner):
    policy(owner, default_ttl_seconds=DAY, max_ttl_seconds=14 * DAY)
    share = made(owner, expires_at=None)
    policy(owner, max_ttl_seconds=None)
    now = expect(change(owner, share, starts_at=in_days(owner, 1)), 200).json
    assert now["expires_at"] == share["expires_at"]
    assert change(owner, share, starts_at=in_days(owner, 20)).faults == {
        "/starts_at": "policy_violation"}
    both = expect(change(owner, share, starts_at=in_days(owner, 20), expires_in="1d"), 200).json
    assert lifetime(both) == DAY


def test_a_public_share_stays_asked_for_while_the_policy_forbids_it(owner):
    share = made(owner, audience="public")
    policy(owner, allow_public=False)
    assert change(owner, share, audience="public").faults == {"/audience": "policy_violation"}
    now = expect(change(owner, share, title="x"), 200).json
    assert (now["audience"], now["requested"]["audience"]) == ("workspace", "public")
    assert expect(change(owner, share, audience="workspace"), 200).json["adjusted"] == []


# -- what has expired

MOVES = [{"expires_in": "1d"}, {"ttl_seconds": 10}, {"expires_at": None},
         {"expires_at": "2099-01-01T00:00:00Z"}, {"starts_at": "2099-01-01T00:00:00Z"}]


@pytest.mark.parametrize("move", MOVES)
def test_an_expired_share_is_final_where_the_policy_says_so(owner, move):
    policy(owner, preset="userplane")
    share = made(owner, )
    expire(owner, share)
    for query in ("", "?validate_only=true"):
        answer = change(owner, share, query, **move)
        assert (answer.status, answer.code) == (409, "share_expired")
    now = expect(change(owner, share, title="still mine"), 200).json
    assert (now["state"], now["title"]) == ("expired", "still mine")


def test_where_it_is_not_final_an_expired_share_is_opened_again(owner):
    share = made(owner, )
    expire(owner, share)
    now = expect(change(owner, share, starts_at=in_days(owner, 0), expires_in="1d"), 200).json
    assert now["state"] == "active"


def test_a_share_that_has_not_expired_can_be_moved_even_where_it_is_final(owner):
    policy(owner, preset="userplane")
    share = made(owner)
    assert lifetime(expect(change(owner, share, expires_in="3d"), 200).json) == 3 * DAY
    assert lifetime(expect(change(owner, share, expires_in="1y"), 200).json) == 14 * DAY


def test_expired_is_what_the_policy_of_today_makes_of_it(owner):
    """Asked for and granted for good; the tightened maximum has ended it, and that is final."""
    share = made(owner, expires_at=None)
    expire(owner, share)
    policy(owner, preset="userplane")
    assert change(owner, share, expires_at=None).code == "share_expired"


def test_final_means_to_the_instant_of_the_databases_clock(owner):
    policy(owner, preset="userplane")
    share = made(owner, ttl_seconds=2)
    expect(change(owner, share, ttl_seconds=1), 200)
    assert eventually(lambda: change(owner, share, ttl_seconds=1).code == "share_expired")
    assert show(owner, share)["state"] == "expired"
