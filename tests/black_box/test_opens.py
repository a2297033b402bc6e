"""Opens of links, as they are reported: who counts, as what, and once."""

import concurrent.futures
import re

import pytest

from support.feed import whole_feed
from support.workspace import expect

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SLACK = "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"
PROOFPOINT = "Mozilla/5.0 (compatible; Proofpoint URL Defense)"
PATH = "/v1/resolve/open"


def report(share, session, agent=FIREFOX, token=None, **members):
    body = {"token": token or share.token, "session": session} | members
    return share.viewer.post(PATH, body, headers={"User-Agent": agent})


def watch(share, agent=FIREFOX, **members):
    """Opens the link and reports it, as a viewer's page does; the session."""
    session = share.open()["session"]
    expect(report(share, session, agent, **members), 204)
    return session


def opens(share):
    return share.show()["opens"]


def numbers(person=0, scanner=0, preview=0):
    return {"person": person, "scanner": scanner, "preview": preview}


def views(share):
    return expect(share.workspace.client.get(f"{share.path}/views"), 200).json["items"]


def first_opens(share):
    """What the events tell of the share's links being opened."""
    told = [event["data"] for event in whole_feed(share.workspace.client, type="link.opened")]
    return [about for about in told if about["share_id"] == share.id]


def policy(workspace, **members):
    expect(workspace.client.patch("/v1/policy", members), 200)


def test_metrics_tell_how_many_opens_were_counted(own_service):
    service = own_service().start()
    share = service.workspace().share(tracking="count")
    session = watch(share)
    expect(report(share, session), 204)  # once more
    watch(share, PROOFPOINT)
    whole_feed(share.workspace.client)
    text = service.admin().get("/metrics").body.decode()
    for line in ('vitrine_opens_total{class="person"} 1', 'vitrine_opens_total{class="scanner"} 1',
                 'vitrine_opens_total{class="preview"} 0'):
        assert f"\n{line}\n" in text
    published = sum(map(float, re.findall(r"^vitrine_events_published_total{.*} (\d+)$", text,
                                          re.M)))
    assert published == service.sql("SELECT count(*) FROM event")[0][0]


# -- the session of a tracked link


def test_an_untracked_link_answers_as_ever(workspace):
    share = workspace.share(visibility={"transcript": False})
    answer = expect(share.resolve(session="of another link"), 200)
    document = answer.json
    assert list(document) == ["share", "recording", "media", "panels", "renew_after"]
    media = document["media"][0]
    assert answer.body.decode() == (
        '{"share":{"title":"Stand-up","audience":"public","starts_at":"%s","expires_at":"%s",'
        '"download":false,"comments":[]},"recording":{"title":"Stand-up","recorded_at":null,'
        '"duration_ms":null},"media":[{"role":"audio","content_type":"audio/ogg","url":"%s",'
        '"expires_at":"%s"}],"panels":{},"renew_after":"%s"}' % (
            share.document["starts_at"], share.document["expires_at"], media["url"],
            media["expires_at"], document["renew_after"]))


@pytest.mark.parametrize("tracking", ["count", "identified"])
def test_each_visitor_of_a_tracked_link_has_a_session_of_their_own(workspace, tracking):
    share = workspace.share(tracking=tracking)

    def come(_):
        return share.workspace.service.client().post("/v1/resolve", {"token": share.token}).json

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(come, range(40)))
    assert len({answer["session"] for answer in answers}) == 40


def test_a_session_follows_the_tracking_in_force(workspace):
    share = workspace.share(tracking="identified")
    assert "session" in share.open()
    policy(workspace, tracking_max="none")
    assert "session" not in share.open()
    assert share.show()["opens"] is None
    policy(workspace, tracking_max="count")
    assert "session" in share.open()
    expect(share.change(tracking="none"), 200)
    assert "session" not in share.open()


# -- the first open


def test_of_50_persons_at_once_each_counts_and_one_is_the_first(workspace):
    share = workspace.share(tracking="count")
    sessions = [share.open()["session"] for _ in range(50)]

    def come(session):
        body = {"token": share.token, "session": session}
        return share.workspace.service.client().post(PATH, body).status

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        assert set(pool.map(come, sessions)) == {204}
    assert opens(share) == numbers(person=50)
    link = share.document["links"][0]["id"]
    assert first_opens(share) == [{"recording_id": share.document["recording_id"],
                                   "share_id": share.id, "link_id": link}]


