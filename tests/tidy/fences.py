"""The rules of the house, each a function from a file's path and text to what is wrong with it.

Which room may use what stands in the tables; `test_tree.py` applies every rule to every file, and
`test_fences.py` shows for every rule that it catches what it is there for.
"""

import re
from pathlib import PurePosixPath

import cpp_text

CPP = (".cpp", ".hpp")

# A library, and the only places that may include it.
LIBRARY_HOMES = {
    "pistache/": ("api/http/", "tests/edge/", "tests/bench/"),
    "pqxx/": ("service/store/", "tests/"),
    "libpq-fe.h": ("service/store/", "tests/"),
    "curl/": ("service/jobs/",),
    "idn2.h": ("service/domain_name.cpp",),
    "sodium.h": ("service/passcodes.cpp",),
    "uninorm.h": ("service/passcodes.cpp",),
    "prometheus/": ("service/telemetry/",),
    "spdlog/": ("service/telemetry/",),
    "nlohmann/": ("api/", "app/commands/", "service/telemetry/", "service/jobs/", "service/media/",
                  "service/viewers/", "tests/"),
    "CLI/": ("app/",),
}

# A room, and what it may include of the project. The longest room that holds a file decides.
ROOM_ARROWS = {
    "service/core/": ("service/core/",),
    "service/telemetry/": ("service/telemetry/", "service/core/"),
    "service/store/": ("service/store/", "service/core/", "service/embedded_file.hpp"),
    "service/media/": ("service/media/", "service/core/"),
    "service/viewers/": ("service/viewers/", "service/core/"),
    "service/": ("service/",),
    "api/http/": ("api/http/", "service/core/"),
    "api/": ("api/", "service/"),
    "app/": ("app/", "api/", "service/"),
    "tests/": ("tests/", "app/", "api/", "service/"),
}

# Words that only certain files may use: name of the rule, what to look for, where it may stand.
WORD_HOMES = (
    ("environment", r"\b(?:secure_)?getenv\b|\benviron\b",
     ("app/config.", "app/main.cpp", "tests/")),
    ("clock", r"\bsystem_clock\s*::\s*now\b", ("service/clock.cpp", "tests/")),
    ("catch-all", r"\bcatch\s*\(\s*\.\.\.\s*\)",
     ("api/dispatcher.cpp", "api/http/", "service/worker_pool.cpp", "service/jobs/",
      "app/main.cpp", "tests/")),
)

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_HANDLER_LINES = 20
MAX_COLUMNS = 100
VAGUE_NAMES = ("util", "utils", "helper", "helpers", "manager", "common", "impl", "misc")


def _is_cpp(path):
    return path.endswith(CPP)


def libraries(path, text):
    if not _is_cpp(path):
        return
    for include in cpp_text.includes(text):
        for library, homes in LIBRARY_HOMES.items():
            if include[1:].startswith(library) and not path.startswith(homes):
                yield f"includes {include}, which only {', '.join(homes)} may"


def core_is_pure(path, text):
    if not _is_cpp(path) or not path.startswith("service/core/"):
        return
    for include in cpp_text.includes(text):
        standard = re.fullmatch(r"<[a-z_0-9]+>", include)
        if not (standard or include.startswith(("<openssl/", '"service/core/'))):
            yield f"includes {include}: core knows itself, the standard library and OpenSSL"


def arrows(path, text):
    if not _is_cpp(path):
        return
    room = next((r for r in sorted(ROOM_ARROWS, key=len, reverse=True) if path.startswith(r)), None)
    if room is None:
        return
    for include in cpp_text.includes(text):
        target = include[1:-1]
        if include.startswith('"') and not target.startswith(ROOM_ARROWS[room]):
            yield f"includes {include}, and {room} may include only {', '.join(ROOM_ARROWS[room])}"


def words(path, text):
    if not _is_cpp(path):
        return
    code = cpp_text.code(text)
    for rule, pattern, homes in WORD_HOMES:
        if not path.startswith(homes):
            for match in re.finditer(pattern, code):
                line = code.count("\n", 0, match.start()) + 1
                yield f"line {line}: {match.group()} ({rule}) belongs to {', '.join(homes)}"


def named_columns(path, text):
    if not path.endswith(CPP + (".sql", ".py", ".sh")):
        return
    for match in re.finditer(r"\bselect\s+\*", text, re.IGNORECASE):
        yield f"line {text.count(chr(10), 0, match.start()) + 1}: names no columns"


def leftover_marks(path, text):
    for match in re.finditer(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX)\b", text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        if "mktemp" not in text[line_start:match.start()]:
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {match.group()}"


def sizes(path, text):
    if path.endswith(CPP + (".py", ".sql", ".sh")):
        lines = text.count("\n")
        if lines > MAX_FILE_LINES:
            yield f"{lines} lines, at most {MAX_FILE_LINES}"
    if not _is_cpp(path):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_COLUMNS:
            yield f"line {number}: {len(line)} columns, at most {MAX_COLUMNS}"
    for function in cpp_text.functions(text):
        if function.lines > MAX_FUNCTION_LINES:
            yield (f"line {function.line}: {function.lines} lines in one function, at most "
                   f"{MAX_FUNCTION_LINES}: {function.head[:60]}")


def short_handlers(path, text):
    """A handler reads in ten seconds: a DTO, one use case, an answer."""
    if not path.startswith("api/") or not path.endswith(".cpp"):
        return
    for function in cpp_text.functions(text):
        is_handler = re.match(r"(http::Response|void) \w+\(const Call& ", function.head)
        if is_handler and function.lines > MAX_HANDLER_LINES:
            yield (f"line {function.line}: {function.lines} lines in a handler, at most "
                   f"{MAX_HANDLER_LINES}: {function.head[:60]}")


def header_guard(path, text):
    if path.endswith(".hpp") and "#pragma once\n" not in text:
        yield "a header without #pragma once"


def telling_names(path, text):
    for part in PurePosixPath(path).parts:
        for word in re.split(r"[_.-]", part.lower()):
            if word in VAGUE_NAMES:
                yield f"'{part}' says nothing about its job"


RULES = (libraries, core_is_pure, arrows, words, named_columns, leftover_marks, sizes,
         short_handlers, header_guard, telling_names)
