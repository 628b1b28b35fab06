"""Contact sheets: many simulated films side by side, for the eye."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.simulator.exam import DEVICES, Exam
from readingroom.simulator.film import Film, draw
from readingroom.simulator.finding import KINDS
from readingroom.simulator.mix import finding
from readingroom.simulator.patient import Patient
from readingroom.simulator.site import SITES
from readingroom.simulator.streams import stream
from readingroom.simulator.visit import follow_up, twin

__all__ = ["SHEETS", "contact_sheet"]


def contact_sheet(kind: str, size: int = 192, seed: int = 1, outline: bool = False) -> np.ndarray:
    """Sixteen films of one kind, four by four.

    Parameters
    ----------
    kind : str
        A key of `SHEETS`: 'normals', 'children', 'bedside', a kind of finding, 'twins', 'sites',
        'devices' or 'follow-ups'. In twins and follow-ups, pairs lie next to each other.
    size : int
        Pixels along each side of one film.
    outline : bool
        Draw the rim of each mask in white.

    Returns
    -------
    ndarray, (4 * size, 4 * size) uint8
    """
    if kind not in SHEETS:
        raise ValueError(f"No sheet is called {kind!r}; choose from {', '.join(SHEETS)}.")
    films = SHEETS[kind](size, seed)
    tiles = [_outlined(film) if outline else film.image for film in films]
    rows = [np.concatenate(tiles[i : i + 4], 1) for i in range(0, 16, 4)]
    return np.concatenate(rows, 0)


def _outlined(film: Film) -> np.ndarray:
    image = film.image.copy()
    for mask in film.masks.values():
        inner = mask.copy()
        for axis in (0, 1):
            inner &= np.roll(mask, 1, axis) & np.roll(mask, -1, axis)
        image[mask & ~inner] = 255
    return image


def _patient(seed: int, i: int, ages: str = "adults") -> Patient:
    return Patient.sample(seed * 1000 + i, ages)


def _site(i: int) -> str:
    return ("Northgate", "Harbour", "Elm Park", "St Anne")[i % 4]


def _normals(size: int, seed: int) -> list[Film]:
    films = []
    for i in range(16):
        patient = _patient(seed, i, "all" if i % 4 == 3 else "adults")
        site = "Children's" if patient.child else _site(i)
        films.append(draw(patient, Exam.sample(patient, patient.seed, site), (), size))
    return films


def _children(size: int, seed: int) -> list[Film]:
    people = [_patient(seed, 100 + i, "children") for i in range(16)]
    return [draw(p, Exam.sample(p, p.seed, "Children's"), (), size) for p in people]


def _bedside(size: int, seed: int) -> list[Film]:
    people = [_patient(seed, 200 + i) for i in range(16)]
    return [draw(p, Exam.sample(p, p.seed, _site(i), "AP"), (), size) for i, p in enumerate(people)]


def _found(kind: str) -> Any:
    """Sheet of one finding, faint to severe from left to right."""

    def films(size: int, seed: int) -> list[Film]:
        out = []
        for i in range(16):
            patient = _patient(seed, 300 + i, "children" if _young(kind, i) else "adults")
            site = "Children's" if patient.child else _site(i // 4)
            rng = stream(patient.seed, f"sheet {kind}")
            cause = finding(rng, kind, 0.2 + 0.25 * (i % 4), patient.seed)
            out.append(draw(patient, Exam.sample(patient, patient.seed, site), (cause,), size))
        return out

    return films


def _young(kind: str, i: int) -> bool:
    return kind == "consolidation" and i >= 8


def _twins(size: int, seed: int) -> list[Film]:
    """Pairs: without and with a finding, then without and with a marker or a device."""
    films = []
    for i in range(8):
        patient = _patient(seed, 400 + i)
        exam = Exam.sample(patient, patient.seed, _site(i), devices=())
        plain = draw(patient, exam, (), size)
        if i < 6:
            cause = finding(stream(patient.seed, "sheet twins"), KINDS[i], 0.7, patient.seed)
            other = twin(plain, (cause,))
        else:
            other = twin(plain, marker="") if i == 6 else twin(plain, devices=("chest drain",))
        films += [plain, other]
    return films


def _sites(size: int, seed: int) -> list[Film]:
    """Rows are patients, columns are departments."""
    films = []
    for i in range(4):
        patient = _patient(seed, 500 + i)
        exam = Exam.sample(patient, patient.seed, devices=(), view="PA")
        for name in list(SITES)[:4]:
            here = exam.changed(site=name, marker=SITES[name].letter)
            films.append(draw(patient, here, (), size))
    return films


def _devices(size: int, seed: int) -> list[Film]:
    films = []
    for i in range(16):
        patient = _patient(seed, 600 + i)
        names = (DEVICES[i % 6],) if i < 12 else tuple(DEVICES[k] for k in (0, 2, 4, 5))
        view = "PA" if names == ("pacemaker",) else "AP"
        exam = Exam.sample(patient, patient.seed, _site(i), view, names)
        films.append(draw(patient, exam, (), size))
    return films


def _follow_ups(size: int, seed: int) -> list[Film]:
    """Pairs: growing nodules (doubling in 90 days, 6 months apart), then healing pneumonias."""
    films = []
    for i in range(8):
        patient = _patient(seed, 700 + i)
        rng = stream(patient.seed, "sheet follow-ups")
        kind = "nodule" if i < 4 else "consolidation"
        cause = finding(rng, kind, 0.25 if i < 4 else 0.8, patient.seed)
        exam = Exam.sample(patient, patient.seed, "Northgate", "PA", ())
        first = draw(patient, exam, (cause,), size)
        after = follow_up(first, 6, 90) if i < 4 else follow_up(first, 1, factor=0.3)
        films += [first, after]
    return films


SHEETS = {
    "normals": _normals,
    "children": _children,
    "bedside": _bedside,
    **{kind: _found(kind) for kind in KINDS},
    "twins": _twins,
    "sites": _sites,
    "devices": _devices,
    "follow-ups": _follow_ups,
}
"""Name to the function that draws sixteen films."""
