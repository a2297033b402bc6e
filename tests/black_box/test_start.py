"""Starting: with the database down, with a schema of another age, with settings that are wrong."""

import concurrent.futures
import re

import pytest

from support.client import eventually
from support.postgres import Postgres


@pytest.fixture
def cluster():
    own = Postgres()
    try:
        yield own.start()
    finally:
        own.remove()


def test_with_the_database_down_it_lives_waits_and_becomes_ready(own_service, cluster):
    service = own_service(cluster=cluster)
    cluster.stop()
    service.start(wait=False)
    admin = service.admin()
    assert eventually(lambda: admin.get("/livez").status == 200)
    for page in ("/startupz", "/readyz"):
        answer = admin.get(page)
        assert (answer.status, answer.code) == (503, "unavailable")
    assert admin.get("/metrics").status == 200
    cluster.start()
    assert eventually(lambda: admin.get("/readyz").status == 200, within=10)
    assert admin.get("/startupz").status == 200
    assert service.workspace().share().open()


def test_an_end_while_it_waits_for_the_database_is_clean(own_service, cluster):
    service = own_service(cluster=cluster)
    cluster.stop()
    service.start(wait=False)
    assert eventually(lambda: service.admin().get("/livez").status == 200)
    assert service.stop(within=10) == 0


def ended(service):
    """Starts the service, which must end by itself with a sentence; the sentence."""
    result = service.attempt("serve")
    assert result.returncode != 0
    return result.stderr + result.stdout


def test_an_empty_database_is_refused_with_what_to_do(own_service):
    assert "vitrine migrate" in ended(own_service(migrated=False))


def test_a_schema_of_a_newer_program_is_refused(own_service):
    service = own_service()
    service.sql("INSERT INTO schema_migration (version, name, checksum)"
                " VALUES (9999, 'future', 'x')")
    assert re.search(r"newer", ended(service))


def test_a_migration_that_was_altered_is_refused(own_service):
    service = own_service()
    service.sql("UPDATE schema_migration SET checksum = 'x'")
    result = service.attempt("migrate")
    assert result.returncode != 0 and result.stderr


def test_migrating_twice_changes_nothing(own_service):
    service = own_service()
    before = service.sql("TABLE schema_migration")
    service.run("migrate")
    assert service.sql("TABLE schema_migration") == before


def test_four_migrations_at_once_are_one(own_service):
    service = own_service(migrated=False)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: service.attempt("migrate"), range(4)))
    assert [result.returncode for result in results] == [0] * 4
    service.start()


@pytest.mark.parametrize("name, value, word", [
    ("VITRINE_LISTN", "127.0.0.1:1", "VITRINE_LISTN"), ("VITRINE_LISTEN", "nowhere",
                                                        "VITRINE_LISTEN"),
    ("VITRINE_LISTEN", "127.0.0.1:99999", "VITRINE_LISTEN"),
    ("VITRINE_DATABASE_URL", None, "VITRINE_DATABASE_URL"),
    ("VITRINE_DATABASE_POOL_SIZE", "0", "VITRINE_DATABASE_POOL_SIZE"),
    ("VITRINE_THREADS", "many", "VITRINE_THREADS"),
    ("VITRINE_LINK_URL_TEMPLATE", "https://app.example.com/shared", "token"),
    ("VITRINE_LINK_KEYS_FILE", "/nowhere/keys", "/nowhere/keys"),
    ("VITRINE_MEDIA_STORE", "ftp://x", "VITRINE_MEDIA_STORE"),
    ("VITRINE_MEDIA_STORE", "local:/nowhere", "/nowhere"),
    ("VITRINE_LOG_LEVEL", "loud", "VITRINE_LOG_LEVEL"),
    ("VITRINE_PUBLIC_URL", "not an address", "VITRINE_PUBLIC_URL"),
    ("VITRINE_CORS_ORIGINS", "*", "VITRINE_CORS_ORIGINS"),
    ("VITRINE_MEDIA_URL_TTL_SECONDS", "-1", "VITRINE_MEDIA_URL_TTL_SECONDS"),
])
def test_a_wrong_setting_is_refused_and_named(own_service, name, value, word):
    service = own_service(migrated=False)
    service.settings[name] = value
    for command in (("serve",), ("serve", "--check-config")):
        result = service.attempt(*command)
        assert result.returncode != 0 and word in result.stderr, result


def test_all_wrong_settings_are_told_at_once(own_service):
    service = own_service(migrated=False)
    service.settings |= {"VITRINE_THREADS": "x", "VITRINE_LOG_LEVEL": "y", "VITRINE_NONSENSE": "z"}
    stderr = service.attempt("serve", "--check-config").stderr
    assert all(name in stderr for name in ("VITRINE_THREADS", "VITRINE_LOG_LEVEL",
                                           "VITRINE_NONSENSE"))


def test_a_port_that_is_taken_is_told(own_service, service):
    other = own_service(settings={"VITRINE_LISTEN": f"127.0.0.1:{service.port}"})
    assert str(service.port) in ended(other)


def test_the_health_check_says_what_the_readiness_page_says(own_service):
    service = own_service()
    assert service.attempt("healthcheck").returncode != 0
    service.start()
    assert service.attempt("healthcheck").returncode == 0
    service.stop()
    assert service.attempt("healthcheck").returncode != 0


def test_the_version_is_the_documents(service):
    assert service.client().get("/").json["version"] in service.run("version")


def test_a_secret_may_come_from_a_file(own_service):
    service = own_service()
    path = service.folder / "database-url"
    path.write_text(service.settings["VITRINE_DATABASE_URL"] + "\n")
    path.chmod(0o600)
    service.settings |= {"VITRINE_DATABASE_URL": None, "VITRINE_DATABASE_URL_FILE": str(path)}
    service.start()
    assert service.workspace().share().open()
