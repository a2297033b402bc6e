"""How mail servers are talked to: encryption, logins, and a server that others run."""

import os

import pytest

from support.client import eventually
from support.postfix import Postfix
from support.service import free_port
from support.smtp import FROM, MailServer, certificates, server_context
from support.workspace import expect

ANN = {"name": "Ann", "email": "ann@example.org"}


def settings(url, **more):
    return {"VITRINE_SMTP_URL": url, "VITRINE_MAIL_FROM": FROM,
            "VITRINE_MAIL_RETRY_SCHEDULE": "0,1,1,1,1,1"} | more


def share_by_mail(service):
    share = service.workspace().share(recipients=[ANN], send_email=True)

    def becomes(state):
        return eventually(lambda: (found := share.show()["links"][0]["email"])["state"] == state
                          and found, within=20)
    share.mail_becomes = becomes
    return share


@pytest.fixture
def server(tmp_path):
    """Makes mail servers: server(tls=True, login=(user, password))."""
    made = []

    def make(tls=False, login=None):
        authority, certificate, key = certificates(tmp_path)
        context = server_context(certificate, key) if tls else None
        made.append(MailServer(free_port(), context, login))
        made[-1].authority = str(authority)
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_a_password_is_told_over_verified_tls(own_service, server):
    login = ("ann@x", "p:w/\u00e9?")
    smtp = server(tls=True, login=login)
    url = f"smtp://ann%40x:p%3Aw%2F%C3%A9%3F@localhost:{smtp.port}?starttls=required"
    service = own_service(settings(url, VITRINE_SMTP_CA_FILE=smtp.authority)).start()
    share_by_mail(service)
    mail = smtp.to(ANN["email"])
    assert mail.tls and mail.login
    service.secrets.add("p:w/\u00e9?")
    assert "p:w" not in service.log_text() and "p%3Aw" not in service.log_text()


def test_nothing_is_sent_to_a_server_that_cannot_be_trusted(own_service, server):
    smtp = server(tls=True)
    url = f"smtp://localhost:{smtp.port}?starttls=required"
    service = own_service(settings(url)).start()
    share = share_by_mail(service)
    assert share.mail_becomes("deferred")["reason"] == (
        "The mail server offered no TLS that can be trusted.")
    assert smtp.tried == []


def test_nothing_is_sent_in_the_clear_where_encryption_is_required(own_service, server):
    smtp = server()
    service = own_service(settings(f"smtp://localhost:{smtp.port}?starttls=required")).start()
    share = share_by_mail(service)
    assert share.mail_becomes("deferred")["reason"] == (
        "The mail server offered no TLS that can be trusted.")
    assert smtp.tried == []


def test_a_wrong_password_is_the_operators_to_mend(own_service, server):
    smtp = server(tls=True, login=("ann", "right"))
    url = f"smtp://ann:wrong@localhost:{smtp.port}?starttls=required"
    service = own_service(settings(url, VITRINE_SMTP_CA_FILE=smtp.authority)).start()
    share = share_by_mail(service)
    assert "5" in share.mail_becomes("deferred")["reason"]
    assert smtp.tried == []
    service.settings["VITRINE_SMTP_URL"] = url.replace("wrong", "right")
    service.restart()
    share.mail_becomes("sent")


def test_a_mail_server_that_is_away_is_waited_for(own_service):
    port = free_port()
    service = own_service(settings(f"smtp://127.0.0.1:{port}")).start()
    share = share_by_mail(service)
    assert share.mail_becomes("deferred")["reason"] == "The mail server could not be reached."
    smtp = MailServer(port)
    try:
        smtp.to(ANN["email"])
        share.mail_becomes("sent")
    finally:
        service.stop()
        smtp.stop()


def test_without_a_mail_server_no_mail_is_promised(workspace):
    share = workspace.share(recipients=[ANN])
    link = share.document["links"][0]["id"]
    sender = {"email": "dora@example.com"}
    draft = {"recording_id": share.document["recording_id"]}
    client = workspace.client
    for answer in (client.post(share.path + "/send"),
                   client.post(f"{share.path}/links/{link}/send"),
                   client.post("/v1/shares", draft | {"send_email": True, "recipients": [ANN]}),
                   client.post("/v1/shares", draft | {"notify_on_open": True, "sender": sender}),
                   client.post("/v1/shares/bulk-create", {"items": [
                       draft | {"remind_before_seconds": 60, "sender": sender}]}),
                   share.change(notify_on_open=True, sender=sender)):
        assert (answer.status, answer.code) == (409, "email_not_configured"), answer
        assert "VITRINE_SMTP_URL" in answer.json["detail"]
    expect(share.change(sender=sender), 200)


