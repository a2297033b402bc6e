"""openapi.yaml itself: well formed, complete, and true in its examples. Needs no service."""

import base64
import hashlib
import hmac
import pathlib
import re
import subprocess
import sys
import uuid

import jsonschema
import pytest

from support import contract

CONTRACT = contract.load()
DOCUMENT = CONTRACT.document
OPERATIONS = pytest.mark.parametrize("operation", CONTRACT.operations,
                                     ids=lambda operation: operation.id)
ADMIN = {"getLivez", "getReadyz", "getStartupz", "getMetrics"}
# What a caller can always get wrong; a public call that reads only its address, hardly anything.
EXPECTED_PROBLEMS = {"api_key": {"401", "403", "400", "429", "503"}, "public": {"400"}}


def nodes(value, path=""):
    """Every mapping in the document with its JSON Pointer."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            yield from nodes(member, f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from nodes(member, f"{path}/{index}")


def references():
    return [node["$ref"] for _, node in nodes(DOCUMENT) if isinstance(node.get("$ref"), str)]


def media_types():
    """(where, media type object) of every body, in requests and answers."""
    for operation in CONTRACT.operations:
        bodies = {"body": operation.node.get("requestBody", {})} | operation.responses
        for name, body in bodies.items():
            for kind, media in CONTRACT.resolve(body).get("content", {}).items():
                yield f"{operation.id} {name} {kind}", media


def test_it_is_openapi_3_1():
    assert re.fullmatch(r"3\.1\.\d", DOCUMENT["openapi"])


def test_its_version_is_the_programs_version():
    cmake = (contract.ROOT / "CMakeLists.txt").read_text()
    assert DOCUMENT["info"]["version"] == re.search(r"project\(vitrine VERSION (\S+)", cmake)[1]


def test_every_reference_leads_somewhere():
    for reference in references():
        assert CONTRACT.resolve({"$ref": reference}), reference


def test_no_component_is_unused():
    used = set(references())
    unused = [f"#/components/{kind}/{name}" for kind, group in DOCUMENT["components"].items()
              if kind != "securitySchemes" for name in group
              if f"#/components/{kind}/{name}" not in used]
    assert not unused


def test_every_schema_is_a_schema():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("description"), f"{name} has no description"


def test_operation_ids_are_unique():
    assert len(CONTRACT.by_id) == len(CONTRACT.operations)


@OPERATIONS
def test_an_operation_is_described(operation):
    node = operation.node
    assert re.fullmatch(r"[a-z]+[A-Z]\w+", node["operationId"])
    assert len(node["tags"]) == 1 and node["tags"][0] in [tag["name"] for tag in DOCUMENT["tags"]]
    assert 5 < len(node["summary"]) <= 45 and not node["summary"].endswith(".")
    assert node["description"].strip().endswith(".")
    assert node["x-codeSamples"][0]["source"].startswith("curl ")


@OPERATIONS
def test_an_operation_names_its_parameters(operation):
    in_path = set(re.findall(r"\{(\w+)\}", operation.path))
    assert in_path == {one["name"] for one in operation.parameters if one["in"] == "path"}
    for parameter in operation.parameters:
        assert parameter["description"].strip().endswith(".")
        if "example" in parameter:
            assert not CONTRACT.faults(parameter["schema"], parameter["example"]), parameter["name"]


@OPERATIONS
def test_an_operation_names_its_problems(operation):
    statuses = set(operation.responses)
    assert "default" in statuses
    if operation.id in ADMIN:
        return
    public = operation.node.get("security") == []
    assert EXPECTED_PROBLEMS["public" if public else "api_key"] <= statuses
    if in_path := re.findall(r"\{(\w+)\}", operation.path):
        assert "404" in statuses, in_path
    if "requestBody" in operation.node:
        assert {"413", "415", "422"} <= statuses
        assert ("411" in statuses) == operation.node["requestBody"]["required"]
    if any(parameter["name"] == "If-Match" for parameter in operation.parameters):
        assert "412" in statuses


@OPERATIONS
def test_every_answer_carries_the_request_id(operation):
    for status, response in operation.responses.items():
        assert "X-Request-Id" in CONTRACT.resolve(response)["headers"], status


@OPERATIONS
def test_what_is_answered_admits_nothing_unknown(operation):
    """An undocumented member must be caught, so every object is closed, but panels."""
    for status, response in operation.responses.items():
        for kind, media in CONTRACT.resolve(response).get("content", {}).items():
            if "json" in kind and operation.id != "getPanel":
                assert CONTRACT.faults(media["schema"],
                                       {"surely_not_documented": 1}), f"{status} {kind}"


@pytest.mark.parametrize("where, media", list(media_types()),
                         ids=lambda value: value if isinstance(value, str) else "")
def test_examples_obey_their_schema(where, media):
    if "json" in where:
        assert media.get("examples"), "no example"
    for name, example in media.get("examples", {}).items():
        assert not CONTRACT.faults(media["schema"], CONTRACT.resolve(example)["value"]), name


def test_header_examples_obey_their_schema():
    for name, header in DOCUMENT["components"]["headers"].items():
        assert not CONTRACT.faults(header["schema"], header["example"]), name


def test_every_problem_code_is_documented_where_it_can_come():
    """Codes that belong to no operation: a wrong method or address."""
    elsewhere = {"method_not_allowed", "not_implemented"}
    named = {code for _, media in media_types()
             for code in media["schema"].get("properties", {}).get("code", {}).get("enum", [])}
    assert named | elsewhere == set(CONTRACT.problem_codes)


# What follows keeps the examples true, not only well formed.


def base32_decode(text):
    value = 0
    for letter in text:
        value = value * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(letter)
    return uuid.UUID(int=value)


def test_example_ids_are_genuine():
    share = DOCUMENT["components"]["examples"]["share"]["value"]
    for identifier in (share["id"], share["created_by"], share["links"][0]["id"]):
        assert base32_decode(identifier[4:]).version == 7


def test_the_example_token_is_the_example_links():
    """Minted with key 1 being the bytes 0 to 31, as the token's definition says."""
    link = DOCUMENT["components"]["examples"]["share"]["value"]["links"][0]
    message = bytes([1]) + base32_decode(link["id"][4:]).bytes
    mac = hmac.new(bytes(range(32)), b"vitrine/link/1" + message, hashlib.sha256).digest()[:16]
    token = base64.urlsafe_b64encode(message + mac).decode()
    assert link["url"].endswith("#" + token)
    assert token in CONTRACT.by_id["resolveLink"].node["x-codeSamples"][0]["source"]


def test_the_example_week_is_a_week():
    share = DOCUMENT["components"]["examples"]["share"]["value"]
    assert (share["starts_at"][:10], share["expires_at"][:10]) == ("2026-11-20", "2026-11-27")
    assert share["starts_at"][10:] == share["expires_at"][10:]


def test_the_page_renders_and_loads_nothing_from_elsewhere(tmp_path):
    page = tmp_path / "docs.html"
    render = contract.ROOT / "api" / "docs" / "render.py"
    subprocess.run([sys.executable, "-B", render, contract.ROOT / "openapi.yaml", page], check=True)
    text = page.read_text()
    assert not re.search(r"(?:src|srcset)=|<link|@import|url\(", text)
    for operation in CONTRACT.operations:
        assert f'id="{operation.id}"' in text
    for target in re.findall(r'href="#([^"]+)"', text):
        assert f'id="{target}"' in text, target
    assert not re.search(r"\{\{\w+\}\}", text)


def test_nobody_can_tell_where_it_was_written():
    assert not re.search(r"/home/|/root/|/tmp/", pathlib.Path(contract.ROOT / "openapi.yaml").read_text())
