"""Fixtures for webhooks and mails: services that may post to loopback, or have a mail server, and
do not wait for hours."""

import pytest

from support.service import Service, free_port
from support.smtp import FROM, MailServer

QUICK = {"VITRINE_ALLOW_PRIVATE_WEBHOOKS": "true", "VITRINE_WEBHOOK_TIMEOUT_SECONDS": "2",
         "VITRINE_WEBHOOK_RETRY_SCHEDULE": "0,1,1,1"}


@pytest.fixture(scope="session")
def webhook_service(binary, postgres):
    installation = Service(postgres, QUICK).start()
    yield installation
    installation.remove()


@pytest.fixture
def hooks(webhook_service):
    """A workspace of that service."""
    return webhook_service.workspace()


@pytest.fixture(scope="session")
def mailing(binary, postgres):
    """A service that sends to a mail server of its own."""
    mail_server = MailServer(free_port())
    service = Service(postgres, {"VITRINE_SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}",
                                 "VITRINE_MAIL_FROM": FROM,
                                 "VITRINE_MAIL_RETRY_SCHEDULE": "0,1,1"})
    service.mail_server = mail_server
    try:
        service.start()
        yield service
        log = service.log_text()
        assert '"event":"mail"' in log
        assert "@" not in log  # nobody's address
    finally:
        service.remove()
        mail_server.stop()


@pytest.fixture
def mails(mailing):
    """The mail server, as if new."""
    server = mailing.mail_server
    server.mails.clear(), server.tried.clear(), server.answers.clear(), server.unknown.clear()
    return server
