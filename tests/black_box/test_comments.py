"""The sender's notes on a share."""

import concurrent.futures

import pytest

from support.workspace import expect


class Comments:
    """The comments of a new share of a recording that lasts a minute."""

    def __init__(self, workspace):
        self.workspace, self.client = workspace, workspace.client
        self.share = workspace.share(workspace.register(duration_ms=60000))
        self.path = self.share.path + "/comments"
        self.link = self.share.document["links"][0]

    def ask(self, body="Look", client=None, headers=None, **members):
        return (client or self.client).post(self.path, {"body": body} | members, headers=headers)

    def add(self, *arguments, **members):
        return expect(self.ask(*arguments, **members), 201).json

    def at(self, comment):
        return f"{self.path}/{comment['id']}"

    def show(self, comment):
        return expect(self.client.get(self.at(comment)), 200).json

    def all(self):
        return expect(self.client.get(self.path), 200).json["items"]

    def change(self, comment, members, **more):
        return self.client.patch(self.at(comment), members, **more)

    def remove(self, comment, **more):
        return self.client.delete(self.at(comment), **more)


@pytest.fixture
def comments(workspace):
    return Comments(workspace)


def test_a_comment_is_kept_as_it_was_written(comments):
    text = "<b>Look</b>\n\t\u2018here\u2019 \u202e \U0001f469\u200d\U0001f4bb ${x} {{y}} '; --"
    answer = expect(comments.ask(text, at_ms=60000, author="Ada", link_id=comments.link["id"]), 201)
    made = answer.json
    assert (made["body"], made["at_ms"], made["author"], made["link_id"], made["share_id"]) == (
        text, 60000, "Ada", comments.link["id"], comments.share.id)
    assert (answer.headers["location"], answer.headers["etag"]) == (comments.at(made), '"1"')
    assert comments.show(made) == made
    bare = comments.add()
    assert (bare["at_ms"], bare["author"], bare["link_id"]) == (None, None, None)
    assert [one["id"] for one in comments.all()] == [made["id"], bare["id"]]


def test_comments_come_in_pages_oldest_first(comments):
    made = [comments.add(str(number))["id"] for number in range(5)]
    page = expect(comments.client.get(comments.path + "?page_size=3"), 200).json
    token = page["next_page_token"]
    rest = expect(comments.client.get(f"{comments.path}?page_token={token}"), 200).json
    assert [one["id"] for one in page["items"] + rest["items"]] == made
    assert comments.client.get(
        f"{comments.share.path}/links?page_token={token}").code == "invalid_page_token"


@pytest.mark.parametrize("members, faults", [
    ({"body": ""}, {"/body": "out_of_range"}), ({"body": " \n\u00a0"}, {"/body": "out_of_range"}),
    ({"body": "x" * 10001}, {"/body": "out_of_range"}), ({"body": None}, {"/body": "wrong_type"}),
    ({"body": "x\u0000"}, {"/body": "invalid_format"}),
    ({"at_ms": -1}, {"/at_ms": "out_of_range"}), ({"at_ms": 60001}, {"/at_ms": "out_of_range"}),
    ({"at_ms": 2 ** 53}, {"/at_ms": "out_of_range"}), ({"at_ms": "1"}, {"/at_ms": "wrong_type"}),
    ({"author": ""}, {"/author": "out_of_range"}),
    ({"author": "x" * 201}, {"/author": "out_of_range"}),
    ({"author": "Ada\nBob"}, {"/author": "invalid_format"}),
    ({"author": "Ada\u202egpj"}, {"/author": "invalid_format"}),
    ({"link_id": "lnk_0"}, {"/link_id": "invalid_format"}),
    ({"link_id": "lnk_01m7w77j50eqd945gjkcerez5w"}, {"/link_id": "not_found"}),
    ({"text": "x"}, {"/text": "unknown_field"}),
])
def test_what_is_no_comment_is_refused(comments, members, faults):
    answer = comments.ask(**members)
    assert (answer.status, answer.faults) == (422, faults)
    assert comments.all() == []


def test_limits_count_characters_not_bytes(comments):
    assert len(comments.add("\u4f8b" * 10000, author="\U0001f600" * 200)["body"]) == 10000


def test_a_comment_without_a_known_duration_may_be_anywhere(workspace):
    comments = Comments(workspace)
    comments.path = workspace.share().path + "/comments"
    assert comments.add(at_ms=2 ** 53 - 1)["at_ms"] == 2 ** 53 - 1


def test_a_comment_is_for_a_link_in_use_of_the_same_share(comments, workspace):
    other = workspace.share().document["links"][0]["id"]
    assert comments.ask(link_id=other).faults == {"/link_id": "not_found"}
    rotate = f"{comments.share.path}/links/{comments.link['id']}/rotate"
    fresh = expect(comments.client.post(rotate, {"grace_seconds": 60}), 201).json
    assert comments.ask(link_id=comments.link["id"]).faults == {"/link_id": "not_found"}
    comments.add(link_id=fresh["id"])
    expect(comments.client.delete(f"{comments.share.path}/links/{fresh['id']}"), 204)
    assert comments.ask(link_id=fresh["id"]).faults == {"/link_id": "not_found"}


def test_a_rotation_takes_the_comments_of_the_link_along(comments):
    only, everyone = comments.add(link_id=comments.link["id"]), comments.add()
    rotate = f"{comments.share.path}/links/{comments.link['id']}/rotate"
    fresh = expect(comments.client.post(rotate), 201).json
    assert comments.show(only)["link_id"] == fresh["id"]
    assert comments.show(everyone) == everyone


