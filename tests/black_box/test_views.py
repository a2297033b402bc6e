"""What is kept of an open, as tracking says, and what the sender sees and erases of it."""

import pytest

from support.workspace import expect
from test_opens import (FIREFOX, PROOFPOINT, SLACK, first_opens, numbers, opens, policy, report,
                        views, watch)

ADDRESS = "203.0.113.78"
EVENTS = {"event", "event_inbox", "due"}  # what jobs move meanwhile; those of opens are counted
ANN, BEN = {"email": "Ann@Example.com", "name": "Ann"}, {"email": "ben@example.com"}


def links_for(workspace, *recipients, **members):
    """A share with one link for each recipient, and the token of each."""
    share = workspace.share(recipients=list(recipients), **members)
    return share, [link["url"].split("#")[1] for link in share.document["links"]]


def test_while_tracking_is_none_nothing_is_kept(own_service):
    installation = own_service(settings={"VITRINE_LOG_LEVEL": "debug"}).start()
    share = installation.workspace().share(passcode="blue harbour 7")
    session = share.open(passcode="blue harbour 7")["session"]
    before = installation.everything()
    share.viewer.always = {"X-Forwarded-For": ADDRESS, "Referer": "https://mail.example.com/x"}
    zone = "Antarctica/Troll"
    expect(report(share, session, agent="tell-tale browser", viewer={"time_zone": zone}), 204)
    expect(report(share, session, agent="tell-tale browser", gesture=False), 204)
    after = installation.everything()
    assert not {table for table in after if after[table] != before[table]} - EVENTS
    assert first_opens(share) == [] and opens(share) is None
    for trace in (ADDRESS, "tell-tale", zone, session):
        assert trace not in repr(after)
    for trace in ("tell-tale", zone, session):
        assert trace not in installation.log_text()


def test_count_keeps_numbers_alone(own_service):
    installation = own_service().start()
    share, tokens = links_for(installation.workspace(), ANN, BEN, tracking="count")
    before = installation.everything()
    share.token = tokens[1]
    watch(share, viewer={"time_zone": "Antarctica/Troll"})
    after = installation.everything()
    changed = {table for table in after if after[table] != before[table]}
    assert changed - EVENTS == {"link", "reported_session"}
    for trace in ("Antarctica", "Firefox", "gesture"):
        assert trace not in repr(after)
    shown = share.show()
    assert (shown["opens"], [link["opens"] for link in shown["links"]]) == (
        numbers(person=1), [numbers(), numbers(person=1)])
    assert views(share) == [] and len(first_opens(share)) == 1


def test_identified_keeps_who_when_and_with_what(workspace):
    share, tokens = links_for(workspace, ANN, tracking="identified")
    watch(share, viewer={"time_zone": "Europe/Berlin"})
    (view,) = views(share)
    assert view.pop("id").startswith("viw_")
    opened_at = view.pop("opened_at")
    assert share.document["created_at"] <= opened_at <= share.open()["renew_after"]
    assert view == {"link_id": share.document["links"][0]["id"],
                    "recipient": {"name": "Ann", "email": "Ann@Example.com"}, "class": "person",
                    "reason": "gesture", "client": "Firefox on Windows",
                    "time_zone": "Europe/Berlin"}
    assert opens(share) == numbers(person=1)
    link = workspace.client.get(f"{share.path}/links/{view['link_id']}").json
    assert link["opens"] == numbers(person=1) and link["version"] == 1


def test_no_address_and_no_user_agent_is_kept_of_anybody(own_service):
    installation = own_service().start()
    share = installation.workspace().share(tracking="identified")
    share.viewer.always = {"X-Forwarded-For": ADDRESS, "Referer": "https://mail.example.com/x",
                           "Accept-Language": "tlh"}
    session = watch(share)
    kept = repr(installation.everything())
    assert "Firefox on Windows" in kept
    for trace in (ADDRESS, "mail.example.com", "tlh'", "Mozilla", "Gecko", "128.0", session,
                  share.token):
        assert trace not in kept, trace


@pytest.mark.parametrize("members, kept", [
    ({}, None), ({"viewer": {}}, None), ({"viewer": {"time_zone": None}}, None),
    ({"viewer": {"time_zone": "Asia/Kolkata"}}, "Asia/Kolkata"),
    ({"viewer": {"time_zone": "Mars/Olympus_Mons"}}, None),
    ({"viewer": {"time_zone": "europe/berlin"}}, None)])
