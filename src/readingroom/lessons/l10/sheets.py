"""Sums on one sheet: what a program earns or costs, how long a result takes, when to stop.

Every fee and every number of minutes is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from readingroom.assess import monitoring
from readingroom.assess.metrics import Estimate
from readingroom.assess.whose import SIMULATED

SENSITIVITY, SPECIFICITY, ILL = 0.90, 0.85, 0.05  # of the program, and of the list


@dataclass(frozen=True)
class Money:
    """The sheet of costs and savings; money in euros.

    Attributes
    ----------
    saved : float
        Minutes that the program saves on each film.
    alarm : float
        Minutes that each false alarm costs.
    minute : float
        What a minute of a radiologist costs.
    fee : float
        For each film.
    scan : float
        What the CTs that follow false alarms cost, for each false alarm.
    fixed : float
        For each day: the server, its care, and training.
    """

    saved: float = 0.60
    alarm: float = 2.5
    minute: float = 2.0
    fee: float = 0.12
    scan: float = 0.80
    fixed: float = 60.0

    @property
    def false_alarms(self) -> float:
        """False alarms for each film."""
        return (1 - SPECIFICITY) * (1 - ILL)

    @property
    def lines(self) -> dict[str, float]:
        """What each film brings (+) or costs (-)."""
        return {
            "minutes saved": self.saved * self.minute,
            "minutes on false alarms": -self.false_alarms * self.alarm * self.minute,
            "fee": -self.fee,
            "CTs after false alarms": -self.false_alarms * self.scan,
        }

    @property
    def per_film(self) -> float:
        """What is left of a film; below 0 no number of films pays."""
        return sum(self.lines.values())

    def gain(self, films: float) -> float:
        """What is left of a day with so many films."""
        return films * self.per_film - self.fixed

    @property
    def break_even(self) -> float | None:
        """Films a day at which nothing is gained or lost; None where there is none."""
        return self.fixed / self.per_film if self.per_film > 0 else None

    def one_way(self, films: float, part: float = 0.3) -> dict[str, tuple[float, float]]:
        """The day's gain with each entry lowered and raised by a part, the others left alone."""
        out = {}
        for one in fields(self):
            value = getattr(self, one.name)
            low, high = (replace(self, **{one.name: value * (1 + sign * part)}).gain(films)
                         for sign in (-1, 1))  # fmt: skip
            out[one.name] = (low, high)
        return dict(sorted(out.items(), key=lambda pair: -abs(pair[1][1] - pair[1][0])))


@dataclass(frozen=True)
class Way:
    """Seconds from the scanner to the result, one way; the upload needs a bandwidth.

    Attributes
    ----------
    megabytes : float
        That have to travel; 0 where nothing leaves the house.
    queue, compute, back : float
        Seconds.
    """

    megabytes: float
    queue: float
    compute: float
    back: float

    def seconds(self, megabits: float) -> dict[str, float]:
        """Each term at a bandwidth of so many megabits a second."""
        upload = 8 * self.megabytes / megabits if self.megabytes else 0.0
        return {"upload": upload, "queue": self.queue, "compute": self.compute, "back": self.back}

    def total(self, megabits: float) -> float:
        """All terms."""
        return sum(self.seconds(megabits).values())


CLOUD = Way(60.0, 5.0, 2.0, 4.0)
LOCAL = Way(0.0, 14.0, 16.0, 0.0)
SMALL = 1.0  # megabytes of one compressed film


def equal_bandwidth(bits: float = 8.0) -> float:
    """Megabits a second at which both ways take equally long; `bits` in a byte."""
    left = LOCAL.total(1.0) - (CLOUD.queue + CLOUD.compute + CLOUD.back)
    return bits * CLOUD.megabytes / left


# four weeks of a log, invented: alarms, and those that a CT or the further course confirmed
ALARMS, TRUE = (24, 27, 25, 26), (8, 7, 5, 6)
AGREED = 0.40


def ppv_log() -> list[Estimate]:
    """PPV of all alarms up to each week."""
    return [one.on(SIMULATED) for one in monitoring.log(TRUE, ALARMS)]


def stop_week() -> int:
    """The week, from 1, after which the log calls a stop."""
    found = monitoring.stop(TRUE, ALARMS, AGREED)
    assert found is not None
    return found + 1


def swings(films: float) -> dict[str, float]:
    """How far the day's gain moves when each entry goes from 30 % lower to 30 % higher."""
    return {name: abs(high - low) for name, (low, high) in Money().one_way(films).items()}


def cloud_seconds(megabits: float) -> dict[str, float]:
    """Each term of the cloud's way at a bandwidth."""
    return CLOUD.seconds(megabits)


def thin_line() -> None:
    """Print how long a whole study and one small film need over thin lines."""
    small = replace(CLOUD, megabytes=SMALL)
    print("line        whole study   one compressed film")
    for megabits in (0.5, 2.0, 10.0):
        told = [f"{way.total(megabits) / 60:.1f} min" for way in (CLOUD, small)]
        print(f"{megabits:4g} Mbit/s  {told[0]:>11}   {told[1]:>19}")
