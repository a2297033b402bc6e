"""Who may open a share for members: tokens made by PyJWT, honest ones and every forgery."""

import base64
import hashlib
import hmac
import json
import socket
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from support import contract
from support.workspace import expect

TAKEN = contract.load().document["components"]["schemas"]["ResolveRequest"]["properties"]
pytestmark = pytest.mark.skipif("viewer_token" not in TAKEN, reason="no link takes one yet")

AUDIENCE = "vitrine"
SECRET = "correct horse battery staple, at length"
ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")
PUBLIC = ("RS256", "ES256", "EdDSA")
SAME = {"X-Request-Id": "same"}


def encoded(data):
    data = data if isinstance(data, bytes) else data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_key(algorithm):
    if algorithm == "RS256":
        return rsa.generate_private_key(65537, 2048)
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate() if algorithm == "EdDSA" else SECRET.encode()


def jwk_of(algorithm, key, **more):
    public = key.public_key()
    if algorithm == "ES256":  # PyJWT 2.6 reads these, but does not write them
        point = public.public_bytes(serialization.Encoding.X962,
                                    serialization.PublicFormat.UncompressedPoint)
        return {"kty": "EC", "crv": "P-256", "x": encoded(point[1:33]), "y": encoded(point[33:]),
                **more}
    maker = {"RS256": jwt.algorithms.RSAAlgorithm, "EdDSA": jwt.algorithms.OKPAlgorithm}[algorithm]
    return json.loads(maker.to_jwk(public)) | more


class Issuer:
    """A product that vouches for viewers, with a key pair or a shared secret."""

    def __init__(self, algorithm, name=None):
        self.algorithm, self.name = algorithm, name or f"https://{algorithm.lower()}.example.com"
        self.key, self.next_key = new_key(algorithm), new_key(algorithm)
        self.kid = None if algorithm == "HS256" else "now"

    def keys(self):
        return {"keys": [jwk_of(self.algorithm, self.key, kid="now"),
                         jwk_of(self.algorithm, self.next_key, kid="next")]}

    def introduce(self, workspace, folder, keys=None):
        """Makes the workspace believe it."""
        shared = self.algorithm == "HS256"
        path = folder / "keys"
        path.write_text(keys or (SECRET if shared else json.dumps(self.keys())))
        path.chmod(0o600)
        workspace.service.run("workspace", "issuer", "add", "--workspace", workspace.id,
                              "--issuer", self.name, "--audience", AUDIENCE, "--algorithm",
                              self.algorithm, "--secret-file" if shared else "--jwks-file",
                              str(path))
        return self

    def sign(self, content, key=None, algorithm=None):
        algorithm = jwt.algorithms.get_default_algorithms()[algorithm or self.algorithm]
        return algorithm.sign(content.encode(), key or self.key)


class House:
    """A workspace with a share for members only, and an issuer of each algorithm."""

    def __init__(self, service, folder):
        self.workspace, self.folder = service.workspace(), folder
        self.issuers = {name: Issuer(name).introduce(self.workspace, folder)
                        for name in ALGORITHMS}
        self.share = self.workspace.share(audience="workspace")

    def claims(self, issuer, **changes):
        claims = {"iss": issuer.name, "aud": AUDIENCE, "sub": "user-7", "exp": now(300),
                  "workspace": self.workspace.id} | changes
        return {name: value for name, value in claims.items() if value is not ...}

    def header(self, issuer, **changes):
        header = {"typ": "JWT", "alg": issuer.algorithm, "kid": issuer.kid or ...} | changes
        return {name: value for name, value in header.items() if value is not ...}

    def honest(self, issuer, **changes):
        """What PyJWT itself makes."""
        headers = {"kid": issuer.kid} if issuer.kid else None
        token = jwt.encode(self.claims(issuer, **changes), issuer.key, issuer.algorithm, headers)
        self.workspace.service.secrets.add(token.split(".")[2])
        return token

    def token(self, issuer, header=None, claims=None, sign=None):
        """Anything at all; texts stand for themselves, the rest is written as JSON."""
        header = header if isinstance(header, str) else self.header(issuer, **header or {})
        claims = claims if isinstance(claims, str) else self.claims(issuer, **claims or {})
        parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, claims)]
        content = ".".join(encoded(part) for part in parts)
        return f"{content}.{encoded((sign or issuer.sign)(content))}"

    def open(self, token, **more):
        return self.share.resolve(viewer_token=token, **more)


