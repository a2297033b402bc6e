"""The little Markdown of openapi.yaml: headings, paragraphs, lists, code, emphasis, links."""

import html
import re

_LIST_ITEM = re.compile(r"(- |\d+\. )")


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def inline(text):
    """One line of text. Code is set aside first, so that nothing within it is read as markup."""
    codes = []

    def keep(match):
        codes.append(f"<code>{html.escape(match[1])}</code>")
        return f"\0{len(codes) - 1}\0"

    text = html.escape(re.sub(r"`([^`]+)`", keep, text), quote=False)
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    text = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
    return re.sub("\0(\\d+)\0", lambda match: codes[int(match[1])], text)


def _list(lines):
    items = []
    for line in lines:
        start = _LIST_ITEM.match(line)
        if start:
            items.append(line[start.end():])
        else:
            items[-1] += " " + line.strip()
    tag = "ol" if lines[0][0].isdigit() else "ul"
    return f"<{tag}>" + "".join(f"<li>{inline(item)}</li>" for item in items) + f"</{tag}>"


def blocks(text, level=2):
    """Whole text. A `## heading` becomes an `<h{level}>` with an id."""
    out = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        if lines[0].startswith("## "):
            title = lines.pop(0)[3:]
            out.append(f'<h{level} id="{slug(title)}">{inline(title)}</h{level}>')
        if lines and _LIST_ITEM.match(lines[0]):
            out.append(_list(lines))
        elif lines:
            out.append(f"<p>{inline(' '.join(lines))}</p>")
    return "\n".join(out)
