"""Media behind signed URLs: what a player needs, and nothing that was not signed."""

import os
import time

import pytest

from support.client import eventually
from support.workspace import AUDIO, expect

SIZE = len(AUDIO)


@pytest.fixture(scope="module")
def share(service):
    return service.workspace().share(visibility={"download": False})


@pytest.fixture(scope="module")
def target(share):
    return share.media_target()


def fetch(share, target, **headers):
    return share.viewer.get(target, headers={name.replace("_", "-"): value for name,
                                             value in headers.items()})


def test_the_whole_object_comes_with_what_a_player_needs(share, target):
    answer = fetch(share, target)
    assert (answer.status, answer.body) == (200, AUDIO)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["content-type"] == "audio/ogg"


@pytest.mark.parametrize("wanted, first, last", [
    ("bytes=0-", 0, SIZE - 1), ("bytes=0-0", 0, 0), ("bytes=0-1023", 0, 1023),
    ("bytes=100-199", 100, 199),
    (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1), ("bytes=-1", SIZE - 1, SIZE - 1),
    ("bytes=-500", SIZE - 500, SIZE - 1),
    ("bytes=-999999", 0, SIZE - 1), ("bytes=100-999999", 100, SIZE - 1), ("BYTES=5-6", 5, 6),
    ("bytes=5-99999999999999999999999", 5, SIZE - 1),
])
def test_a_range_is_served_exactly(share, target, wanted, first, last):
    answer = fetch(share, target, Range=wanted)
    assert (answer.status, answer.body) == (206, AUDIO[first:last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["content-length"] == str(last - first + 1)


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=a-b", "bytes", "bytes=", "bytes=-",
                                    "seconds=0-1", "bytes=--1",
                                    "bytes=0-1,3-4", "bytes=1 -2", "0-1", "bytes=0x0-1",
                                    "bytes=1.5-2", "bytes:0-1"])
def test_a_range_that_is_not_understood_is_ignored(share, target, wanted):
    assert (fetch(share, target, Range=wanted).status, len(fetch(share, target,
                                                                 Range=wanted).body)) == (200, SIZE)


@pytest.mark.parametrize("wanted", [f"bytes={SIZE}-", "bytes=999999-", "bytes=-0",
                                    "bytes=99999999999999999999999-"])
def test_a_range_outside_is_told_the_size(share, target, wanted):
    answer = fetch(share, target, Range=wanted)
    assert (answer.code, answer.headers["content-range"]) == ("range_not_satisfiable",
                                                              f"bytes */{SIZE}")


def test_a_player_can_seek(share, target):
    """As a browser does for an <audio> element: open, jump to the end, jump back, read on."""
    heard = b""
    for first, last in ((0, 4095), (SIZE - 100, SIZE - 1), (4096, 8191), (8192, SIZE - 1)):
        part = fetch(share, target, Range=f"bytes={first}-{last}")
        assert part.status == 206
        if first % 4096 == 0:
            heard += part.body
    assert heard == AUDIO


def test_if_range_serves_the_part_only_of_the_same_version(share, target):
    etag, modified = (fetch(share, target).headers[name] for name in ("etag", "last-modified"))
    time.sleep(1.1)  # a date is a strong validator only when it is more than a second old
    for same in (etag, modified):
        assert fetch(share, target, Range="bytes=0-9", If_Range=same).status == 206
    for other in ('"other"', "W/" + etag, "Thu, 01 Jan 1970 00:00:00 GMT", "nonsense",
                  etag.strip('"')):
        answer = fetch(share, target, Range="bytes=0-9", If_Range=other)
        assert (answer.status, len(answer.body)) == (200, SIZE), other


def test_what_is_known_already_is_not_sent_again(share, target):
    etag, modified = (fetch(share, target).headers[name] for name in ("etag", "last-modified"))
    for known in (etag, "*", f'"x", {etag}', "W/" + etag):
        answer = fetch(share, target, If_None_Match=known)
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag), known
    assert fetch(share, target, If_Modified_Since=modified).status == 304
    assert fetch(share, target, If_None_Match='"x"', If_Modified_Since=modified).status == 200
    assert fetch(share, target, If_Match='"x"').code == "etag_mismatch"
    assert fetch(share, target, If_Match=etag).status == 200


def test_head_tells_what_get_would_send(share, target):
    headed = expect(share.viewer.head(target), 200)
    assert headed.headers["content-length"] == str(SIZE)
    assert headed.headers["etag"] == fetch(share, target).headers["etag"]


def own_media(workspace, key, content, title="Stand-up", **flags):
    path = workspace.store_media(key, content)
    recording = workspace.register(media=[{"id": "m", "role": "audio", "content_type": "audio/ogg",
                                           "key": key}])
    shared = workspace.share(recording, title=title, visibility=flags)
    return shared, shared.media_target(), path


def test_a_new_version_of_the_object_has_a_new_etag(workspace):
    share, target, path = own_media(workspace, "v/a.ogg", b"one")
    before = share.viewer.get(target)
    path.write_bytes(b"two")
    os.utime(path, (1e9, 1e9))
    after = share.viewer.get(target, headers={"If-None-Match": before.headers["etag"]})
    assert (after.status, after.body) == (200, b"two")


def test_an_empty_object_is_served_as_such(workspace):
    share, target, _ = own_media(workspace, "v/empty.ogg", b"")
    assert (share.viewer.get(target).status, share.viewer.get(target).body) == (200, b"")
    answer = share.viewer.get(target, headers={"Range": "bytes=0-"})
    assert answer.headers["content-range"] == "bytes */0"


