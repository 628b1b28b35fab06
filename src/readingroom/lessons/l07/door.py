"""Forty deliveries at the door of a program for children's chest films, and rules to sort them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import numpy as np

from readingroom import data, simulator
from readingroom.assess import metrics
from readingroom.assess.metrics import Estimate
from readingroom.data import gate as library, greys, pixels, slices
from readingroom.data.films import squared, thumbnails
from readingroom.data.origin import of_course
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.lessons.l07 import settings
from readingroom.lessons.l07.odd import Drawer

HEADER_RULES = 5  # the first rules read the header, the others look at the picture
STOPPED_AT_LEAST, TURNED_AWAY_AT_MOST = 0.9, 0.1
PROPER = 20
RULES = {
    1: "modality is not CR or DX",
    2: "body part is not CHEST",
    3: "view is not AP or PA",
    4: "photometric tag is MONOCHROME1: low numbers are white, and this program does not turn them",
    5: "age is not 1 to 5",
    6: "odder than 95 % of the validation films",
    7: "odder than 1 % of the validation films",
}


@dataclass(frozen=True)
class Delivery:
    """What arrives: greys, and what its header says.

    Attributes
    ----------
    what : str
        What it is, known to us.
    image : ndarray, (S, S) uint8
    modality, part, view, photometric : str
    age : int
    proper : bool
        The program may read it.
    """

    what: str
    image: np.ndarray
    modality: str = "CR"
    part: str = "CHEST"
    view: str = "AP"
    photometric: str = "MONOCHROME2"
    age: int = 3
    proper: bool = False


def worded(rule: int) -> str:
    """A rule as the end of a sentence that begins "a film is stopped if"."""
    return f"{'its' if rule <= HEADER_RULES else 'it is'} {RULES[rule]}"


def drawer_of(run: stored.Stored) -> Drawer:
    """The stored reconstruction."""
    return Drawer(run["parts"].astype(float), float(run["limit"][0]))


@cache
def strangers_of(mode: str) -> list[Delivery]:
    """Real pictures of other modalities and body parts where they can be had, else drawn ones."""
    out = []
    words = {"head-ct": ("CT", "HEAD"), "knee-mr": ("MR", ""), "sts-wholebody-pet": ("PT", "")}
    for name, (modality, part) in words.items():
        found = slices.one(name, mode)
        what = found.title + (" (drawn)" if found.simulated else "")
        picture = squared(greys.picture(found.header), settings.LARGE)
        out.append(Delivery(what, picture, modality, part, "", age=60))
    if mode == "real":
        leg = greys.picture(pixels.opened(data.sample("leg")))
        out.append(Delivery("film of a leg", squared(leg, settings.LARGE), "CR", "EXTREMITY", "AP",
                            age=14))  # fmt: skip
    else:
        out.append(_hand(3, "HAND", "PA"))
    return out


def _hand(seed: int, part: str, view: str) -> Delivery:
    image = simulator.hand(seed, settings.LARGE, child=True)
    said = "hand (simulated)" + (", sent as a chest" if part == "CHEST" else "")
    return Delivery(said, image, "DX", part, view)


def _lateral(seed: int, view: str) -> Delivery:
    return Delivery("lateral (simulated)", simulator.lateral(seed, settings.LARGE, child=True),
                    view=view)  # fmt: skip


@cache
def deliveries_of(mode: str) -> list[Delivery]:
    """Forty deliveries: twenty proper films and twenty that the program must not read.

    The films are those of the course. Their headers are invented, since the origin's files have
    none; those of real strangers are their own, but for an age.
    """
    mode = of_course(mode)
    rng = np.random.default_rng([7, 40])
    images = np.asarray(data.load("children", size=settings.SMALL, mode=mode).part("test")[0])
    rows = rng.permutation(len(images))
    proper = [
        Delivery("a child's chest film", images[i], str(rng.choice(["CR", "DX"])),
                 age=int(rng.integers(1, 6)), proper=True)
        for i in rows[:PROPER]
    ]  # fmt: skip
    turned = [
        Delivery("greys inverted", 255 - images[i], photometric="MONOCHROME1") for i in rows[20:25]
    ]
    sideways = [Delivery("lying on its side", np.rot90(images[i])) for i in rows[25:28]]
    adults = data.load("nih-1000", size=settings.SMALL, mode=mode)
    grown = [Delivery("an adult", np.asarray(adults.images[i]), view="PA", age=57)
             for i in (10, 20)]  # fmt: skip
    others = [
        *strangers_of(mode),
        _hand(1, "HAND", "PA"),
        _hand(2, "CHEST", "AP"),
        _lateral(1, "LL"),
        _lateral(2, "LL"),
        _lateral(5, ""),
        Delivery("noise", rng.integers(0, 256, (28, 28)).astype(np.uint8)),
    ]
    all_ = [*proper, *turned, *sideways, *grown, *others]
    return [all_[i] for i in rng.permutation(len(all_))]


def small(one: Delivery) -> np.ndarray:
    """A delivery as the program reads it, (28, 28) uint8."""
    return thumbnails(one.image[None])[0]


@dataclass(frozen=True)
class Door:
    """The forty deliveries and which rule stops which.

    Attributes
    ----------
    fired : ndarray, (40, 7) of bool
        By delivery and rule.
    proper : ndarray, (40,) of bool
    odd : ndarray, (40,)
        In alarm limits.
    """

    fired: np.ndarray
    proper: np.ndarray
    odd: np.ndarray

    @property
    def strangers(self) -> int:
        """How many deliveries the program must not read."""
        return int((~self.proper).sum())

    def stopped(self, rules: Collection[int]) -> np.ndarray:
        """Which deliveries at least one of these rules stops, (40,) of bool."""
        chosen = [rule - 1 for rule in rules if 1 <= rule <= len(RULES)]
        return self.fired[:, chosen].any(axis=1)

    def outcome(self, rules: Collection[int]) -> tuple[int, int]:
        """Strangers stopped, and proper films turned away, of twenty each."""
        stopped = self.stopped(rules)
        return int((stopped & ~self.proper).sum()), int((stopped & self.proper).sum())

    def good(self, rules: Collection[int]) -> bool:
        """Whether a gate with these rules keeps both limits."""
        stopped, turned = self.outcome(rules)
        return (
            stopped >= STOPPED_AT_LEAST * self.strangers
            and turned <= TURNED_AWAY_AT_MOST * self.proper.sum()
        )


def door_of(mode: str) -> Door:
    """Every rule tried on every delivery of a mode."""
    run = stored.load("07", "odd", mode)
    items = deliveries_of(mode)
    odd = drawer_of(run).error(np.stack([small(one) for one in items]))
    low = float(run["floor"][0])
    fired = np.array([
        [
            one.modality not in ("CR", "DX"),
            one.part != "CHEST",
            one.view not in ("AP", "PA"),
            one.photometric == "MONOCHROME1",
            not 1 <= one.age <= 5,
            odd[k] > 1,
            odd[k] > low,
        ]
        for k, one in enumerate(items)])  # fmt: skip
    return Door(fired, np.array([one.proper for one in items]), odd)


def through(rules: Collection[int]) -> str:
    """What a gate with these rules does to the forty deliveries, in lines."""
    mode = current().mode
    found, items = door_of(mode), deliveries_of(mode)
    stopped, turned = found.outcome(rules)
    lines = [
        str(metrics.share(stopped, found.strangers, "strangers stopped", "deliveries")),
        str(
            metrics.share(turned, int(found.proper.sum()), "proper films turned away", "deliveries")
        ),
    ]
    past = [one.what for one, held in zip(items, found.stopped(rules), strict=True)
            if not one.proper and not held]  # fmt: skip
    lines.append("Past the gate went: " + (", ".join(sorted(past)) or "no stranger") + ".")
    return "\n".join(lines)


def flagged() -> dict[str, Estimate]:
    """Share of each set that the reconstruction finds odd."""
    run = stored.load("07", "odd", current().mode)
    names = {
        "odd_rotated": "films on their side",
        "odd_adults": "adults elsewhere",
        "odd_hannover": "adults in bed, all ill",
        "odd_inverted": "greys inverted",
        "odd_test": "ordinary test films",
    }
    return {
        said: metrics.share(int((run[key] > 1).sum()), len(run[key]), "flagged").on(run)
        for key, said in names.items()
        if key in run.arrays
    }


def asked(one: Delivery) -> str:
    """What the course's library gate says to the greys of a delivery, in a few words."""
    return "; ".join(library.of_picture(one.image)) or "its greys pass"


