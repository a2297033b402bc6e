"""How a JSON schema reads to people: a type in words, and a list of members."""

import html
import json

from markdown import blocks, inline


def _value(value):
    """As JSON has it, a text without its quotes."""
    return f"<code>{html.escape(value if isinstance(value, str) else json.dumps(value))}</code>"


def type_of(schema, resolve):
    """`string`, `integer or null`, `one of …`, `list of …`."""
    schema = resolve(schema)
    if "const" in schema:
        return _value(schema["const"])
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return _either([type_of(option, resolve) for option in schema[choice]])
    kinds = schema.get("type", "any")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return _either([_plain(kind, schema, resolve) for kind in kinds])


def _plain(kind, schema, resolve):
    if kind == "array":
        return "list of " + type_of(schema.get("items", {}), resolve).replace("object", "objects")
    if kind == "string" and schema.get("format") == "date-time":
        return "time"
    return {"any": "any JSON", "integer": "whole number", "boolean": "true or false"}.get(kind,
                                                                                          kind)


def _either(words):
    return " or ".join(dict.fromkeys(words))


def limits_of(schema, resolve):
    """What else must hold, as short phrases."""
    schema = resolve(schema)
    words = []
    if "enum" in schema:
        words.append("one of " + " ".join(_value(value) for value in schema["enum"]))
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        words.append(f"{low:,} to {high:,}")
    elif low is not None:
        words.append(f"at least {low:,}")
    low, high = schema.get("minLength"), schema.get("maxLength")
    if high is not None:
        words.append(f"{low or 0:,} to {high:,} characters")
    if "maxItems" in schema:
        words.append(f"at most {schema['maxItems']:,}")
    if "default" in schema:
        words.append(f"default {_value(schema['default'])}")
    if "pattern" in schema and schema.get("format") != "date-time":
        words.append(f"matches <code>{html.escape(schema['pattern'])}</code>")
    return words


def row(name, schema, resolve, required, description=None, depth=0):
    """One member or parameter, with the members within it."""
    resolved = resolve(schema)
    text = description or schema.get("description") or resolved.get("description") or ""
    facts = [f'<span class="type">{type_of(schema, resolve)}</span>']
    if required:
        facts.append('<span class="required">required</span>')
    limits = limits_of(schema, resolve)
    body = blocks(text) if text else ""
    if limits:
        body += f'<p class="limits">{" · ".join(limits)}</p>'
    inner = members(schema, resolve, depth + 1)
    if inner:
        body += f"<details><summary>{_inner_title(schema, resolve)}</summary>{inner}</details>"
    return (f'<div class="row"><dt><code>{html.escape(name)}</code> {" ".join(facts)}</dt>'
            f"<dd>{body}</dd></div>")


def _inner_title(schema, resolve):
    kind = resolve(schema).get("type")
    return "Members of each" if kind == "array" else "Members"


def _object_within(schema, resolve):
    """The object whose members are worth showing: itself, its items, or its one choice but null."""
    schema = resolve(schema)
    if "properties" in schema:
        return schema
    if "items" in schema:
        return _object_within(schema["items"], resolve)
    choices = [choice for choice in schema.get("oneOf",
                                               []) if resolve(choice).get("type") != "null"]
    return _object_within(choices[0], resolve) if len(choices) == 1 else None


def members(schema, resolve, depth=0):
    """A definition list of an object's members; several for alternatives; "" for plain values."""
    if depth > 4:
        return ""
    schema = resolve(schema)
    if "anyOf" in schema:
        return "".join(
            f'<div class="choice">{blocks(resolve(option).get("description", ""))}'
            f"{members(option, resolve, depth + 1)}</div>"
            for option in schema["anyOf"]
        )
    found = _object_within(schema, resolve)
    if found is None:
        return ""
    needed = found.get("required", [])
    rows = [row(name, member, resolve, name in needed, depth=depth)
            for name, member in found["properties"].items()]
    return f"<dl>{''.join(rows)}</dl>"


__all__ = ["inline", "members", "row"]
