"""The process is killed, or told to end, at every point of a mail: it is sent at least once, and a
repeated one is known by its Message-ID."""

import signal

import pytest

from support.client import eventually
from support.service import free_port
from support.smtp import MailServer

ANN = {"name": "Ann", "email": "ann@example.org"}


@pytest.fixture
def server():
    made = MailServer(free_port())
    yield made
    made.stop()


@pytest.fixture
def service(own_service, server):
    return own_service({"VITRINE_SMTP_URL": f"smtp://127.0.0.1:{server.port}",
                        "VITRINE_MAIL_FROM": "Vitrine <share@example.com>",
                        "VITRINE_MAIL_RETRY_SCHEDULE": "0,1,1"}).start()


def send(service):
    return service.workspace().share(recipients=[ANN], send_email=True)


def email_of(share):
    return share.show()["links"][0]["email"]


def lease_ends(service):
    service.sql("UPDATE mail SET next_attempt_at = now()")


def test_killed_before_a_mail_is_taken(service, server):
    service.stop()
    service.arguments = ["--no-jobs"]
    service.start()
    share = send(service)
    assert email_of(share)["state"] == "queued"
    service.stop(signal.SIGKILL)
    service.arguments = []
    service.start()
    server.to(ANN["email"])
    eventually(lambda: email_of(share)["state"] == "sent")
    assert len(server.tried) == 1


def test_killed_while_the_mail_server_takes_it(service, server):
    server.answers[:] = [30]
    share = send(service)
    eventually(lambda: server.tried)
    service.stop(signal.SIGKILL)
    lease_ends(service)
    service.start()
    mail = server.to(ANN["email"])
    assert mail["Message-ID"] == server.tried[0]["Message-ID"]
    eventually(lambda: email_of(share)["state"] == "sent", within=20)
    assert email_of(share)["attempts"] == 2


def test_killed_when_it_was_taken_and_that_is_not_recorded(service, server):
    server.answers[:] = [0.5]
    share = send(service)
    eventually(lambda: server.tried)
    with service.postgres.connect(service.database) as holder, holder.transaction():
        holder.execute("SELECT mail_id FROM mail FOR UPDATE")
        eventually(lambda: service.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()")[0][0] > 0)
        service.stop(signal.SIGKILL)
    lease_ends(service)
    service.start()
    server.to(ANN["email"], 2)
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    eventually(lambda: email_of(share)["state"] == "sent", within=20)


def test_a_service_that_stops_waits_for_the_answer_to_a_mail(service, server):
    server.answers[:] = [2]
    send(service)
    eventually(lambda: server.tried)
    assert service.stop() == 0
    assert service.sql("SELECT state, attempts FROM mail") == [("sent", 1)]