def gate(folder: str, children: bool = False) -> None:
    """Print what a gate for chest films would stop in a folder of your own; nothing is changed.

    Parameters
    ----------
    folder : str
        Where your films lie.
    children : bool
        Let only films of children aged 1 to 5 pass.
    """
    scope = library.CHILDREN if children else library.CHEST
    print(library.said(list(library.folder(folder, scope)), scope))


def outbox() -> str:
    """Write eight files as they may leave a department, for practice, and return their folder."""
    from PIL import Image

    from readingroom.kernel import store

    place = store.folder() / "outbox-07"
    place.mkdir(parents=True, exist_ok=True)
    patient = simulator.Patient.sample(4)
    exam = simulator.Exam.sample(patient, 4, view="PA", devices=())
    film = simulator.draw(patient, exam, size=256).image
    pictures = {
        "film-1": film,
        "film-2": 255 - film,
        "film-3": film[::-1],
        "film-4": np.rot90(film),
        "film-5": simulator.hand(6, 256),
        "film-6": simulator.lateral(6, 256),
    }
    for name, picture in pictures.items():
        Image.fromarray(np.ascontiguousarray(picture)).save(place / f"{name}.png")
    for name in ("head-ct", "knee-mr"):
        slices.drawn(name).save_as(place / f"{name}.dcm", enforce_file_format=True)
    return str(place)
