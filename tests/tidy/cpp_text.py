"""Just enough reading of C++ for the fences: includes, code without comments, function lengths."""

import re
from typing import NamedTuple

# In this order: what begins first swallows the rest. A raw string may hold anything.
_TOKEN = re.compile(
    r'R"(?P<delimiter>[^()\s\\]{0,16})\(.*?\)(?P=delimiter)"'
    r'|//(?:[^\n\\]|\\.|\\\n)*'
    r"|/\*.*?\*/"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'",
    re.DOTALL,
)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"][^>"\n]+[>"])', re.MULTILINE)
# `name{…}` without a space initializes; the formatter puts a space before every body.
_INITIALIZER = re.compile(r"(?<=[\w>])\{[^{}]*\}")
_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$")
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE)


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group())


class Function(NamedTuple):
    head: str
    line: int
    lines: int


def includes(text):
    """The targets of all #include lines, with their <> or "" around them."""
    return _INCLUDE.findall(_without(text, strings=False))


def code(text):
    """The text with comments and the contents of literals blanked; line numbers stay."""
    return _without(text, strings=True)


def _without(text, strings):
    def replacement(match):
        return _blank(match) if strings or match.group().startswith("/") else match.group()

    return _TOKEN.sub(replacement, text)


def functions(text):
    """Every function body that is not inside another one (a lambda counts to its function)."""
    text = _DIRECTIVE.sub(_blank, code(text))
    while _INITIALIZER.search(text):
        text = _INITIALIZER.sub(_blank, text)
    found, stack, head_start = [], [], 0
    for match in re.finditer(r"[{};]", text):
        position = match.start()
        if match.group() == "{":
            head = text[head_start:position]
            inside = any(kind == "function" for kind, _ in stack)
            stack.append((_kind(head, inside), head_start + len(head) - len(head.lstrip())))
        elif match.group() == "}" and stack:
            kind, start = stack.pop()
            if kind == "function":
                first = text.count("\n", 0, start) + 1
                last = text.count("\n", 0, position) + 1
                head = " ".join(text[start:position].split("{")[0].split())
                found.append(Function(head, first, last - first + 1))
        head_start = position + 1
    return found


def _kind(head, inside_function):
    if inside_function or _SCOPE.search(head):
        return "scope"
    return "function" if "(" in head else "values"
