"""Mail servers to send to: one that does as it is told (aiosmtpd), with certificates of its own."""

import asyncio
import datetime
import email
import email.policy
import ipaddress
import re
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.client import eventually

FROM = "Vitrine <share@example.com>"  # for VITRINE_MAIL_FROM
DROP = "drop"  # takes the message, and loses the connection before it says so


class Mail:
    """One message as it arrived, and what the envelope around it said."""

    def __init__(self, envelope, tls=False, login=None):
        self.sender, self.recipients = envelope.mail_from, list(envelope.rcpt_tos)
        self.content, self.tls, self.login = bytes(envelope.content), tls, login
        self.message = email.message_from_bytes(self.content, policy=email.policy.default)

    def __getitem__(self, name):
        return self.message[name]

    @property
    def text(self):
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self):
        return self.message.get_body(("html",)).get_content()

    @property
    def words(self):
        """What the text and the HTML say, without links and markup."""
        page = re.sub(r"(?s)<head>.*?</head>|<[^>]*>", " ", self.html)
        for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"),
                                  ("&amp;", "&")):
            page = page.replace(entity, character)
        return [" ".join(re.sub(r"https?://\S+", " ", form).split()) for form in (self.text, page)]

    @property
    def token(self):
        return re.search(r"https://\S+#(\S+)", self.text)[1]


class MailServer:
    """Takes mails on a port of its own. `answers` are given to the next messages, in turn; then all
    is well. A number is how many seconds to wait before all is well."""

    def __init__(self, port, tls=None, login=None):
        self.port, self.login = port, login
        self.mails, self.tried, self.answers, self.unknown = [], [], [], {}
        self._logged_in = None
        self._controller = Controller(
            self, hostname="127.0.0.1", port=port, tls_context=tls, require_starttls=bool(tls),
            authenticator=self._check if login else None, auth_required=bool(login),
            auth_require_tls=bool(tls))
        self._controller.start()

    def stop(self):
        self._controller.stop(no_assert=True)

    def _check(self, server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (
            data.login.decode(), data.password.decode()) == self.login
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.unknown:
            return self.unknown[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = Mail(envelope, session.ssl is not None, session.authenticated)
        self.tried.append(mail)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == DROP:
            server.transport.abort()
            return "250 nobody hears this"
        if isinstance(answer, (int, float)):
            await asyncio.sleep(answer)
            answer = "250 OK"
        if answer.startswith("250"):
            self.mails.append(mail)
        return answer

    def to(self, address, count=1, within=20):
        """Waits for so many mails to an address; the last of them."""
        def arrived():
            found = [mail for mail in self.mails if mail.recipients == [address]]
            return len(found) >= count and found
        return eventually(arrived, within=within)[-1]


def certificates(folder):
    """An authority, and a server of its on this machine: its certificate's file, the server's
    certificate and key as files."""
    now = datetime.datetime.utcnow()
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def certificate(name, issuer, public_key, *extensions):
        builder = (x509.CertificateBuilder()
                   .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
                   .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
                   .public_key(public_key).serial_number(x509.random_serial_number())
                   .not_valid_before(now - datetime.timedelta(hours=1))
                   .not_valid_after(now + datetime.timedelta(days=1)))
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(authority_key, hashes.SHA256())

    files = [folder / name for name in ("ca.pem", "server.pem", "server.key")]
    authority = certificate("Test CA", "Test CA", authority_key.public_key(),
                            x509.BasicConstraints(ca=True, path_length=0))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(
        ipaddress.ip_address("127.0.0.1"))])
    server = certificate("localhost", "Test CA", server_key.public_key(), names)
    pem = serialization.Encoding.PEM
    files[0].write_bytes(authority.public_bytes(pem))
    files[1].write_bytes(server.public_bytes(pem))
    files[2].write_bytes(server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8,
                                                  serialization.NoEncryption()))
    files[2].chmod(0o600)
    return files


def server_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
