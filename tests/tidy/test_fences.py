"""Each rule catches a planted violation and lets its honest neighbour pass."""

import cpp_text
import fences
import pytest

LONG_FUNCTION = "int f(int a) {\n" + "  a += 1;\n" * 59 + "}\n"
SHORT_FUNCTION = "int f(int a) {\n" + "  a += 1;\n" * 58 + "}\n"
LONG_HANDLER = "http::Response get_a(const Call& call) {\n" + "  a += 1;\n" * 19 + "}\n"
SHORT_HANDLER = "http::Response get_a(const Call& call) {\n" + "  a += 1;\n" * 18 + "}\n"
NOTE = "FIX" + "ME"

CAUGHT = [
    (fences.libraries, "api/shares.cpp", "#include <pistache/http.h>\n"),
    (fences.libraries, "service/shares.cpp", "#include <pqxx/pqxx>\n"),
    (fences.libraries, "service/resolver/link_reader.cpp", "#include <libpq-fe.h>\n"),
    (fences.libraries, "service/links.cpp", "#include <idn2.h>\n"),
    (fences.libraries, "service/shares.cpp", "#include <sodium.h>\n"),
    (fences.libraries, "service/shares.cpp", "#include <curl/curl.h>\n"),
    (fences.libraries, "api/metrics.cpp", "  #  include <prometheus/registry.h>\n"),
    (fences.libraries, "service/store/share_store.cpp", "#include <nlohmann/json.hpp>\n"),
    (fences.libraries, "service/core/ids.cpp", '#include "nlohmann/json.hpp"\n'),
    (fences.core_is_pure, "service/core/share.cpp", '#include "service/clock.hpp"\n'),
    (fences.core_is_pure, "service/core/share.cpp", "#include <sys/socket.h>\n"),
    (fences.arrows, "service/shares.cpp", '#include "api/problem.hpp"\n'),
    (fences.arrows, "api/shares.cpp", '#include "app/config.hpp"\n'),
    (fences.arrows, "service/media/local_store.cpp", '#include "service/store/pool.hpp"\n'),
    (fences.arrows, "service/viewers/issuer.cpp", '#include "service/store/pool.hpp"\n'),
    (fences.arrows, "api/http/server.cpp", '#include "api/dispatcher.hpp"\n'),
    (fences.arrows, "app/application.cpp", '#include "tests/support/database.hpp"\n'),
    (fences.words, "service/shares.cpp", "auto home = std::getenv(name);\n"),
    (fences.words, "app/application.cpp", "for (char** e = environ; *e; ++e) {}\n"),
    (fences.words, "service/core/window.cpp", "auto now = std::chrono::system_clock::now();\n"),
    (fences.words, "service/shares.cpp", "try { f(); } catch(...) {}\n"),
    (fences.words, "service/shares.cpp", "try {\n} catch (\n    ...) {\n}\n"),
    (fences.named_columns, "service/store/a.cpp", 'R"sql(SELECT' ' * FROM share)sql"\n'),
    (fences.named_columns, "schema/0001_a.sql", "select\n  * from share;\n"),
    (fences.leftover_marks, "README.md", f"{NOTE}: later\n"),
    (fences.sizes, "api/a.cpp", "\n" * 401),
    (fences.sizes, "tests/a.py", "\n" * 401),
    (fences.sizes, "api/a.cpp", "x" * 101 + "\n"),
    (fences.sizes, "api/a.cpp", LONG_FUNCTION),
    (fences.sizes, "api/a.cpp", "namespace a {\nclass B {\n" + LONG_FUNCTION + "};\n}\n"),
    (fences.short_handlers, "api/a.cpp", LONG_HANDLER),
    (fences.header_guard, "api/a.hpp", "int f();\n"),
    (fences.telling_names, "api/json_utils.cpp", ""),
    (fences.telling_names, "service/common/a.hpp", ""),
]

PASSED = [
    (fences.libraries, "api/http/server.cpp", "#include <pistache/tcp.h>\n"),
    (fences.libraries, "service/shares.cpp", "// #include <pqxx/pqxx>\n"),
    (fences.libraries, "service/store/pool.cpp", "#include <pqxx/pqxx>\n"),
    (fences.core_is_pure, "service/core/crypto.cpp",
     '#include "service/core/crypto.hpp"\n#include <openssl/hmac.h>\n#include <vector>\n'),
    (fences.arrows, "api/shares.cpp", '#include "service/shares.hpp"\n'),
    (fences.arrows, "service/resolver/resolver.cpp", '#include "service/store/pool.hpp"\n'),
    (fences.words, "app/config.cpp", "auto home = std::getenv(name);\n"),
    (fences.words, "service/shares.cpp", "// catch (...) is for the dispatcher\n"),
    (fences.words, "service/shares.cpp", 'log("system_clock::now");\n'),
    (fences.words, "service/environment.cpp", "Environment environment;\n"),
    (fences.words, "service/worker_pool.cpp", "try { f(); } catch (...) {}\n"),
    (fences.named_columns, "service/store/a.cpp", 'R"sql(SELECT count(*), a * b FROM share)sql"\n'),
    (fences.leftover_marks, "README.md", "what is to do\n"),
    (fences.sizes, "api/a.cpp", "\n" * 400),
    (fences.sizes, "api/a.cpp", "x" * 100 + "\n"),
    (fences.sizes, "api/a.cpp", SHORT_FUNCTION),
    (fences.sizes, "api/a.cpp", SHORT_FUNCTION + SHORT_FUNCTION),
    (fences.sizes, "api/a.cpp", "const Row kRows[] = {\n" + "    {1, 2},\n" * 90 + "};\n"),
    (fences.short_handlers, "api/a.cpp", SHORT_HANDLER + SHORT_FUNCTION),
    (fences.short_handlers, "service/a.cpp", LONG_HANDLER),
    (fences.header_guard, "api/a.hpp", "#pragma once\n\nint f();\n"),
    (fences.telling_names, "service/core/commons.cpp", ""),
]


@pytest.mark.parametrize("rule, path, text", CAUGHT)
def test_a_planted_violation_is_caught(rule, path, text):
    assert list(rule(path, text))


@pytest.mark.parametrize("rule, path, text", PASSED)
def test_what_is_allowed_passes(rule, path, text):
    assert not list(rule(path, text))


def test_every_rule_has_a_planted_violation():
    assert {rule for rule, _, _ in CAUGHT} == set(fences.RULES)


@pytest.mark.parametrize("head", [
    "void f() {", "template <class T>\nvoid f(T t) {", "Pool::Pool(int n) : n_{n}, m_{} {",
    'TEST_CASE("a promise") {', "auto f() -> std::vector<int> {", "bool operator==(A, A) {",
])
def test_a_function_is_recognised_by_its_head(head):
    text = f"namespace a {{\n{head}\n  if (a) {{\n    b([] {{ return '{{'; }});\n  }}\n}}\n}}\n"
    assert [function.lines for function in cpp_text.functions(text)] == [5 + head.count("\n")]


def test_braces_in_literals_do_not_confuse_the_count():
    text = 'void f() {\n  g("{", R"sql({{{)sql", 1\'000\'000);\n  // }\n}\nvoid h() {\n}\n'
    assert [function.lines for function in cpp_text.functions(text)] == [4, 2]