def test_a_time_zone_is_kept_when_there_is_one_of_that_name(workspace, members, kept):
    share = workspace.share(tracking="identified")
    watch(share, **members)
    assert views(share)[0]["time_zone"] == kept


def test_the_policy_of_today_keeps_no_more_than_it_allows(workspace):
    share = workspace.share(tracking="identified")
    session = share.open()["session"]
    policy(workspace, tracking_max="none")
    expect(report(share, session), 204)
    policy(workspace, tracking_max="count")
    assert opens(share) == numbers()
    expect(report(share, session), 204)
    assert opens(share) == numbers(person=1)
    policy(workspace, tracking_max="identified")
    assert views(share) == []


# -- the sender


def test_views_come_newest_first_in_pages(workspace):
    share = workspace.share(tracking="identified")
    for agent in (FIREFOX, SLACK, PROOFPOINT):
        watch(share, agent)
    first = expect(workspace.client.get(f"{share.path}/views?page_size=2"), 200).json
    assert [view["class"] for view in first["items"]] == ["scanner", "preview"]
    rest = workspace.client.get(
        f"{share.path}/views?page_size=2&page_token={first['next_page_token']}").json
    assert [view["class"] for view in rest["items"]] == ["person"]
    assert rest["next_page_token"] is None
    other = workspace.share(tracking="identified")
    answer = workspace.client.get(f"{other.path}/views?page_token={first['next_page_token']}")
    assert answer.code == "invalid_page_token"
    assert workspace.client.get(f"{share.path}/views?class=person").code == "invalid_parameter"


def test_a_persons_views_are_erased_and_nobody_elses(own_service):
    installation = own_service().start()
    workspace = installation.workspace()
    share, tokens = links_for(workspace, ANN, BEN, tracking="identified")
    another, _ = links_for(workspace, ANN, tracking="identified")
    for token in (tokens[0], tokens[0], tokens[1]):
        share.token = token
        watch(share, viewer={"time_zone": "Antarctica/Troll"})
    watch(another)

    def erase(recipient, path=share.path):
        return workspace.client.delete(f"{path}/views?recipient={recipient}")

    assert expect(erase("ANN%40EXAMPLE.com"), 200).json == {"deleted": 2}
    assert erase("ann@example.com").json == {"deleted": 0}
    assert [view["recipient"]["email"] for view in views(share)] == ["ben@example.com"]
    assert opens(share) == numbers(person=3)
    assert len(views(another)) == 1
    share.revoke()
    assert erase("ben@example.com").json == {"deleted": 1}
    assert "Antarctica" not in repr(installation.everything())


def test_whose_views_are_to_be_erased_must_be_said(workspace):
    share = workspace.share(tracking="identified")
    watch(share)
    for query in ("", "?recipient=", "?recipient=Ann", "?recipient=a@b.example&link_id=x",
                  "?recipient=a@b.example&recipient=c@d.example"):
        assert workspace.client.delete(f"{share.path}/views{query}").code == "invalid_parameter"
    assert len(views(share)) == 1


def test_another_workspace_sees_and_erases_nothing(workspace, stranger):
    share, _ = links_for(workspace, ANN, tracking="identified")
    watch(share)
    for path in (share.path, "/v1/shares/shr_01m7w77j50ftar8grd2t6y41g2", "/v1/shares/x"):
        assert stranger.client.get(f"{path}/views").code == "not_found"
        assert stranger.client.delete(f"{path}/views?recipient=ann@example.com").code == "not_found"
    assert len(views(share)) == 1


def test_lists_and_bulk_answers_show_the_opens_too(workspace):
    share = workspace.share(tracking="count", label="watched")
    workspace.share(label="watched")
    watch(share)
    listed = workspace.client.get("/v1/shares?label=watched").json["items"]
    assert [item["opens"] for item in listed] == [None, numbers(person=1)]
    assert [item["links"][0]["opens"] for item in listed] == [None, numbers(person=1)]
    whole = share.show() | {"label": "changed"}
    for name in ("starts_at", "expires_at", "state", "passcode", "metadata"):
        whole.pop(name, None)
    assert share.change(**whole).json["opens"] == numbers(person=1)  # what is shown may be sent
