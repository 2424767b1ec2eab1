"""What all measurements of one run share."""

import dataclasses

from harness import session


@dataclasses.dataclass(kw_only=True)
class Session(session.Session):
    comparators: dict
    seconds: float
    rounds: int
    rows: int
    grown: dict = dataclasses.field(default_factory=dict)  # rows: folder of such a database
    series: dict = dataclasses.field(default_factory=dict)  # name: points of a plot

    def each_round(self, what):
        for number in range(1, self.rounds + 1):
            self.progress(f"{what}: round {number} of {self.rounds}")
            yield number