def now(seconds=0):
    return int(time.time()) + seconds


@pytest.fixture(scope="module")
def house(service, tmp_path_factory):
    return House(service, tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def refusal(house):
    """What someone without a token is told: nobody may learn more than that."""
    answer = house.share.viewer.post("/v1/resolve", {"token": house.share.token}, headers=SAME)
    assert (answer.status, answer.code) == (401, "viewer_required")
    return answer.body


def assert_refused(house, refusal, token):
    answer = house.share.viewer.post(
        "/v1/resolve", {"token": house.share.token, "viewer_token": token}, headers=SAME)
    assert (answer.status, answer.body) == (401, refusal)


# -- who is let in

@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_member_is_let_in(house, algorithm):
    issuer = house.issuers[algorithm]
    assert expect(house.open(house.honest(issuer)), 200).json["share"]["audience"] == "workspace"
    assert house.open(house.honest(issuer, aud=["else", AUDIENCE])).status == 200
    assert house.open(house.honest(issuer, nbf=now(30), iat=now(30))).status == 200
    assert house.open(house.token(issuer, claims={"exp": now(60) + 0.5})).status == 200
    assert house.open(house.token(issuer, header={"typ": ...})).status == 200


@pytest.mark.parametrize("algorithm", PUBLIC)
def test_the_next_key_is_good_already(house, algorithm):
    issuer = house.issuers[algorithm]
    token = house.token(issuer, header={"kid": "next"},
                        sign=lambda content: issuer.sign(content, issuer.next_key))
    assert house.open(token).status == 200


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_genuine_token_of_another_workspace_is_told_so(house, stranger, algorithm):
    answer = house.open(house.honest(house.issuers[algorithm], workspace=stranger.id))
    assert (answer.status, answer.code) == (403, "viewer_not_member")


def test_a_public_share_asks_for_no_token_and_minds_none(house):
    share = house.workspace.share()
    assert share.resolve().status == share.resolve(viewer_token="x.y.z").status == 200


# -- forgeries, for issuers of every algorithm

CLAIMS = {
    "expired": {"exp": now(-1)},
    "expired long ago": {"exp": 0},
    "exp missing": {"exp": ...},
    "exp as a text": {"exp": str(now(300))},
    "exp null": {"exp": None},
    "exp 1e30": {"exp": 1e30},
    "exp in two days": {"exp": now(172_800)},
    "nbf in the future": {"nbf": now(7_200)},
    "iat in the future": {"iat": now(7_200)},
    "nbf as a text": {"nbf": str(now())},
    "another aud": {"aud": "else"},
    "aud missing": {"aud": ...},
    "an aud without us": {"aud": ["else", "others"]},
    "aud in another case": {"aud": AUDIENCE.upper()},
    "iss missing": {"iss": ...},
    "an unknown iss": {"iss": "https://evil.example.com"},
    "iss with SQL": {"iss": "' OR 1=1 --"},
    "iss with NUL": {"iss": "https://rs256.example.com\0"},
    "sub missing": {"sub": ...},
    "sub empty": {"sub": ""},
    "sub too long": {"sub": "x" * 256},
    "workspace missing": {"workspace": ...},
    "workspace null": {"workspace": None},
    "workspace a list": {"workspace": []},
    "no workspace's id": {"workspace": "wsp_x"},
    "larger than 8 KiB": {"x": "x" * 8192},
}
HEADERS = {
    "alg missing": {"alg": ...},
    "alg none": {"alg": "none"},
    "alg None": {"alg": "None"},
    "alg NONE": {"alg": "NONE"},
    "alg nOnE": {"alg": "nOnE"},
    "alg in another case": {"alg": "hs256"},
    "alg HS512": {"alg": "HS512"},
    "alg PS256": {"alg": "PS256"},
    "alg a list": {"alg": ["HS256"]},
    "another typ": {"typ": "at+jwt"},
    "crit": {"crit": ["exp"]},
    "crit of b64": {"crit": ["b64"], "b64": False},
    "b64 alone": {"b64": False},
    "kid a number": {"kid": 1},
    "kid null": {"kid": None},
}
KIDS = ["unknown", "", "../../../dev/null", "/dev/null", "now' OR '1'='1", "now\0", "NOW",
        "http://127.0.0.1/", "now; DROP TABLE viewer_issuer"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("name", CLAIMS)
def test_wrong_claims_are_refused_alike(house, refusal, name, algorithm):
    token = house.token(house.issuers[algorithm], claims=CLAIMS[name])
    assert_refused(house, refusal, token)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("name", HEADERS)
def test_wrong_headers_are_refused_alike(house, refusal, name, algorithm):
    token = house.token(house.issuers[algorithm], header=HEADERS[name])
    assert_refused(house, refusal, token)


@pytest.mark.parametrize("algorithm", PUBLIC)
@pytest.mark.parametrize("kid", [*KIDS, None])
def test_a_kid_names_one_of_several_keys_or_none(house, refusal, kid, algorithm):
    header = {"kid": ... if kid is None else kid}
    assert_refused(house, refusal, house.token(house.issuers[algorithm], header=header))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("alg", ["none", "None", "HS256"])
def test_an_unsigned_token_is_refused(house, refusal, alg, algorithm):
    issuer = house.issuers[algorithm]
    unsigned = house.token(issuer, header={"alg": alg}, sign=lambda content: b"")
    for token in (unsigned, unsigned[:-1], unsigned + "AA"):
        assert_refused(house, refusal, token)
    pyjwt = jwt.encode(house.claims(issuer), None, "none", {"kid": issuer.kid or "x"})
    assert_refused(house, refusal, pyjwt)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_token_that_is_not_whole_is_refused(house, refusal, algorithm):
    issuer = house.issuers[algorithm]
    good = house.honest(issuer)
    header, claims, signature = good.split(".")
    raw = decoded(signature)
    cut = encoded(raw[:-1])
    for token in ("", ".", "..", "...", f"{header}.{claims}", f"{header}.{claims}.",
                  f"{good}.", f"{good}.x", f".{good}", f"{good}=", f"{good} ", f" {good}",
                  f"{good}\n", f"Bearer {good}", f"{header}=.{claims}.{signature}",
                  f"{header}.{claims}.{cut}", f"{header}.{claims}.{encoded(raw + bytes(1))}",
                  f"{header}.{claims}.{encoded(bytes(len(raw)))}",
                  f"{claims}.{header}.{signature}", good.replace(".", " ")):
        assert_refused(house, refusal, token)
    assert house.open(good).status == 200


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_json_that_can_be_read_in_two_ways_is_refused(house, refusal, algorithm):
    issuer = house.issuers[algorithm]
    header = json.dumps(house.header(issuer))
    claims = json.dumps(house.claims(issuer))
    twice = claims[:-1] + f', "workspace": "{house.workspace.id}"}}'
    escaped = claims[:-1] + f', "\\u0065xp": {now(300)}}}'
    deep = claims[:-1] + ', "x": ' + "[" * 40 + "]" * 40 + "}"
    huge = claims[:-1] + ', "nbf": 1e400}'
    for bad in (twice, escaped, deep, huge, "[]", "null", claims + "{}", "\ufeff" + claims,
                claims + "\0"):
        assert_refused(house, refusal, house.token(issuer, header=header, claims=bad))
    for bad in (header[:-1] + ', "alg": "none"}', '{"alg": "none", ' + header[1:], "[]"):
        assert_refused(house, refusal, house.token(issuer, header=bad))


# -- forgeries that confuse keys

@pytest.mark.parametrize("algorithm", PUBLIC)
def test_a_public_key_is_no_secret(house, refusal, algorithm):
    """The token says HS256, or the pinned algorithm, and is an HMAC under what everyone knows."""
    issuer = house.issuers[algorithm]
    public = issuer.key.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM,
                              serialization.PublicFormat.SubjectPublicKeyInfo)
    jwk = json.dumps(jwk_of(algorithm, issuer.key, kid="now")).encode()
    for secret in (pem, pem.strip(), jwk, json.dumps(issuer.keys()).encode(), b""):
        for alg in ("HS256", algorithm):
            mac = lambda content, key=secret: hmac.new(  # noqa: E731
                key, content.encode(), hashlib.sha256).digest()
            assert_refused(house, refusal, house.token(issuer, header={"alg": alg}, sign=mac))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_another_issuers_key_signs_nothing_here(house, refusal, algorithm):
    issuer = house.issuers[algorithm]
    for other in house.issuers.values():
        if other is not issuer:
            token = house.token(issuer, header={"alg": other.algorithm},
                                sign=lambda content, other=other: other.sign(content))
            assert_refused(house, refusal, token)
    stranger = Issuer(algorithm, issuer.name)
    key = b"x" * 40 if algorithm == "HS256" else stranger.key
    assert_refused(house, refusal,
                   house.token(issuer, sign=lambda content: issuer.sign(content, key)))


@pytest.mark.parametrize("algorithm", PUBLIC)
def test_keys_and_addresses_in_a_token_are_neither_used_nor_fetched(house, refusal, algorithm):
    issuer, forger = house.issuers[algorithm], Issuer(algorithm)
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.3)
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/keys.json"
        for header in ({"jwk": jwk_of(algorithm, forger.key)}, {"jku": address}, {"x5u": address},
                       {"jku": address, "kid": "forged"}, {"x5c": ["MIIB"]}):
            forged = house.token(issuer, header=header,
                                 sign=lambda content: issuer.sign(content, forger.key))
            assert_refused(house, refusal, forged)
            if "kid" not in header:
                assert house.open(house.token(issuer, header=header)).status == 200
        with pytest.raises(TimeoutError):
            trap.accept()