def test_an_operator_says_it_in_words_of_their_own(own_service, server, tmp_path):
    smtp = server()
    (tmp_path / "shared.subject").write_text("{{sender}} hat {{title}} geteilt")
    service = own_service(settings(f"smtp://127.0.0.1:{smtp.port}",
                                   VITRINE_MAIL_TEMPLATES=str(tmp_path))).start()
    share_by_mail(service)
    mail = smtp.to(ANN["email"])
    assert mail["Subject"] == "Someone hat Stand-up geteilt"
    assert "Hello Ann" in mail.text


@pytest.mark.parametrize("wrong, said", [
    ({"VITRINE_MAIL_FROM": None}, "VITRINE_MAIL_FROM is not set, and VITRINE_SMTP_URL is"),
    ({"VITRINE_MAIL_FROM": "nobody"}, "VITRINE_MAIL_FROM must be an address"),
    ({"VITRINE_SMTP_URL": "smtp://u:secret@mail.example.com?starttls=never"},
     "VITRINE_SMTP_URL must not tell a password"),
    ({"VITRINE_SMTP_URL": "http://mail.example.com"}, "VITRINE_SMTP_URL must be smtp://"),
    ({"VITRINE_SMTP_CA_FILE": "/nonexistent"}, "VITRINE_SMTP_CA_FILE must be a file"),
    ({"VITRINE_MAIL_RETRY_SCHEDULE": "60,x"}, "VITRINE_MAIL_RETRY_SCHEDULE must be the seconds"),
    ({"VITRINE_MAIL_TEMPLATES": "TEMPLATES"}, "opened.txt has the unknown placeholder {{link}}"),
])
def test_settings_that_cannot_work_are_refused_at_the_start(own_service, tmp_path, wrong, said):
    (tmp_path / "opened.txt").write_text("{{link}}")
    wrong = {name: str(tmp_path) if value == "TEMPLATES" else value
             for name, value in wrong.items()}
    service = own_service(settings("smtp://127.0.0.1") | wrong)
    result = service.attempt("serve", "--check-config")
    assert result.returncode != 0 and said in result.stderr + result.stdout
    assert "secret" not in result.stderr + result.stdout.replace("(secret, not shown)", "")


def test_the_mail_servers_url_is_shown_to_nobody(own_service):
    service = own_service(settings("smtps://ann:pw-in-the-url@mail.example.com"))
    shown = service.run("serve", "--check-config")
    assert "VITRINE_SMTP_URL=(secret, not shown)" in shown and "pw-in-the-url" not in shown


# -- a mail server that others wrote


@pytest.fixture
def postfix(tmp_path):
    """Postfix on this machine, which takes mails by STARTTLS only."""
    if not Postfix.PROGRAM.exists() or os.geteuid() != 0:
        pytest.skip("Postfix is not installed, or this is not root, which it must be started by")
    server = Postfix(free_port(), *certificates(tmp_path))
    try:
        server.start()
        yield server
    finally:
        server.stop()


def test_postfix_takes_what_is_sent_by_starttls(own_service, postfix):
    url = f"smtp://localhost:{postfix.port}?starttls=required"
    service = own_service(settings(url, VITRINE_SMTP_CA_FILE=postfix.authority)).start()
    share = share_by_mail(service)
    share.mail_becomes("sent")
    [message] = eventually(postfix.mails, within=20)
    assert " with ESMTPS " in message["Received"]  # RFC 3848: after STARTTLS
    assert message["Delivered-To"] == ANN["email"]
    assert message["Subject"] == "Someone shared a recording with you"
    assert [len(message.get_all(name)) for name in ("Message-ID", "Date", "From", "To")] == [1] * 4
    link = share.show()["links"][0]["url"]
    for kind in ("plain", "html"):
        assert link in message.get_body((kind,)).get_content()


def test_postfix_refuses_with_a_reason(own_service, postfix):
    url = f"smtp://localhost:{postfix.port}?starttls=required"
    service = own_service(settings(url, VITRINE_SMTP_CA_FILE=postfix.authority)).start()
    share = service.workspace().share(recipients=[{"email": "ann@elsewhere.example"}],
                                      send_email=True)
    refused = eventually(lambda: (found := share.show()["links"][0]["email"])["state"] == "refused"
                         and found, within=20)
    assert refused["reason"].startswith("554") and "Relay access denied" in refused["reason"]
    assert not postfix.mails()
