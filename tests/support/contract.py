"""openapi.yaml as a judge: whether an answer is one that the document promises."""

import functools
import json
import pathlib
import re

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = ("get", "put", "post", "patch", "delete")

# Sent with any answer and described in the document's text rather than at each response.
EVERYWHERE = {
    "date", "content-length", "content-type", "connection", "keep-alive", "x-request-id",
    "x-content-type-options", "referrer-policy", "cache-control", "vary",
    "access-control-allow-origin", "access-control-expose-headers",
}
PREFLIGHT = {"allow", "access-control-allow-methods", "access-control-allow-headers",
             "access-control-max-age"}
# Every answer about a link, a refusal too, keeps search engines and frames away.
HIDDEN = {"x-robots-tag": "noindex, nofollow, noarchive",
          "content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
DOCUMENTATION = {"getIndex", "getDocs", "getOpenapi", "listProblems", "getProblem"}


class Drift(AssertionError):
    """The service and the document differ."""


class Operation:
    def __init__(self, contract, method, path, node):
        self.method, self.path, self.node = method.upper(), path, node
        self.id, self.responses = node["operationId"], node["responses"]
        self.parameters = [
            contract.resolve(p)
            for p in contract.document["paths"][path].get("parameters", []) + node.get("parameters",
                                                                                       [])
        ]
        self.keyed = node.get("security") != []
        self.port = "admin" if node["tags"] == ["Operations"] else "public"
        parts = re.split(r"\{(\w+)\}", path)
        self.pattern = re.compile(
            "".join(
                re.escape(part) if index % 2 == 0 else (".+" if part == "path" else "[^/]+")
                for index, part in enumerate(parts)
            )
        )


class Contract:
    def __init__(self, text):
        self.text = text
        self.document = yaml.safe_load(text)
        self.resolver = jsonschema.RefResolver("", self.document)
        self.operations = [
            Operation(self, method, path, item[method])
            for path, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        ]
        self.by_id = {operation.id: operation for operation in self.operations}
        self.problem_codes = self.document["components"]["schemas"]["ProblemCode"]["enum"]

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def faults(self, schema, value):
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    def operation(self, method, target, port="public"):
        """The operation for a request, or None. HEAD is wherever GET is; a path without variables
        comes before one with them."""
        path = target.split("?", 1)[0]
        wanted = "GET" if method == "HEAD" else method
        fitting = [operation for operation in self.operations
                   if operation.port == port and operation.pattern.fullmatch(path)]
        concrete = [operation for operation in fitting if "{" not in operation.path]
        return next((operation for operation in concrete or fitting
                     if operation.method == wanted), None)

    def check(self, method, target, status, headers, body, port="public"):
        """Raises Drift unless the document promises this answer. `headers` has lower-case names."""
        operation = self.operation(method, target, port)
        fault = functools.partial(self._drift, method, target, status, body)
        self._check_everywhere(method, operation, status, headers, fault)
        if target.split("?", 1)[0] in ("/v1/resolve", "/v1/resolve/open"):
            headers = self._without_hidden(operation, status, headers, fault)
        if method == "OPTIONS" and status == 204:
            self._check_names(headers, EVERYWHERE | PREFLIGHT, fault)
            return
        if operation is None:
            self._check_unrouted(status, headers, body, fault)
            return
        response = operation.responses.get(str(status))
        if response is None and status >= 400:
            response = operation.responses.get("default")
        if response is None:
            fault("this status is not documented")
        response = self.resolve(response)
        self._check_headers(operation, response, headers, fault)
        self._check_body(method, response, status, headers, body, fault)

    def _drift(self, method, target, status, body, text):
        raise Drift(f"{method} {target.split('?')[0]} answered {status}: {text}\n{body[:2000]!r}")

    def _without_hidden(self, operation, status, headers, fault):
        # What the edge refuses before it can read the head is not known to be about a link.
        unread = status in (400, 408, 414, 417, 431)
        for name, value in HIDDEN.items():
            if headers.get(name, value if unread or not operation else None) != value:
                fault(f"{name} must be {value}")
        return {name: value for name, value in headers.items() if name not in HIDDEN}

    def _check_everywhere(self, method, operation, status, headers, fault):
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", headers.get("x-request-id", "")):
            fault("X-Request-Id is missing or odd")
        if headers.get("x-content-type-options") != "nosniff":
            fault("X-Content-Type-Options must be nosniff")
        if headers.get("referrer-policy") != "no-referrer":
            fault("Referrer-Policy must be no-referrer")
        if "date" not in headers:
            fault("Date is missing")
        if status < 300 and operation and operation.id in DOCUMENTATION and method != "OPTIONS":
            wanted = ["public, max-age=300"]
        elif status < 400 and operation and operation.id == "getMedia" and method != "OPTIONS":
            wanted = ["private, max-age=0, must-revalidate"]
        else:
            wanted = ["no-store"]
        if headers.get("cache-control") not in wanted:
            fault(f"Cache-Control must be {wanted[0]}, not {headers.get('cache-control')}")

    def _check_unrouted(self, status, headers, body, fault):
        if status < 400:
            fault("there is no such operation in the document")
        if status == 405 and not headers.get("allow"):
            fault("405 must carry Allow")
        self._check_names(headers, EVERYWHERE | {"allow", "retry-after", "www-authenticate"}, fault)
        if body:
            self._check_problem({"$ref": "#/components/schemas/Problem"}, status, headers, body,
                                fault)

    def _check_names(self, headers, allowed, fault):
        unknown = sorted(set(headers) - allowed)
        if unknown:
            fault(f"undocumented headers: {', '.join(unknown)}")

    def _check_headers(self, operation, response, headers, fault):
        declared = {name.lower(): self.resolve(node) for name,
                    node in response.get("headers", {}).items()}
        if operation.keyed:
            declared = self._rate_fields() | declared
            if ("ratelimit" in headers) != ("ratelimit-policy" in headers):
                fault("RateLimit and RateLimit-Policy belong together")
        self._check_names(headers, EVERYWHERE | set(declared), fault)
        for name, node in declared.items():
            if name not in headers:
                if node.get("required"):
                    fault(f"the header {name} is missing")
                continue
            for error in self.faults(node["schema"], headers[name]):
                fault(f"the header {name}: {error}")

    def _rate_fields(self):
        """What any answer to an API key may carry, and those of a service with a limit do."""
        components = self.document["components"]["headers"]
        return {name.lower(): components[name] | {"required": False}
                for name in ("RateLimit", "RateLimit-Policy")}

    def _check_body(self, method, response, status, headers, body, fault):
        content = response.get("content")
        if method == "HEAD" or status in (204, 304):
            if body:
                fault("there must be no body")
            if status == 204 and "content-type" in headers:
                fault("there must be no Content-Type without content")
            return
        if not content:
            fault("no content is documented")
        given = headers.get("content-type", "")
        kind = given.split(";")[0].strip()
        node = content.get(kind) or content.get("*/*")
        if node is None or kind == "application/problem+json" and "*/*" in content:
            fault(f"the content type {given!r} is not documented")
        if kind == "application/problem+json":
            self._check_problem(node["schema"], status, headers, body, fault)
        elif kind == "application/json":
            self._check_json(node["schema"], body, fault)

    def _check_json(self, schema, body, fault):
        try:
            value = json.loads(body.decode("utf-8"))
        except ValueError as error:
            fault(f"the body is not JSON: {error}")
        for error in self.faults(schema, value):
            fault(error)
        return value

    def _check_problem(self, schema, status, headers, body, fault):
        if headers.get("content-type") != "application/problem+json":
            fault(f"a problem must be application/problem+json, not {headers.get('content-type')}")
        problem = self._check_json(schema, body, fault)
        if problem["status"] != status:
            fault("the problem's status differs from the answer's")
        if not problem["type"].endswith("/problems/" + problem["code"]):
            fault("the problem's type does not lead to its code")
        if problem["request_id"] != headers["x-request-id"]:
            fault("the problem's request_id differs from X-Request-Id")
        if status == 503 and "retry-after" not in headers:
            fault("503 must carry Retry-After")


@functools.lru_cache
def load():
    return Contract((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
