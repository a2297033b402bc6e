"""A calling product that vouches for its users, with tokens made by a foreign library (PyJWT)."""

import secrets
import time

import jwt


class Issuer:
    """Trusted by a workspace from the moment it is made; signs with a shared secret (HS256)."""

    def __init__(self, workspace, name="https://login.product.example", audience="vitrine"):
        self.workspace, self.name, self.audience = workspace, name, audience
        self.secret = secrets.token_urlsafe(48).encode()  # text, as `openssl rand -base64` makes it
        path = workspace.service.folder / f"issuer-{secrets.token_hex(4)}"
        path.write_bytes(self.secret)
        path.chmod(0o600)
        workspace.service.run("workspace", "issuer", "add", "--workspace", workspace.id, "--issuer",
                              name, "--algorithm", "HS256", "--audience", audience,
                              "--secret-file", str(path))

    def token(self, subject, workspace=None, **claims):
        """What the product gives its user; `claims` are added or put in place of the usual."""
        now = int(time.time())
        made = jwt.encode({"iss": self.name, "aud": self.audience, "sub": subject, "iat": now,
                           "exp": now + 300, "workspace": workspace or self.workspace.id} | claims,
                          self.secret, algorithm="HS256")
        self.workspace.service.secrets.add(made)
        return made
