"""What was measured, beside what is wanted."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Figure:
    what: str
    value: float
    shown: str
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    @property
    def wanted(self):
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{self.unit}"
        if self.at_most is not None:
            return f"≤ {self.at_most:g}{self.unit}"
        return ""

    @property
    def is_missed(self):
        return (self.at_least is not None and self.value < self.at_least) or (
            self.at_most is not None and self.value > self.at_most
        )

    @property
    def verdict(self):
        return ("no" if self.is_missed else "yes") if self.wanted else ""


def number(value):
    """With thin groups of thousands, and no more digits than mean something."""
    if abs(value) < 100:
        return f"{value:.3g}"
    return f"{round(value):,}".replace(",", "\u202f")


def ratio(what, pairs, unit, **wanted):
    """The median of the ratios of `pairs`, of which each was measured in one go."""
    value = statistics.median(one / other for one, other in pairs)
    first, second = (number(statistics.median(values)) for values in zip(*pairs))
    return Figure(what, value, f"{value:.2f} ({first} / {second} {unit})", **wanted)


def plain(what, value, unit, **wanted):
    return Figure(what, value, f"{number(value)}{unit}", unit=unit, **wanted)


def table(rows):
    """Lines of text for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
