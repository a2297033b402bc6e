"""ETag and If-Match: a change is made only to the version that its maker has seen."""

import concurrent.futures

import pytest

from support.workspace import expect

VERBS = ["change", "enable", "disable", "reset_passcode_attempts", "revoke", "delete"]


def test_an_etag_is_the_version(workspace):
    share = workspace.share()
    assert workspace.client.get(share.path).headers["etag"] == '"1"'
    answer = expect(share.change(label="x"), 200)
    assert (answer.headers["etag"], answer.json["version"]) == ('"2"', 2)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("match, status", [
    ('"1"', 2), ("*", 2), ('"7", "1"', 2), ('"1","2"', 2), (["\"9\"", "\"1\""], 2),
    ('"2"', 412), ('W/"1"', 412), ('"old"', 412), ('"2", "3"', 412), ('""', 412), ('"01"', 412),
    ("1", 400), ('"1', 400), ('1"', 400), ('"1" "2"', 400), ("w/\"1\"", 400), ("*, \"1\"", 400),
])
def test_if_match_is_compared_strongly(workspace, verb, match, status):
    share = workspace.share()
    answer = getattr(share, verb)(headers={"If-Match": match})
    if status == 2:
        assert answer.status in (200, 204), answer
        return
    assert (answer.status, answer.code) == (status, {412: "etag_mismatch",
                                                     400: "invalid_parameter"}[status])
    assert share.show() == share.document


def test_of_many_who_saw_the_same_version_one_changes_it(workspace):
    share = workspace.share()

    def change(number):
        client = workspace.service.client(workspace.secret)
        return client.patch(share.path, {"label": str(number)}, headers={"If-Match": '"1"'}).status

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(change, range(12)))
    assert statuses == [200] + [412] * 11
    assert share.show()["version"] == 2


def test_a_repeated_verb_does_not_make_a_version(workspace):
    share = workspace.share()
    versions = [expect(share.disable(), 200).json["version"] for _ in range(3)]
    assert versions == [2, 2, 2]
