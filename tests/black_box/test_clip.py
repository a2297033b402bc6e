"""A part of a recording: what lies outside is in no answer."""

import pytest

from support.workspace import expect

CLIP = {"start_ms": 12500, "end_ms": 18000}
MEDIA = [{"id": "v", "role": "video", "content_type": "video/mp4", "key": "a/v.mp4"},
         {"id": "c", "role": "captions", "content_type": "text/vtt", "key": "a/c.vtt"}]


def segment(start, end):
    return {"start_ms": start, "end_ms": end, "text": f"segment {start}-{end}"}


def request(at, duration):
    return {"at_ms": at, "method": "GET", "url": f"https://example.com/{at}", "status": 200,
            "duration_ms": duration, "request": {"headers": {}}, "response": {"headers": {}}}


PANELS = {
    "transcript": {"language": "en", "segments": [
        segment(0, 12499), segment(11000, 12500), segment(12000, 13000), segment(15000, 15000),
        segment(17999, 19000), segment(18000, 19000)]},
    "console": {"entries": [{"at_ms": at, "level": "info", "message": f"console {at}"}
                            for at in (12499, 12500, 17999, 18000)]},
    "network": {"entries": [request(12000, 500), request(12000, 501), request(17999, 1),
                            request(18000, 1)]},
    "actions": {"entries": [{"at_ms": at, "type": "click"} for at in (0, 12500, 18000)]},
    "summary": {"markdown": "All of it."},
}
EVERYTHING = dict.fromkeys(PANELS, True) | {"comments": True}


@pytest.fixture
def recording(workspace):
    return workspace.register(media=MEDIA, panels=PANELS, duration_ms=60000)


@pytest.fixture
def clipped(workspace, recording):
    return workspace.share(recording, visibility=EVERYTHING, clip=CLIP)


def test_only_what_overlaps_the_clip_is_shown(clipped):
    panels = clipped.open()["panels"]
    assert [row["text"] for row in panels["transcript"]["segments"]] == [
        "segment 12000-13000", "segment 15000-15000", "segment 17999-19000"]
    assert panels["transcript"]["language"] == "en"
    assert [row["at_ms"] for row in panels["console"]["entries"]] == [12500, 17999]
    assert [(row["at_ms"], row["duration_ms"]) for row in panels["network"]["entries"]] == [
        (12000, 501), (17999, 1)]
    assert [row["at_ms"] for row in panels["actions"]["entries"]] == [12500]
    assert panels["summary"] == PANELS["summary"]


def test_what_lies_outside_is_in_no_answer(clipped):
    answer = clipped.resolve()
    for outside in (b"segment 0-", b"segment 18000", b"console 12499", b"console 18000",
                    b"example.com/18000"):
        assert outside not in answer.body
    narrowed = clipped.resolve(include=["console"])
    assert b"console 12500" in narrowed.body and b"console 18000" not in narrowed.body


def test_the_answer_tells_the_clip_and_that_the_media_is_whole(clipped):
    answer = clipped.open()
    assert answer["share"]["clip"] == CLIP
    assert answer["clip_enforced"] is False
    urls = {media["role"]: media["url"] for media in answer["media"]}
    assert urls["video"].endswith("#t=12.5,18")
    assert "#" not in urls["captions"]


def test_the_fragment_is_no_part_of_the_signature(workspace, clipped):
    workspace.store_media("a/v.mp4", b"x" * 100)
    assert expect(clipped.viewer.get(clipped.media_target()), 200).body == b"x" * 100


def test_without_a_clip_nothing_is_cut_and_nothing_said(workspace, recording):
    answer = workspace.share(recording, visibility=EVERYTHING).open()
    assert answer["panels"] == PANELS
    assert "clip" not in answer["share"] and "clip_enforced" not in answer
    assert not any("#" in media["url"] for media in answer["media"])


def test_a_clip_can_be_moved_and_taken_away(clipped):
    expect(clipped.change(clip={"start_ms": 0, "end_ms": 1}), 200)
    assert [row["text"] for row in clipped.open()["panels"]["transcript"]["segments"]] == [
        "segment 0-12499"]
    expect(clipped.change(clip=None), 200)
    assert clipped.open()["panels"] == PANELS


def test_comments_outside_the_clip_are_not_shown(workspace, clipped):
    for body, at in (("before", 12499), ("begin", 12500), ("end", 18000), ("nowhere", None)):
        expect(workspace.client.post(f"{clipped.path}/comments", {"body": body, "at_ms": at}), 201)
    assert [row["body"] for row in clipped.open()["share"]["comments"]] == ["begin", "nowhere"]
    expect(clipped.change(visibility={"comments": False}), 200)
    assert "comments" not in clipped.open()["share"]


def test_comments_come_by_their_place_and_then_by_age(workspace):
    share = workspace.share(workspace.register(duration_ms=60000))
    for body, at in (("c", 9), ("e", None), ("a", 1), ("d", 9), ("f", None), ("b", 5)):
        expect(workspace.client.post(f"{share.path}/comments", {"body": body, "at_ms": at}), 201)
    comments = share.open()["share"]["comments"]
    assert "".join(row["body"] for row in comments) == "abcdef"
    assert set(comments[0]) == {"at_ms", "body", "author", "created_at"}
