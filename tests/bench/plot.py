"""Line plots as SVG that can be read on light and dark pages."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 90, 56, 52

STYLE = """
  .card { fill: #ffffff } .text { fill: #1f2933 } .faint { fill: #5b6670 }
  .grid { stroke: #dfe3e8 } .a { stroke: #1d6fd1 } .b { stroke: #c2410c }
  .fa { fill: #1d6fd1 } .fb { fill: #c2410c }
  @media (prefers-color-scheme: dark) {
    .card { fill: #161b22 } .text { fill: #e6edf3 } .faint { fill: #9aa5b1 }
    .grid { stroke: #30363d } .a { stroke: #58a6ff } .b { stroke: #f0883e }
    .fa { fill: #58a6ff } .fb { fill: #f0883e }
  }
  text { font: 13px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 }
  polyline { fill: none; stroke-width: 2.5; stroke-linejoin: round }
"""


def _round_step(span):
    """1, 2 or 5 times a power of ten, of which some five make up `span`."""
    power = 10 ** math.floor(math.log10(span / 4))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= span / 5)


class _Linear:
    def __init__(self, values):
        step = _round_step(max(values))
        count = math.ceil(max(values) / step)
        self.marks = [step * i for i in range(count + 1)]

    def share(self, value):
        return value / self.marks[-1]


class _Logarithmic:
    def __init__(self, values):
        first = math.floor(math.log10(min(values)))
        last = math.ceil(math.log10(max(values)))
        self.marks = [10.0**i for i in range(first, max(last, first + 1) + 1)]

    def share(self, value):
        low, high = math.log10(self.marks[0]), math.log10(self.marks[-1])
        return (math.log10(value) - low) / (high - low)


def _text(x, y, text, style="faint", anchor="middle"):
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} class="{style}">{escape(text)}</text>'


def lines(title, x_title, labels, series, logarithmic=False):
    """An SVG of `series`, one or two (name, values), over equidistant `labels`."""
    every = [value for _, values in series for value in values]
    scale = _Logarithmic(every) if logarithmic else _Linear(every)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x_of(index):
        return LEFT + 30 + index * (right - LEFT - 60) / max(len(labels) - 1, 1)

    def y_of(value):
        return bottom - scale.share(value) * (bottom - TOP)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="card" width="{WIDTH}" height="{HEIGHT}" rx="8"/>',
        _text(20, 30, title, "text title", "start"),
        _text((LEFT + right) / 2, HEIGHT - 12, x_title),
    ]
    for mark in scale.marks:
        y = y_of(mark)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{mark:,g}".replace(",", "\u202f"), anchor="end"))
    for index, label in enumerate(labels):
        parts.append(_text(x_of(index), bottom + 20, label))
    for letter, (name, values) in zip("ab", series):
        places = [(x_of(index), y_of(value)) for index, value in enumerate(values)]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline class="{letter}" points="{points}"/>')
        parts += [f'<circle class="f{letter}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places]
        x, y = places[-1]
        parts.append(_text(x + 12, y + 4, name, f"f{letter}", "start"))
    return "\n".join([*parts, "</svg>", ""])
