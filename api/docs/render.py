"""Renders openapi.yaml into the page served at /docs.

    python3 render.py openapi.yaml docs.html

Everything is in the one file: no script, style, font or image comes from elsewhere. The page can be
read without its script, which only adds the theme switch, copying, and finding.
"""

import base64
import hashlib
import html
import json
import pathlib
import re
import sys

import yaml

from markdown import blocks, inline, slug
from schema import members, row

HERE = pathlib.Path(__file__).resolve().parent
METHODS = ("get", "put", "post", "patch", "delete")


class Page:
    def __init__(self, document):
        self.document = document
        self.operations = {tag["name"]: [] for tag in document["tags"]}
        for path, item in document["paths"].items():
            for method in METHODS:
                if method in item:
                    self.operations[item[method]["tags"][0]].append((method, path, item,
                                                                     item[method]))

    def resolve(self, node):
        """Follows references, where what stands beside one wins, and joins what is in an allOf."""
        beside = {}
        while "$ref" in node:
            beside = {name: value for name, value in node.items() if name != "$ref"} | beside
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        node = node | beside
        for part in map(self.resolve, node.get("allOf", [])):
            node = part | node | {"properties": node.get("properties", {}) | part["properties"],
                                  "required": node.get("required", []) + part["required"]}
        return node

    # -- code

    def json(self, value):
        text = html.escape(json.dumps(value, indent=2, ensure_ascii=False), quote=False)
        text = re.sub(r'^(\s*)("(?:[^"\\]|\\.)*")(: )', r'\1<i class="k">\2</i>\3', text,
                      flags=re.M)
        text = re.sub(r'(: |^\s*)("(?:[^"\\]|\\.)*")(,?)$', r'\1<i class="s">\2</i>\3', text,
                      flags=re.M)
        return re.sub(r"(: |^\s*)(-?\d[\d.]*|true|false|null)(,?)$", r'\1<i class="n">\2</i>\3',
                      text, flags=re.M)

    def figure(self, title, code):
        return (f'<figure><figcaption>{title}<button type="button" class="copy" hidden>Copy</button>'
                f"</figcaption><pre><code>{code}</code></pre></figure>")

    def examples(self, label, media):
        out = []
        for kind, node in media.items():
            for example in node.get("examples", {}).values():
                example = self.resolve(example)
                value = example["value"]
                code = html.escape(value, quote=False) if isinstance(value,
                                                                     str) else self.json(value)
                summary = example.get("summary")
                out.append((f"{label} · {html.escape(summary)}" if summary else label, code))
        if not out:
            return ""
        first, rest = self.figure(*out[0]), "".join(self.figure(*one) for one in out[1:])
        more = f"<details><summary>{len(out) - 1} more</summary>{rest}</details>" if rest else ""
        return first + more

    # -- one operation

    def operation(self, method, path, item, node):
        request, answers = self.request_and_answers(node)
        key = "" if node.get("security") == [] else '<span class="key">API key</span>'
        steps = re.sub(r"\{(\w+)\}", r'<b>{\1}</b>', html.escape(path))
        return f"""<section class="operation" id="{node['operationId']}">
<div class="prose">
<h3><a class="anchor" href="#{node['operationId']}">{inline(node['summary'])}</a></h3>
<p class="route"><span class="method {method}">{method.upper()}</span><code>{steps}</code>{key}</p>
{blocks(node['description'])}
{self.parameters(item, node)}
{request}
{self.answers(node)}
</div>
<div class="code">
{self.figure('Try it', html.escape(node['x-codeSamples'][0]['source'], quote=False))}
{answers}
</div>
</section>"""

    def parameters(self, item, node):
        groups = {"path": "In the path", "query": "In the query", "header": "In the header"}
        found = [self.resolve(one) for one in item.get("parameters", []) + node.get("parameters",
                                                                                    [])]
        out = ""
        for place, title in groups.items():
            rows = [row(one["name"], one["schema"], self.resolve, one.get("required"),
                        one.get("description"))
                    for one in found if one["in"] == place]
            if rows:
                out += f"<h4>{title}</h4><dl>{''.join(rows)}</dl>"
        return out

    def request_and_answers(self, node):
        """The body's members, and the examples beside them."""
        text, code = "", ""
        if "requestBody" in node:
            content = node["requestBody"]["content"]
            kinds = " or ".join(f"<code>{kind}</code>" for kind in content)
            schema = next(iter(content.values()))["schema"]
            text = f'<h4>In the body <span class="kind">{kinds}</span></h4>'
            text += members(schema, self.resolve)
            code = self.examples("Body", content)
        for status, response in node["responses"].items():
            response = self.resolve(response)
            if status.startswith("2"):
                code += self.examples(f"Answer {status}", response.get("content", {}))
        return text, code

    def answers(self, node):
        own, common = "", ""
        for status, response in node["responses"].items():
            row = self.answer(status, self.resolve(response))
            if status in ("503", "default"):
                common += row
            else:
                own += row
        return (f"<h4>Answers</h4><dl>{own}</dl>"
                f"<details><summary>What any request can meet</summary><dl>{common}</dl></details>")

    def answer(self, status, response):
        shown = "any" if status == "default" else status
        text = blocks(response["description"])
        chips = [f'<a class="chip" href="/problems/{code}">{code}</a>'
                 for code in self.codes(response)]
        if chips:
            text += f"<p>{''.join(chips)}</p>"
        schema = next(iter(response.get("content", {}).values()), {}).get("schema")
        inner = members(schema, self.resolve) if schema and status.startswith("2") else ""
        if inner:
            text += f"<details><summary>Members</summary>{inner}</details>"
        return (f'<div class="row answer"><dt><span class="status s{shown[0]}">{shown}</span></dt>'
                f"<dd>{text}</dd></div>")

    def codes(self, response):
        schema = response.get("content", {}).get("application/problem+json", {}).get("schema", {})
        return schema.get("properties", {}).get("code", {}).get("enum", [])

    # -- the whole

    def navigation(self):
        headings = re.findall(r"^## (.+)$", self.document["info"]["description"], re.M)
        out = "<h2>Guide</h2><ul>" + "".join(
            f'<li><a href="#{slug(title)}">{inline(title)}</a></li>'
            for title in headings) + "</ul>"
        for tag, operations in self.operations.items():
            items = "".join(self.entry(method, path, node) for method, path, _, node in operations)
            out += f'<h2><a href="#{slug(tag)}">{tag}</a></h2><ul>{items}</ul>'
        return out

    def entry(self, method, path, node):
        name = node["operationId"]
        return (f'<li><a href="#{name}" data-find="{html.escape(path)} {name}">'
                f'<span>{inline(node["summary"])}</span>'
                f'<span class="method {method}">{method.upper()}</span></a></li>')

    def sections(self):
        out = ""
        for tag in self.document["tags"]:
            operations = self.operations[tag["name"]]
            rows = "".join(
                f'<li><span class="method {method}">{method.upper()}</span>'
                f'<a href="#{node["operationId"]}"><code>{html.escape(path)}</code></a></li>'
                for method, path, _, node in operations)
            out += (f'<section class="tag" id="{slug(tag["name"])}">'
                    f'<div class="prose"><h2>{tag["name"]}</h2>{blocks(tag["description"])}</div>'
                    f'<div class="code"><ul class="index">{rows}</ul></div></section>')
            out += "".join(self.operation(*one) for one in operations)
        return out

    def text(self):
        style, script = (HERE / "page.css").read_text(), (HERE / "page.js").read_text()
        info = self.document["info"]
        policy = (f"default-src 'none'; style-src '{_digest(style)}'; "
                  f"script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'")
        parts = {
            "policy": policy, "title": html.escape(info["title"]),
            "version": html.escape(info["version"]),
            "summary": inline(info["summary"]), "style": style, "script": script,
            "navigation": self.navigation(), "guide": blocks(info["description"]),
            "sections": self.sections(),
        }
        template = (HERE / "page.html").read_text()
        return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _digest(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def main(source, target):
    document = yaml.safe_load(pathlib.Path(source).read_text(encoding="utf-8"))
    target = pathlib.Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(Page(document).text(), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
