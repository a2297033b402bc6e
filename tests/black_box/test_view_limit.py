"""A link that opens a limited number of times."""

import concurrent.futures

from support.workspace import expect


def views(share):
    return share.show()["links"][0]["views"]


def test_a_link_opens_as_often_as_allowed_and_then_is_used_up(workspace):
    share = workspace.share(max_views=2)
    share.open()
    share.open()
    answer = share.resolve()
    assert (answer.status, answer.code) == (410, "link_used_up")
    assert views(share) == 2


def test_looking_again_in_the_same_session_takes_no_view(workspace):
    share = workspace.share(max_views=1)
    session = share.open()["session"]
    for _ in range(5):
        session = share.open(session=session)["session"]
    assert views(share) == 1
    assert share.resolve().code == "link_used_up"


def test_what_only_looks_at_the_address_takes_no_view(workspace):
    """Mail scanners follow links with GET and HEAD."""
    share = workspace.share(max_views=1)
    for _ in range(3):
        assert share.viewer.get("/v1/resolve").status == 405
        assert share.viewer.head("/v1/resolve").status == 405
        assert share.viewer.options("/v1/resolve").status == 204
    assert views(share) == 0
    share.open()


def test_a_refusal_takes_no_view(workspace):
    share = workspace.share(max_views=1, passcode="blue harbour 7")
    share.resolve()
    share.resolve(passcode="wrong one")
    share.viewer.post("/v1/resolve", {"token": share.token, "passcode": "blue harbour 7", "x": 1})
    share.disable()
    share.resolve(passcode="blue harbour 7")
    share.enable()
    assert views(share) == 0
    share.open(passcode="blue harbour 7")
    assert views(share) == 1


def test_of_50_who_come_for_the_last_view_one_gets_it(workspace):
    share = workspace.share(max_views=1)

    def come(_):
        return share.workspace.service.client().post("/v1/resolve", {"token": share.token}).code

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        codes = list(pool.map(come, range(50)))
    assert sorted(map(str, codes)) == ["None"] + ["link_used_up"] * 49
    assert views(share) == 1


def test_each_link_has_its_own_views(workspace):
    share = workspace.share(max_views=1)
    share.open()
    other = expect(workspace.client.post(f"{share.path}/links", {}), 201).json
    body = {"token": other["url"].split("#")[1]}
    expect(share.viewer.post("/v1/resolve", body), 200)
    assert share.viewer.post("/v1/resolve", body).code == "link_used_up"


def test_a_limit_can_be_raised_and_taken_away(workspace):
    share = workspace.share(max_views=1)
    session = share.open()["session"]
    assert share.resolve().code == "link_used_up"
    expect(share.change(max_views=2), 200)
    share.open()
    assert share.resolve().code == "link_used_up"
    expect(share.change(max_views=None), 200)
    assert "session" not in share.open(session=session)
    assert views(share) == 2