NAMES = {
    "Stand-up": 'filename="Stand-up.ogg"',
    "naïve talk": "filename*=UTF-8''na%C3%AFve%20talk.ogg",
    'a"; filename="b.exe': "filename*=UTF-8''",
    "../../etc/passwd": ".ogg",
    "line\r\nX-Injected: yes": ".ogg",
    "right\u202eto left": ".ogg",
    "x" * 400: ".ogg",
}


@pytest.mark.parametrize("title, name", NAMES.items(), ids=[ascii(title)[:30] for title in NAMES])
def test_a_download_is_named_after_the_share(workspace, title, name):
    share, target, _ = own_media(workspace, "d/a.ogg", b"x", title=title, download=True)
    answer = share.viewer.get(target)
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment") and name in disposition
    assert "x-injected" not in answer.headers
    assert disposition.count('"') == 2 and "/" not in disposition and len(disposition) < 2000


@pytest.mark.parametrize("key", ["o/a b.ogg", "o/ä.ogg", "o/a+b&c=d.ogg", "o/50% off.ogg",
                                 "o/?x#y.ogg", "o/日本語.ogg",
                                 "o/a'b\"c.ogg", "o/~x.ogg", "o/..x/y...ogg"])
def test_any_name_a_file_can_have_works(workspace, key):
    share, target, _ = own_media(workspace, key, key.encode())
    assert share.viewer.get(target).body == key.encode()


# What was not signed


def test_any_change_of_the_url_breaks_the_signature(share, target):
    path, query = target.split("?")
    fields = query.split("&")
    spoilt = {
        "another object": target.replace(".ogg", ".ogh"),
        "another type": target.replace("audio", "video"),
        "a later end": target.replace("expires=", "expires=1"),
        "no signature": f"{path}?{'&'.join(fields[:-1])}",
        "an empty signature": f"{path}?{'&'.join(fields[:-1])}&signature=", "no query": path,
        "another order": f"{path}?{'&'.join(reversed(fields))}", "one more field": target + "&x=1",
        "one field before": f"{path}?x=1&{query}",
        "a second type": f"{path}?type=text%2Fhtml&{query}",
        "download added": f"{path}?{fields[0]}&download=a.ogg&{'&'.join(fields[1:])}",
        "a longer signature": target + "A", "a shorter signature": target[:-1],
        "an escaped letter": target.replace("rec-", "%72ec-"),
        "a doubled slash": target.replace("/media/", "/media//"),
        "a dot": target.replace("/media/", "/media/./"),
        "lower-case escapes": target.replace("%2F", "%2f"),
        "a fragment of another": target.replace("kid=", "kid=0"),
    }
    for name, url in spoilt.items():
        assert url != target, name
        answer = share.viewer.get(url)
        assert (answer.status, answer.code) == (403, "media_signature_invalid"), name


TRAVERSALS = [
    "../secret", "..%2fsecret", "..%2Fsecret", "%2e%2e/secret", "%2e%2e%2fsecret",
    "%252e%252e%252fsecret", "....//secret",
    "..;/secret", "..\\secret", "..%5csecret", "..%c0%afsecret", "..%ef%bc%8fsecret",
    "%2e%2e%00/secret", "x/../../secret",
    "x/%2e%2e/%2e%2e/secret", "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "./../secret", "..",
    "%2e%2e", "%00",
    "..%00/secret", "\\..\\secret", "..%255csecret", "%uff0e%uff0e/secret", "file:///etc/passwd",
    "~/secret",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_spelling_of_a_path_leaves_the_media_folder(service, target, path):
    (service.folder / "secret").write_text("TOP-SECRET")
    query = target.split("?")[1]
    for wanted in (f"/media/{path}?{query}", f"/media/{path}"):
        request = f"GET {wanted} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        answer = service.client().raw(request, wanted)
        assert answer.status in (400, 403, 404) and b"TOP-SECRET" not in answer.body


@pytest.mark.parametrize("make", [
    lambda path, folder: path.symlink_to(folder / "secret"),
    lambda path, folder: path.symlink_to("/etc/passwd"),
    lambda path, folder: path.mkdir(),
    lambda path, folder: os.mkfifo(path),
    lambda path, folder: path.symlink_to("/dev/zero"),
    lambda path, folder: None,
], ids=["a link out of it", "an absolute link", "a folder", "a pipe", "a device", "nothing"])
def test_only_a_plain_file_within_the_folder_is_served(workspace, make):
    (workspace.service.folder / "secret").write_text("TOP-SECRET")
    share, target, path = own_media(workspace, f"{workspace.id}/odd.ogg", b"x")
    path.unlink()
    make(path, workspace.service.folder)
    answer = share.viewer.get(target)
    assert (answer.status, answer.code) == (404, "not_found")


def test_a_linked_folder_is_not_followed(workspace):
    share, target, path = own_media(workspace, f"{workspace.id}/linked/a.ogg", b"x")
    path.unlink()
    path.parent.rmdir()
    outside = workspace.service.folder / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "a.ogg").write_text("TOP-SECRET")
    path.parent.symlink_to(outside)
    assert share.viewer.get(target).status == 404


def test_a_media_url_stops_at_its_end(workspace):
    share = workspace.share(ttl_seconds=1)
    target = share.media_target()
    assert share.viewer.get(target).status == 200
    assert eventually(lambda: share.viewer.get(target).code == "media_url_expired")


def test_only_get_and_head_are_answered(share, target):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert share.viewer.request(method, target).code == "method_not_allowed"