# -- what opened it


@pytest.mark.parametrize("agent, members, kind, reason, client", [
    (FIREFOX, {}, "person", "gesture", "Firefox on Windows"),
    (FIREFOX, {"gesture": True}, "person", "gesture", "Firefox on Windows"),
    (FIREFOX, {"gesture": False}, "scanner", "no_gesture", "Firefox on Windows"),
    ("python-requests/2.32.3", {}, "person", "gesture", None),
    (None, {}, "person", "gesture", None),
    (SLACK, {}, "preview", "slack", None),
    (PROOFPOINT, {}, "scanner", "proofpoint", None),
    (SLACK, {"gesture": False}, "preview", "slack", None),
    ("okhttp/4.12.0", {"viewer": {"user_agent": FIREFOX}}, "person", "gesture",
     "Firefox on Windows"),
    (FIREFOX, {"viewer": {"user_agent": PROOFPOINT}}, "scanner", "proofpoint", None),
    (SLACK, {"viewer": {"user_agent": ""}}, "person", "gesture", None),
    (FIREFOX, {"viewer": {"user_agent": None}}, "person", "gesture", "Firefox on Windows"),
])
def test_what_opens_a_link_is_told_by_evidence(workspace, agent, members, kind, reason, client):
    share = workspace.share(tracking="identified")
    watch(share, agent, **members)
    (view,) = views(share)
    assert (view["class"], view["reason"], view["client"]) == (kind, reason, client)
    assert opens(share) == numbers(**{kind: 1})
    assert len(first_opens(share)) == (1 if kind == "person" else 0)


def test_a_machine_before_is_not_the_first_to_open_and_spends_nothing(workspace):
    share = workspace.share(tracking="count", max_views=1)
    session = share.open()["session"]
    for members in ({"gesture": False}, {"viewer": {"user_agent": SLACK}}):
        expect(report(share, session, **members), 204)  # counts once
    link = share.show()["links"][0]
    assert (link["views"], link["opens"]) == (1, numbers(scanner=1))
    assert first_opens(share) == []
    expect(share.change(max_views=None), 200)
    watch(share)
    assert len(first_opens(share)) == 1


def test_the_second_person_is_no_event(workspace):
    share = workspace.share(tracking="identified")
    watch(share)
    watch(share)
    assert opens(share) == numbers(person=2) and len(views(share)) == 2
    assert len(first_opens(share)) == 1


def test_a_rotated_link_is_opened_for_the_first_time_again(workspace):
    share = workspace.share(tracking="count")
    watch(share)
    old = share.document["links"][0]["id"]
    new = expect(workspace.client.post(f"{share.path}/links/{old}/rotate"), 201).json
    assert new["opens"] == numbers()
    share.token = new["url"].split("#")[1]
    watch(share)
    assert len(first_opens(share)) == 2
    assert opens(share) == numbers(person=2)


# -- the session that reports


def test_an_open_that_is_reported_again_counts_once_also_after_a_renewal(workspace):
    share = workspace.share(tracking="identified")
    session = watch(share)
    expect(report(share, session), 204)
    for _ in range(3):
        session = share.open(session=session)["session"]
        expect(report(share, session, viewer={"user_agent": SLACK}), 204)
    assert opens(share) == numbers(person=1) and len(views(share)) == 1
    watch(share)
    assert opens(share) == numbers(person=2)


def test_without_a_living_session_of_the_link_nothing_is_reported(workspace):
    share, other = (workspace.share(tracking="count") for _ in range(2))
    session = share.open()["session"]
    for unfit in ("", "x", session[:-1], session + "A", other.open()["session"]):
        answer = report(share, unfit)
        assert (answer.status, answer.code, answer.faults) == (
            422, "validation_failed", {"/session": "not_found"})
    assert opens(share) == numbers()


def test_a_change_of_the_passcode_ends_reports_until_it_is_given(workspace):
    share = workspace.share(tracking="count", passcode="blue harbour 7")
    session = share.open(passcode="blue harbour 7")["session"]
    expect(share.change(passcode="green harbour 8"), 200)
    assert report(share, session).faults == {"/session": "not_found"}
    session = share.open(passcode="green harbour 8")["session"]
    expect(report(share, session), 204)


