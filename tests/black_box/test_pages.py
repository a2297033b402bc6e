"""Lists come in pages, newest first, without gaps or repetitions, and only to whom they belong."""

import pytest

from support.workspace import expect


def walk(client, path, size):
    """All items over all pages, and how many pages there were."""
    items, pages, token = [], 0, None
    while True:
        joint = "&" if "?" in path else "?"
        page = expect(client.get(f"{path}{joint}page_size={size}" + (f"&page_token={token}"
                                                                     if token else "")), 200).json
        items += page["items"]
        pages += 1
        token = page["next_page_token"]
        if token is None:
            return items, pages


@pytest.fixture(scope="module")
def library(service):
    """A workspace with 23 recordings, of which the first has 11 shares."""
    workspace = service.workspace()
    for number in range(23):
        workspace.register(f"page-{number}", media=[], panels={})
    workspace.shares = [workspace.share("page-0").id for _ in range(11)]
    return workspace


@pytest.mark.parametrize("size, pages", [(1, 23), (10, 3), (22, 2), (23, 1), (200, 1)])
def test_a_walk_sees_everything_once_newest_first(library, size, pages):
    items, walked = walk(library.client, "/v1/recordings", size)
    assert [item["id"] for item in items] == [f"page-{number}" for number in reversed(range(23))]
    assert walked == pages


def test_a_walk_over_shares_sees_everything_once_newest_first(library):
    items, _ = walk(library.client, "/v1/shares?recording_id=page-0", 4)
    assert [item["id"] for item in items] == library.shares[::-1]


def test_a_filter_finds_only_its_own(library):
    assert walk(library.client, "/v1/shares?recording_id=page-1", 50)[0] == []


def test_more_than_two_hundred_means_two_hundred(library):
    assert len(expect(library.client.get("/v1/recordings?page_size=1000000000"),
                      200).json["items"]) == 23


def test_an_empty_page_size_is_the_default(library):
    assert library.client.get("/v1/recordings?page_size=").status == 200


def test_what_is_there_for_the_whole_walk_is_seen_once_whatever_comes_and_goes(service):
    workspace = service.workspace()
    for number in range(9):
        workspace.register(f"steady-{number}", media=[], panels={})
    first = expect(workspace.client.get("/v1/recordings?page_size=4"), 200).json
    workspace.register("new", media=[], panels={})
    workspace.client.delete("/v1/recordings/steady-8")
    rest, token = [], first["next_page_token"]
    while token:
        page = expect(workspace.client.get(f"/v1/recordings?page_size=4&page_token={token}"),
                      200).json
        rest, token = rest + page["items"], page["next_page_token"]
    seen = [item["id"] for item in first["items"] + rest]
    assert seen == [f"steady-{number}" for number in reversed(range(9))]


def a_token(library, path="/v1/recordings"):
    joint = "&" if "?" in path else "?"
    return expect(library.client.get(f"{path}{joint}page_size=1"), 200).json["next_page_token"]


@pytest.mark.parametrize("spoil", [
    lambda token: "garbage", lambda token: token[:-1], lambda token: token + "A",
    lambda token: token[::-1],
    lambda token: ("A" if token[0] != "A" else "B") + token[1:],
    lambda token: token[:20] + ("A" if token[20] != "A" else "B") + token[21:], lambda token: "%00",
])
def test_a_page_token_that_was_altered_is_refused(library, spoil):
    answer = library.client.get("/v1/recordings?page_token=" + spoil(a_token(library)))
    assert answer.status == 400 and answer.code in ("invalid_page_token", "invalid_parameter")


@pytest.mark.parametrize("path", ["/v1/shares", "/v1/shares?recording_id=page-0",
                                  "/v1/shares?recording_id=page-1"])
def test_a_page_token_of_another_list_is_refused(library, path):
    joint = "&" if "?" in path else "?"
    answer = library.client.get(f"{path}{joint}page_token={a_token(library)}")
    assert answer.code == "invalid_page_token"


def test_a_page_token_with_another_filter_is_refused(library):
    token = a_token(library, "/v1/shares?recording_id=page-0")
    for other in ("", "recording_id=page-1&"):
        answer = library.client.get(f"/v1/shares?{other}page_token={token}")
        assert answer.code == "invalid_page_token"


def test_another_workspaces_page_token_is_refused(library, stranger):
    answer = stranger.client.get(f"/v1/recordings?page_token={a_token(library)}")
    assert answer.code == "invalid_page_token"


def test_a_new_page_size_is_honoured_in_the_middle_of_a_walk(library):
    page = expect(library.client.get(f"/v1/recordings?page_size=7&page_token={a_token(library)}"),
                  200).json
    assert [item["id"] for item in page["items"]] == [f"page-{number}" for number in range(21, 14,
                                                                                           -1)]