def test_a_change_sets_clears_and_leaves_alone(comments):
    made = comments.add("Old", at_ms=5, author="Ada")
    answer = expect(comments.change(made, {"body": "New", "at_ms": None}), 200)
    assert (answer.json["body"], answer.json["at_ms"], answer.json["author"]) == (
        "New", None, "Ada")
    assert (answer.headers["etag"], answer.json["version"]) == ('"2"', 2)
    assert answer.json["updated_at"] >= made["updated_at"]
    same = expect(comments.change(made, {"body": "New"}), 200).json
    assert same == answer.json
    assert expect(comments.change(made, answer.json), 200).json == same  # sent back as it came


def test_a_comment_stays_with_its_link(comments):
    made = comments.add(link_id=comments.link["id"])
    answer = comments.change(made, {"link_id": None})
    assert (answer.status, answer.faults) == (422, {"/link_id": "read_only_field"})
    expect(comments.change(made, {"link_id": comments.link["id"], "body": "x"}), 200)


@pytest.mark.parametrize("match, status", [('"1"', 2), ("*", 2), ('"7", "1"', 2), ('"2"', 412),
                                           ('W/"1"', 412), ("1", 400)])
def test_comments_honour_if_match(comments, match, status):
    for call in (lambda made, **more: comments.change(made, {"body": "y"}, **more),
                 comments.remove):
        made = comments.add()
        answer = call(made, headers={"If-Match": match})
        if status == 2:
            assert answer.status in (200, 204), answer
            continue
        assert (answer.status, answer.code) == (status, {412: "etag_mismatch",
                                                         400: "invalid_parameter"}[status])
        assert comments.show(made) == made


def test_a_removed_comment_is_gone(comments):
    made, kept = comments.add(), comments.add()
    expect(comments.remove(made), 204)
    for answer in (comments.remove(made), comments.client.get(comments.at(made)),
                   comments.change(made, {"body": "x"})):
        assert (answer.status, answer.code) == (404, "not_found")
    assert comments.all() == [kept]


def test_a_revoked_share_keeps_its_comments_as_they_are(comments):
    made = comments.add()
    expect(comments.share.revoke(), 200)
    for answer in (comments.ask(), comments.change(made, {"body": "x"}), comments.remove(made)):
        assert (answer.status, answer.code) == (409, "share_revoked")
    assert comments.all() == [made]


def seen(comments, link=None):
    """What the holder of a link sees of the comments."""
    token = (link or comments.link)["url"].split("#")[1]
    answer = comments.share.viewer.post("/v1/resolve", {"token": token})
    return [one["body"] for one in expect(answer, 200).json["share"]["comments"]]


def test_whoever_opens_the_share_sees_its_comments_by_their_place(comments):
    comments.add("whole")
    comments.add("late", at_ms=60000, author="Ada")
    comments.add("early", at_ms=0)
    assert seen(comments) == ["early", "late", "whole"]
    shown = comments.share.open()["share"]["comments"]
    assert set(shown[0]) == {"at_ms", "body", "author", "created_at"}
    assert (shown[1]["at_ms"], shown[1]["author"]) == (60000, "Ada")


def test_a_comment_for_one_link_is_seen_by_no_other(comments):
    ann = expect(comments.client.post(comments.share.path + "/links", {}), 201).json
    comments.add("for all")
    only = comments.add("for Ann", link_id=ann["id"])
    assert seen(comments) == ["for all"]
    assert sorted(seen(comments, ann)) == ["for Ann", "for all"]
    expect(comments.remove(only), 204)
    assert seen(comments, ann) == ["for all"]


def test_a_rotated_link_in_its_grace_shows_what_its_successor_shows(comments):
    comments.add("for Ann", link_id=comments.link["id"])
    rotate = f"{comments.share.path}/links/{comments.link['id']}/rotate"
    fresh = expect(comments.client.post(rotate, {"grace_seconds": 3600}), 201).json
    assert seen(comments, fresh) == seen(comments) == ["for Ann"]


def test_hidden_comments_are_not_even_counted(comments):
    comments.add("secret")
    expect(comments.share.change(visibility={"comments": False}), 200)
    assert "comments" not in comments.share.open()["share"]
    assert b"secret" not in comments.share.resolve().body
    expect(comments.share.change(visibility={"comments": True}), 200)
    assert seen(comments) == ["secret"]


def test_a_clip_shows_the_comments_within_it_and_those_on_the_whole(comments):
    for name, at_ms in (("before", 9999), ("first", 10000), ("last", 19999), ("after", 20000)):
        comments.add(name, at_ms=at_ms)
    comments.add("whole")
    expect(comments.share.change(clip={"start_ms": 10000, "end_ms": 20000}), 200)
    assert seen(comments) == ["first", "last", "whole"]


def test_twenty_equal_requests_at_once_write_one_comment(comments):
    def one(_):
        client = comments.workspace.service.client(comments.workspace.secret)
        return comments.ask(client=client, headers={"Idempotency-Key": "same"})

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, range(20)))
    made = {answer.json["id"] for answer in answers if answer.status == 201}
    assert len(made) == 1
    assert {answer.code for answer in answers if answer.status != 201} <= {
        "idempotency_in_progress"}
    assert len(comments.all()) == 1
    assert comments.ask("other", headers={"Idempotency-Key": "same"}).code == (
        "idempotency_key_reused")
