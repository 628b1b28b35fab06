"""Studies in which several readers rated the same cases in two ways, with the truth.

They are published as R's data files (GPL-3), so they are fetched and never shipped. The origin
states no hash; what is verified is the table inside (`ratings.digest`), whichever form it came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from readingroom.data import fetch, ratings
from readingroom.data.errors import DataError, Unreachable
from readingroom.data.origin import SIMULATED, OfFilms
from readingroom.data.registry import Source, listing

if TYPE_CHECKING:
    import pandas as pd

LAYOUT = "reader-study"


@dataclass(frozen=True)
class RatedCases(OfFilms):
    """A study in which every reader rated every case in both ways.

    Attributes
    ----------
    name : str
    ratings : ndarray, (2, R, N)
        Higher means rather ill.
    truth : ndarray, (N,) of 0 and 1
    ways : tuple of str
        What the two ways are called.
    about : str
        Who was read, by whom.
    films : str
        Banner: real or simulated.
    """

    name: str
    ratings: np.ndarray
    truth: np.ndarray
    ways: tuple[str, str]
    about: str
    films: str

    @property
    def tag(self) -> str:
        """For figures."""
        return "REAL READERS" if not self.simulated else "SIMULATED READERS"


def study(name: str, mode: str = "real", registry: Source = None) -> RatedCases:
    """A reader study; simulated readers stand in where it cannot be had.

    Parameters
    ----------
    name : "vandyke" or "franken"
    mode : str
        With "real" the study is fetched where it is not on this machine; any other mode draws.

    Raises
    ------
    DataError
        There is no such study.
    """
    entry = listing(registry)[name]
    if entry.layout != LAYOUT:
        raise DataError(f"{entry.title} is no reader study.")
    if mode == "real":
        try:
            at = fetch.obtain(entry.files, entry.title)[0]
        except Unreachable:
            pass
        else:
            rebuilt = ", rebuilt" if at.rebuilt else ""
            return _crossed(
                name, ratings.table(at.path), entry, f"REAL READERS: {entry.title}{rebuilt}"
            )
    return drawn(name)


def _crossed(name: str, rows: pd.DataFrame, entry: Any, films: str) -> RatedCases:
    wide = rows.pivot(index="case", columns=["treatment", "reader"], values="rating")
    truth = rows.drop_duplicates("case").set_index("case").loc[wide.index, "truth"]
    if wide.isna().any(axis=None) or len(wide.columns.levels[0]) != 2:
        raise DataError(f"In {entry.title} not every reader rated every case in two ways.")
    rated = wide.to_numpy(float).T.reshape(2, -1, len(wide))
    ways = tuple(entry.constants["ways"])
    return RatedCases(name, rated, truth.to_numpy(int), ways, entry.population, films)  # type: ignore[arg-type]


# What is planted in simulated readers: how far ill cases lie above well ones, in standard
# deviations, for each way; how much readers differ in skill and in what the second way gives them.
# Chosen so that the three intervals disagree as those of the real study do.
PLANTED: dict[str, dict[str, Any]] = {
    "vandyke": {"gap": (1.75, 2.0), "skill": 0.45, "gain": 0.2, "readers": 5, "cases": (45, 69)},
    "franken": {"gap": (1.45, 1.65), "skill": 0.1, "gain": 0.05, "readers": 4, "cases": (67, 33)},
}
SEEDS = {"vandyke": 8, "franken": 9}


def drawn(name: str) -> RatedCases:
    """Simulated readers in the place of a study: five grades cut from normal scores.

    Each case has a hidden ease that all readers share, each way of reading one of its own.
    """
    plan = PLANTED[name]
    rng = np.random.default_rng([8, SEEDS[name]])
    ill, well = plan["cases"]
    truth = np.repeat([1, 0], [ill, well])
    shared = rng.normal(size=len(truth))
    by_way = rng.normal(size=(2, len(truth)))
    out = np.empty((2, plan["readers"], len(truth)))
    for reader in range(plan["readers"]):
        skill, gain = rng.normal(0, plan["skill"]), rng.normal(0, plan["gain"])
        for way in (0, 1):
            own = rng.normal(size=len(truth))
            noise = np.sqrt(0.35) * shared + np.sqrt(0.15) * by_way[way] + np.sqrt(0.5) * own
            gap = plan["gap"][way] + skill + (gain if way else 0.0)
            out[way, reader] = 1 + np.digitize(truth * gap + noise, (0.2, 0.8, 1.4, 2.2))
    about = f"{plan['readers']} simulated readers and {len(truth)} simulated cases. Nobody read."
    return RatedCases(name, out, truth, ("the first way", "the second way"), about, SIMULATED)