def test_a_members_session_reports_and_one_from_before_does_not(workspace):
    issuer = workspace.trusted_issuer()
    share = workspace.share(tracking="count")
    session = share.open()["session"]
    expect(share.change(audience="workspace"), 200)
    assert report(share, session).faults == {"/session": "not_found"}
    session = share.open(viewer_token=issuer.token("ann"))["session"]
    expect(report(share, session), 204)
    assert opens(share) == numbers(person=1)


# -- dead links


def test_a_token_that_was_never_given_out_is_not_found(workspace):
    share = workspace.share(tracking="count")
    session = share.open()["session"]
    for token in ("", "A" * 44, share.token[:-1], share.token + "A"):
        answer = share.viewer.post(PATH, {"token": token, "session": session})
        assert (answer.status, answer.code) == (404, "link_not_found")


def end_by_policy(share):
    expect(share.change(starts_at="2020-01-01T00:00:00Z", expires_at=None), 200)
    rules = {"default_ttl_seconds": 60, "max_ttl_seconds": 60}
    return share.workspace.client.patch("/v1/policy", rules)


@pytest.mark.parametrize("end, code", [
    (lambda share: share.revoke(), "link_revoked"),
    (lambda share: share.disable(), "link_disabled"),
    (lambda share: share.change(starts_at="2099-01-01T00:00:00Z", expires_at=None),
     "link_not_started"),
    (end_by_policy, "link_expired"),
    (lambda share: share.workspace.client.delete(
        f"/v1/recordings/{share.document['recording_id']}"), "recording_gone"),
    (lambda share: share.workspace.client.delete(
        f"{share.path}/links/{share.document['links'][0]['id']}"), "link_revoked"),
])
def test_a_link_that_is_dead_is_told_so(workspace, end, code):
    share = workspace.share(tracking="identified")
    session = share.open()["session"]
    assert end(share).status in (200, 204)
    assert report(share, session).code == code
    assert report(share, "whatever").code == code == share.resolve().code
    assert first_opens(share) == []
    policy(workspace, disclose_state=False)
    hidden = report(share, session)
    forged = share.viewer.post(PATH, {"token": "A" * 44, "session": "x"})

    def told(answer):
        return {name: value for name, value in answer.json.items() if name != "request_id"}

    assert (hidden.status, told(hidden)) == (404, told(forged))


# -- what may be said


@pytest.mark.parametrize("members, faults", [
    ({"session": None}, {"/session": "wrong_type"}),
    ({"gesture": "yes"}, {"/gesture": "wrong_type"}),
    ({"gesture": None}, {"/gesture": "wrong_type"}),
    ({"viewer": "me"}, {"/viewer": "wrong_type"}),
    ({"viewer": {"time_zone": "Europe/Berlin; DROP"}}, {"/viewer/time_zone": "invalid_format"}),
    ({"viewer": {"time_zone": "a" * 65}}, {"/viewer/time_zone": "invalid_format"}),
    ({"viewer": {"time_zone": ""}}, {"/viewer/time_zone": "invalid_format"}),
    ({"viewer": {"user_agent": "x" * 1025}}, {"/viewer/user_agent": "out_of_range"}),
    ({"viewer": {"address": "::1"}}, {"/viewer/address": "unknown_field"}),
    ({"passcode": "x", "viewer_token": "y"},
     {"/passcode": "unknown_field", "/viewer_token": "unknown_field"}),
])
def test_a_report_is_read_strictly(workspace, members, faults):
    share = workspace.share(tracking="count")
    body = {"token": share.token, "session": share.open()["session"]} | members
    answer = share.viewer.post(PATH, body)
    assert (answer.status, answer.faults) == (422, faults)
    assert opens(share) == numbers()


def test_hostile_user_agents_are_taken_for_what_they_are(workspace):
    share = workspace.share(tracking="identified")
    for agent in ("\xff\xfe", "x" * 9000, "%s%n'; --", "<script>"):
        watch(share, agent)
    watch(share, viewer={"user_agent": "Firefox/\ud83d\ude00 \u0007Windows NT"})
    assert opens(share) == numbers(person=5)
    assert {view["client"] for view in views(share)} == {None, "Firefox on Windows"}


def test_only_post_reports_and_nothing_is_told_to_robots(anyone):
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        answer = anyone.request(method, PATH)
        assert (answer.status, answer.headers["allow"]) == (405, "OPTIONS, POST")
    answer = anyone.post(PATH, {"token": "x", "session": "y"})
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["cache-control"] == "no-store"