def test_zero_is_no_es256_signature(house, refusal):
    issuer = house.issuers["ES256"]
    order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
    full = order.to_bytes(32, "big")
    for signature in (bytes(64), full * 2, bytes(32) + full, bytes(31) + b"\1" + bytes(32),
                      b"\xff" * 64, bytes.fromhex("3006020100020100"), bytes(63), bytes(65)):
        assert_refused(house, refusal, house.token(issuer, sign=lambda _, s=signature: s))


def test_other_secrets_of_the_house_are_no_viewer_tokens(house, refusal):
    for secret in (house.share.token, house.workspace.secret, SECRET):
        assert_refused(house, refusal, secret)
    token = house.honest(house.issuers["HS256"])
    assert house.workspace.service.client(token).get("/v1/shares").status == 401
    assert house.share.viewer.post("/v1/resolve", {"token": token}).code == "link_not_found"


@pytest.mark.parametrize("value", [7, True, [], {}])
def test_a_viewer_token_is_a_text(house, value):
    assert house.open(value).faults == {"/viewer_token": "wrong_type"}


# -- what an operator changes holds at once

def test_a_replaced_key_and_a_removed_issuer_vouch_for_nobody(service, tmp_path):
    house = House(service, tmp_path)
    issuer = house.issuers["EdDSA"]
    old = house.honest(issuer)
    expect(house.open(old), 200)
    issuer.key = new_key("EdDSA")
    issuer.introduce(house.workspace, tmp_path)
    assert house.open(old).code == "viewer_required"
    expect(house.open(house.honest(issuer)), 200)
    service.run("workspace", "issuer", "remove", "--workspace", house.workspace.id, "--issuer",
                issuer.name)
    assert house.open(house.honest(issuer)).code == "viewer_required"


def test_an_issuer_of_one_workspace_is_nobody_in_another(house, stranger):
    share = stranger.share(audience="workspace")
    token = house.honest(house.issuers["RS256"], workspace=stranger.id)
    assert share.resolve(viewer_token=token).code == "viewer_required"
