"""What the program routes and what the document promises, compared both ways."""

from support import contract

CONTRACT = contract.load()


def routed(service):
    """{operationId: (method, path, access)} as `vitrine routes` prints it."""
    rows = [line.split() for line in service.run("routes").splitlines() if line.strip()]
    return {row[2]: (row[0], row[1], row[3]) for row in rows}


def documented():
    return {operation.id: (operation.method, operation.path) for operation in CONTRACT.operations}


def test_every_route_is_documented_and_every_operation_is_routed(service):
    assert {name: row[:2] for name, row in routed(service).items()} == documented()


def test_every_route_asks_for_the_key_that_the_document_asks_for(service):
    for name, (_, _, access) in routed(service).items():
        node = CONTRACT.by_id[name].node
        assert (access in ("public", "admin")) == (node.get("security") == []), name


def test_the_document_names_the_scope_that_a_route_needs(service):
    for name, (_, _, access) in routed(service).items():
        if ":" in access:
            assert f"`{access}`" in CONTRACT.by_id[name].node["description"], name


def test_operations_of_the_admin_port_are_described_there(service):
    for name, (_, path, access) in routed(service).items():
        item = CONTRACT.document["paths"][path]
        assert ("servers" in item) == (access == "admin") == (item["get"]["tags"] == ["Operations"]
                                                              if "get" in item else False), name


def test_the_admin_port_serves_nothing_else(service):
    for path in ("/", "/v1/shares", "/docs", "/openapi.yaml", "/problems"):
        assert service.admin().get(path).status == 404


def test_the_public_port_serves_nothing_of_the_admin_port(anyone):
    for path in ("/livez", "/readyz", "/startupz", "/metrics"):
        assert anyone.get(path).status == 404


def test_the_document_is_served_as_it_stands(anyone):
    answer = anyone.get("/openapi.yaml")
    assert answer.body.decode() == CONTRACT.text


def test_the_page_is_served_with_a_policy_that_lets_nothing_in(anyone):
    answer = anyone.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert b'id="createShare"' in answer.body
