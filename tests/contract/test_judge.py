"""The judge of all answers, judged: what the document does not promise must not pass."""

import copy
import json

import pytest

from support import contract

CONTRACT = contract.load()
SHARE = CONTRACT.document["components"]["examples"]["share"]["value"]
PROBLEM = CONTRACT.document["components"]["examples"]["not_found"]["value"]
HEADERS = {
    "date": "Fri, 20 Nov 2026 10:15:00 GMT", "content-length": "1",
    "content-type": "application/json",
    "x-request-id": "9f0c1f6e5f3b4f0f", "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store", "etag": '"1"',
}
TARGET = "/v1/shares/shr_01m7w77j50ftar8grd2t6y41g2"


class Answered:
    """A right answer to getShare, to be spoilt in one way."""

    def __init__(self, status=200, document=SHARE, method="GET", target=TARGET):
        self.method, self.target, self.status = method, target, status
        self.headers, self.document = dict(HEADERS), copy.deepcopy(document)
        if status >= 400:
            self.headers["content-type"] = "application/problem+json"
            del self.headers["etag"]

    def judge(self):
        body = b"" if self.document is None else json.dumps(self.document).encode()
        CONTRACT.check(self.method, self.target, self.status, self.headers, body)


def test_right_answers_pass():
    Answered().judge()
    Answered(404, PROBLEM).judge()
    Answered(method="HEAD", document=None).judge()


def change(where, name, value):
    def spoil(answer):
        target = getattr(answer, where)
        if value is ...:
            del target[name]
        else:
            target[name] = value

    return spoil


def become(**members):
    return lambda answer: answer.__dict__.update(members)


SPOILT = {
    "an unknown member": change("document", "internal_id", 17),
    "a missing member": change("document", "label", ...),
    "a member of another type": change("document", "version", "1"),
    "a time without milliseconds": change("document", "created_at", "2026-11-20T10:15:00Z"),
    "an unknown state": change("document", "state", "paused"),
    "an undocumented status": become(status=202),
    "an undocumented problem": become(status=409),
    "a missing documented header": change("headers", "etag", ...),
    "a weak validator": change("headers", "etag", 'W/"1"'),
    "an undocumented header": change("headers", "x-powered-by", "magic"),
    "no request id": change("headers", "x-request-id", ...),
    "no nosniff": change("headers", "x-content-type-options", ...),
    "no referrer policy": change("headers", "referrer-policy", "origin"),
    "a rate without its policy": change("headers", "ratelimit", '"key";r=1;t=1'),
    "a cache allowed": change("headers", "cache-control", "public"),
    "another content type": change("headers", "content-type", "text/html"),
    "no such operation": become(target="/v1/nothing"),
    "a body for HEAD": become(method="HEAD"),
    "no date": change("headers", "date", ...),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_answer_does_not_pass(spoil):
    answer = Answered()
    spoil(answer)
    with pytest.raises(contract.Drift):
        answer.judge()


SPOILT_PROBLEMS = {
    "an unknown member": change("document", "stack", "trace"),
    "an unknown code": change("document", "code", "oops"),
    "a code of another operation": change("document", "code", "link_expired"),
    "a status that is not the answer's": change("document", "status", 400),
    "a type that leads elsewhere": change("document", "type", "about:blank"),
    "another request's id": change("document", "request_id", "other"),
    "plain json": change("headers", "content-type", "application/json"),
    "a charset": change("headers", "content-type", "application/problem+json; charset=utf-8"),
}


@pytest.mark.parametrize("spoil", SPOILT_PROBLEMS.values(), ids=SPOILT_PROBLEMS)
def test_a_spoilt_problem_does_not_pass(spoil):
    answer = Answered(404, PROBLEM)
    spoil(answer)
    with pytest.raises(contract.Drift):
        answer.judge()


def test_an_answer_about_a_link_must_keep_search_engines_away():
    resolution = CONTRACT.document["components"]["examples"]["resolution"]["value"]
    answer = Answered(document=resolution, method="POST", target="/v1/resolve")
    del answer.headers["etag"]
    with pytest.raises(contract.Drift):
        answer.judge()
    answer.headers |= contract.HIDDEN
    answer.judge()


def test_a_method_that_is_not_allowed_must_be_told_the_others():
    answer = Answered(405, PROBLEM | {"status": 405, "code": "method_not_allowed",
                                      "type": "https://x.example/problems/method_not_allowed"},
                      "PUT")
    with pytest.raises(contract.Drift):
        answer.judge()
    answer.headers["allow"] = "DELETE, GET, HEAD, OPTIONS, PATCH"
    answer.judge()
