"""Link keys are exchanged without breaking links, until the operator says so."""

import pytest

from support.workspace import expect


@pytest.fixture
def service(own_service):
    return own_service().start()


def key_file(service):
    return str(service.folder / "link-keys")


def kid_of(share):
    import base64

    return base64.urlsafe_b64decode(share.token)[0]


def test_old_links_open_after_a_rotation_and_new_ones_are_signed_anew(service):
    workspace = service.workspace()
    old = workspace.share()
    service.run("link-keys", "rotate", key_file(service))
    service.restart()
    assert old.open()
    assert old.show()["links"] == old.document["links"]
    new = workspace.share()
    assert new.open() and kid_of(new) != kid_of(old)


def test_links_of_a_retired_key_do_not_open_and_are_shown_without_an_address(service):
    workspace = service.workspace()
    old = workspace.share()
    service.run("link-keys", "rotate", key_file(service))
    service.run("link-keys", "retire", key_file(service), str(kid_of(old)))
    service.restart()
    assert (old.resolve().status, old.resolve().code) == (404, "link_not_found")
    assert old.show()["links"][0]["url"] is None
    assert workspace.share().open()


def test_media_urls_of_a_retired_key_stop_too(service):
    share = service.workspace().share()
    target = share.media_target()
    service.run("link-keys", "rotate", key_file(service))
    service.restart()
    expect(share.viewer.get(target), 200)
    service.run("link-keys", "retire", key_file(service), str(kid_of(share)))
    service.restart()
    assert share.viewer.get(target).code == "media_signature_invalid"


def test_a_running_service_keeps_its_keys_until_it_is_restarted(service):
    share = service.workspace().share()
    service.run("link-keys", "rotate", key_file(service))
    assert share.open()


def test_the_active_key_cannot_be_retired(service):
    share = service.workspace().share()
    result = service.attempt("link-keys", "retire", key_file(service), str(kid_of(share)))
    assert result.returncode != 0 and result.stderr
    service.restart()
    assert share.open()


def test_an_existing_key_file_is_never_overwritten(service):
    before = (service.folder / "link-keys").read_bytes()
    result = service.attempt("link-keys", "init", key_file(service))
    assert result.returncode != 0
    assert (service.folder / "link-keys").read_bytes() == before


def test_a_key_file_is_for_its_owner_only(service):
    assert (service.folder / "link-keys").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("spoil", [
    lambda text: "", lambda text: "garbage", lambda text: text.replace("active", "retired"),
    lambda text: text + text,
    lambda text: text[:-10],
])
def test_a_spoilt_key_file_stops_the_start_with_a_sentence(own_service, spoil):
    service = own_service()
    path = service.folder / "link-keys"
    path.write_text(spoil(path.read_text()))
    result = service.attempt("serve")
    assert result.returncode != 0 and "link-keys" in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 3
