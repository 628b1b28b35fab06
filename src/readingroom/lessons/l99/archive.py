"""The films of the planted study: two collections of adults and one of children, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from readingroom import data
from readingroom.data.films import thumbnails
from readingroom.data.origin import SIMULATED, of_course
from readingroom.kernel import stored
from readingroom.simulator.mix import Mix, Tie, plan
from readingroom.simulator.population import film_cases

EDGE = 28  # pixels, what the study's network sees
SHOWN, DRAWN = 64, 128  # pixels, what people see of real and of simulated films
ARCHIVE, WARD, CLINIC = "adult archive", "adult ward", "children's clinic"
COLUMNS = ("source", "patient", "view", "sex", "age", "ill")
REAL = (
    "REAL DATA: NIH-1000 (NIH Clinical Center), Hannover COVID-19 (CC BY 3.0) and normal films of "
    "PneumoniaMNIST (children, rebuilt, CC BY 4.0)"
)
# The simulated archive: faint shadows, several films of each patient, more bed films of the ill.
# The simulated ward: everybody is ill, most lie in bed.
MIXES = (
    Mix(ARCHIVE, 560, 0.5, sites={"Northgate": 0.6, "Harbour": 0.4}, severity=(0.0, 0.25),
        films_each=4.0, ties=(Tie("AP", 2.5, 0.28),), extras={"effusion": 0.12,
        "cardiomegaly": 0.12, "interstitial": 0.08, "nodule": 0.06}),
    Mix(WARD, 200, 1.0, sites={"St Anne": 1.0}, films_each=3.0, ties=(Tie("AP", 1.0, 0.8),)),
)  # fmt: skip
SEED = 99
CHILD = 12  # years: older simulated patients do not belong to the children's clinic


@dataclass(frozen=True)
class Pool:
    """Every film that the study could have used.

    Attributes
    ----------
    images : ndarray, (N, 28, 28) uint8
    table : DataFrame
        One row a film: ``source``, ``patient``, ``view``, ``sex``, ``age`` (years, where known)
        and ``ill`` (0 or 1).
    films : str
        Banner.
    """

    images: np.ndarray
    table: Any
    films: str

    def banner(self) -> str:
        """Whose films these are."""
        return self.films

    def fingerprint(self) -> str:
        """The sha256 (hex) over films and table."""
        from readingroom.models.provenance import Drawn

        labels = self.table["ill"].to_numpy()
        return Drawn({"images": self.images, "ill": labels}).fingerprint()


def drawn() -> dict[str, np.ndarray]:
    """Draw the simulated archive and ward: films of 64 px (N, 64, 64) and their columns."""
    found = film_cases(plan(MIXES, "consolidation", SEED), "planted", "consolidation", SHOWN)
    out = {name: found.table[name].to_numpy(str) for name in ("patient", "view", "sex")}
    return {
        **out,
        "images": found.images,
        "source": found.table["split"].to_numpy(str),
        "age": found.table["age"].to_numpy(float),
        "ill": found.table["label"].to_numpy(np.uint8),
    }


def _frame(source: Any, columns: Any) -> Any:
    """A table of the study's columns; what a source does not tell is empty."""
    import pandas as pd

    out = pd.DataFrame({name: columns[name] for name in COLUMNS[1:] if name in columns})
    out["source"] = source
    return out.reindex(columns=list(COLUMNS))


@cache
def archive(mode: str) -> tuple[np.ndarray, Any]:
    """The adult archive alone: films (N, 64, 64) or (N, 28, 28), and their table.

    Simulated films are stored with 28 px.
    """
    if of_course(mode) == "simulated":
        kept = stored.load("99", "films", "simulated")
        rows = kept["source"] == ARCHIVE
        return kept["images"][rows], _frame(ARCHIVE, {n: kept[n][rows] for n in COLUMNS[1:]})
    nih = data.load("nih-1000", size=SHOWN, mode="real")
    return nih.images, _frame(ARCHIVE, nih.table.rename(columns={"label": "ill"}))


def large(mode: str, rows: np.ndarray) -> np.ndarray:
    """Films of the archive for people to look at, (N, H, H): 64 px real, 128 px simulated.

    Simulated ones are drawn anew from their cases, the same films as those stored with 28 px.
    """
    if of_course(mode) == "real":
        return archive(mode)[0][rows]
    cases = [case for case in plan(MIXES, "consolidation", SEED) if case.split == ARCHIVE]
    some = [cases[int(row)] for row in rows]
    return film_cases(some, "planted", "consolidation", DRAWN).images


@cache
def adults(mode: str) -> Pool:
    """The adult archive as the network sees it, both classes: what remains after the repairs."""
    images, table = archive(mode)
    films = SIMULATED if of_course(mode) == "simulated" else REAL_ARCHIVE
    return Pool(thumbnails(images, EDGE), table, films)


REAL_ARCHIVE = "REAL DATA: NIH-1000 (NIH Clinical Center, nihcc.app.box.com/v/ChestXray-NIHCC)"


def pool(mode: str) -> Pool:
    """Archive, ward and the clinic's normal films, in this order.

    The clinic of the real films tells no patient, so each of its films counts as one.
    """
    import pandas as pd

    first = adults(mode)
    kids = data.load("children", size=EDGE, mode=of_course(mode))
    normal = (kids.table["label"] == 0).to_numpy()
    if of_course(mode) == "simulated":
        normal = normal & (kids.table["age"] < CHILD).to_numpy()
        kept = stored.load("99", "films", "simulated")
        rows = kept["source"] == WARD
        ward, ward_table = kept["images"][rows], {n: kept[n][rows] for n in COLUMNS[1:]}
    else:
        held = data.load("hannover", size=EDGE, mode="real")
        ward, ward_table = held.images, held.table.drop(columns="label").assign(ill=1)
    young = kids.table[normal].rename(columns={"label": "ill"}).reset_index(drop=True)
    if "patient" not in young:
        young["patient"] = [f"C{k:04d}" for k in range(len(young))]
    tables = [first.table, _frame(WARD, ward_table), _frame(CLINIC, young)]
    table = pd.concat(tables, ignore_index=True)
    table["patient"] = table["patient"].astype(str)
    films = SIMULATED if of_course(mode) == "simulated" else REAL
    return Pool(np.concatenate([first.images, ward, kids.images[normal]]), table, films)
