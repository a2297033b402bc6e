"""An operator decides who vouches for a workspace's viewers: `vitrine workspace issuer`."""

import json

import jwt.algorithms
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

SECRET = "correct horse battery staple, at length"
ISSUER = "https://app.example.com"


@pytest.fixture
def issuer(workspace):
    """Runs `vitrine workspace issuer VERB …` for a workspace."""
    def run(verb, *more):
        return workspace.service.attempt("workspace", "issuer", verb, "--workspace", workspace.id,
                                         *more)
    return run


@pytest.fixture
def file(tmp_path):
    def write(text, mode=0o600):
        path = tmp_path / "keys"
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        path.chmod(mode)
        return str(path)
    return write


def ed25519_jwk(private=False):
    key = ed25519.Ed25519PrivateKey.generate()
    jwk = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(key if private else key.public_key()))
    return jwk | {"kid": "one"}


def options(algorithm, kind, path):
    return ("--issuer", ISSUER, "--audience", "vitrine", "--algorithm", algorithm, kind, path)


def secret(path):
    return options("HS256", "--secret-file", path)


def jwks(path, algorithm="EdDSA"):
    return options(algorithm, "--jwks-file", path)


def test_an_issuer_is_added_listed_replaced_and_removed(issuer, file):
    assert issuer("add", *secret(file(SECRET + "\n"))).stdout == f"added {ISSUER}\n"
    again = issuer("add", *jwks(file({"keys": [ed25519_jwk()]}, mode=0o644)))
    assert again.stdout == f"replaced {ISSUER}\n" and "there already" in again.stderr
    (line,) = issuer("list").stdout.splitlines()
    assert line.startswith(f"{ISSUER}  EdDSA  audience vitrine  since 2")
    assert issuer("remove", "--issuer", ISSUER).stdout == f"removed {ISSUER}\n"
    assert issuer("list").stdout == ""
    gone = issuer("remove", "--issuer", ISSUER)
    assert gone.returncode == 1 and "no such issuer" in gone.stderr


def test_a_shared_secret_is_nowhere_in_the_database_or_on_the_terminal(issuer, file, workspace):
    added, listed = issuer("add", *secret(file(SECRET))), issuer("list")
    assert "correct horse" not in added.stdout + added.stderr + listed.stdout + listed.stderr
    ((text, sealed),) = workspace.service.sql(
        "SELECT v::text, sealed_secret FROM viewer_issuer v"
        " JOIN workspace USING (workspace_id) WHERE issuer = %s AND algorithm = 'HS256'"
        " ORDER BY v.created_at DESC LIMIT 1", ISSUER)
    assert sealed and "correct" not in text and b"correct" not in bytes(sealed)


@pytest.mark.parametrize("text, mode, said", [
    (SECRET, 0o604, "chmod o-rwx"),
    ("x" * 31, 0o600, "32 to 1024 bytes"),
    ("-----BEGIN PUBLIC KEY-----\n" + "x" * 64, 0o600, "key file"),
])
def test_a_secret_that_is_none_is_refused(issuer, file, text, mode, said):
    refused = issuer("add", *secret(file(text, mode)))
    assert refused.returncode == 1 and said in refused.stderr
    assert issuer("list").stdout == ""


@pytest.mark.parametrize("keys, algorithm, said", [
    ({"keys": [ed25519_jwk(private=True)]}, "EdDSA", "this file holds a private key"),
    ({"keys": [ed25519_jwk()]}, "RS256", "does not fit RS256"),
    ({"keys": [ed25519_jwk() | {"use": "enc"}]}, "EdDSA", "'use'"),
    ({"keys": [ed25519_jwk(), ed25519_jwk()]}, "EdDSA", "the same 'kid'"),
    (ed25519_jwk(), "EdDSA", "a JWK set looks like"),
    ("", "EdDSA", "no JSON object"),
])
def test_a_key_file_that_does_not_fit_is_refused_with_a_sentence(issuer, file, keys, algorithm,
                                                                 said):
    refused = issuer("add", *jwks(file(keys), algorithm))
    assert refused.returncode == 1 and said in refused.stderr
    assert issuer("list").stdout == ""


def test_the_kind_of_key_follows_from_the_algorithm(issuer, file):
    path = file(SECRET)
    assert "takes --secret-file" in issuer("add", *options("HS256", "--jwks-file", path)).stderr
    assert "takes --jwks-file" in issuer("add", *options("RS256", "--secret-file", path)).stderr
    assert "is no algorithm" in issuer("add", *options("none", "--jwks-file", path)).stderr
    both = issuer("add", *secret(path), "--jwks-file", path)
    assert both.returncode == 1 and "takes --secret-file" in both.stderr


def test_the_public_keys_that_other_libraries_write_are_taken(issuer, file):
    numbers = rsa.generate_private_key(65537, 2048).public_key()
    rsa_jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(numbers))
    assert issuer("add", *jwks(file({"keys": [rsa_jwk]}), "RS256")).returncode == 0
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    encode = jwt.utils.base64url_encode
    ec_jwk = {"kty": "EC", "crv": "P-256", "x": encode(point[1:33]).decode(),
              "y": encode(point[33:]).decode()}
    assert issuer("add", *jwks(file({"keys": [ec_jwk]}), "ES256")).returncode == 0


def test_what_does_not_exist_is_said(service, file):
    path = file(SECRET)
    unknown = service.attempt("workspace", "issuer", "add", "--workspace",
                              "wsp_01m7w77j50ftar8grd2t6y41g2", *secret(path))
    assert unknown.returncode == 1 and "no such workspace" in unknown.stderr
    missing = service.attempt("workspace", "issuer", "add", "--workspace",
                              "wsp_01m7w77j50ftar8grd2t6y41g2", *secret(path + "x"))
    assert missing.returncode == 1 and "cannot be read" in missing.stderr
