"""The results as a picture: an SVG of two columns, throughput and latency, both logarithmic."""

import math
from html import escape

WIDTH, LEFT, GAP, RIGHT, TOP = 1180, 250, 70, 70, 96
BAR, BETWEEN = 9, 12           # height of a bar, and the space between two scenarios
COLORS = ("#9ecae1", "#4292c6", "#08519c")  # few connections are light
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #222 }
  .title { font-size: 18px; font-weight: 600 }
  .note, .tick { font-size: 11px; fill: #666 }
  .figure { font-size: 9.5px; fill: #444 }
  .grid { stroke: #ddd; stroke-width: 1 }
"""


class Scale:
    """Places values of a logarithmic axis between two positions."""

    def __init__(self, values, begin, end):
        self.low = 10 ** math.floor(math.log10(min(values)))
        power = 10 ** math.floor(math.log10(max(values)))
        self.high = next(step * power for step in (1, 2, 5, 10) if step * power >= max(values))
        self.begin, self.end = begin, end

    def at(self, value):
        part = math.log10(max(value, self.low) / self.low) / math.log10(self.high / self.low)
        return self.begin + part * (self.end - self.begin)

    def ticks(self):
        value = self.low
        while value <= self.high * 1.001:
            yield value
            value *= 10


def drawn(scenarios, titles):
    """The text of the SVG; `scenarios` as in results.json."""
    connections = list(next(iter(scenarios.values())))
    block = BAR * len(connections) + BETWEEN
    bottom = TOP + block * len(scenarios)
    middle = LEFT + (WIDTH - LEFT - GAP - RIGHT) * 0.58
    figures = [one for many in scenarios.values() for one in many.values()]
    rates = Scale([one["rps"] for one in figures], LEFT, middle)
    times = Scale([one["p50_ms"] for one in figures] + [one["p99_ms"] for one in figures],
                  middle + GAP, WIDTH - RIGHT)
    parts = [*_grid(rates, bottom, "{:,.0f}"), *_grid(times, bottom, "{:g} ms"),
             *_legend(connections, times)]
    for number, (name, many) in enumerate(scenarios.items()):
        top = TOP + number * block + BETWEEN / 2
        parts.append(_text(LEFT - 10, top + BAR * len(connections) / 2 + 4, titles[name],
                           anchor="end"))
        for line, one in enumerate(many.values()):
            parts += _bar(rates, one, top + line * BAR, COLORS[line % len(COLORS)])
            parts += _span(times, one, top + line * BAR, COLORS[line % len(COLORS)])
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{bottom + 40}"'
        f' viewBox="0 0 {WIDTH} {bottom + 40}">', f"<style>{STYLE}</style>",
        '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>", ""])


def _text(x, y, text, anchor="start", kind=None):
    kind = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(text)}</text>'


def _grid(scale, bottom, form):
    for value in scale.ticks():
        x = scale.at(value)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>'
        yield _text(x, bottom + 18, form.format(value), "middle", "tick")


def _legend(connections, times):
    yield _text(24, 32, "Requests per second, and how long they take", kind="title")
    yield _text(24, 52, "Logarithmic scales. The load generator shares the machine's cores with the"
                " servers.", kind="note")
    yield _text(LEFT, TOP - 10, "requests per second", kind="note")
    yield _text(times.begin, TOP - 10, "median to 99th percentile", kind="note")
    for number, many in enumerate(connections):
        x = WIDTH - RIGHT - 120 * (len(connections) - number)
        yield (f'<rect x="{x}" y="23" width="12" height="12"'
               f' fill="{COLORS[number % len(COLORS)]}"/>')
        yield _text(x + 17, 33, f"{many} connections")


def _bar(scale, figures, y, color):
    end = scale.at(figures["rps"])
    yield (f'<rect x="{scale.begin}" y="{y}" width="{end - scale.begin:.1f}" height="{BAR - 1}"'
           f' fill="{color}"/>')
    yield _text(end + 4, y + BAR - 1.5, f"{figures['rps']:,.0f}", kind="figure")


def _span(scale, figures, y, color):
    begin, end = scale.at(figures["p50_ms"]), scale.at(figures["p99_ms"])
    middle = y + (BAR - 1) / 2
    yield (f'<line x1="{begin:.1f}" y1="{middle}" x2="{end:.1f}" y2="{middle}" stroke="{color}"'
           ' stroke-width="3"/>')
    yield f'<circle cx="{begin:.1f}" cy="{middle}" r="3.2" fill="{color}"/>'
    yield (f'<line x1="{end:.1f}" y1="{y}" x2="{end:.1f}" y2="{y + BAR - 1}" stroke="{color}"'
           ' stroke-width="2"/>')
