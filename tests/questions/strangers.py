"""What strangers type: their cells, run as they stand, with the names that the page gives them.

Their answers stand in ``typed/NN.txt``, below the name of the exercise in square brackets:

    - wrong answer        -~ wrong answer in the frame    => words of the reply to the one above
    + right answer        +~ right answer in the frame    ~ a line of the frame
    | a further line of the answer above
"""

from __future__ import annotations

import copy
import linecache
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from pydicom.dataset import Dataset

import readingroom as rr
from readingroom import data, simulator
from readingroom.catalogue import find
from readingroom.dicom import keeping, profile, reading, windowing
from readingroom.kernel import stored
from readingroom.lessons.l00 import films as films00, simulated as simulated00
from readingroom.lessons.l01 import films as films01
from readingroom.questions import cells, exercises, firstaid


class Asked:
    """The course's package, whose checks keep the answer that they are handed."""

    def __init__(self) -> None:
        self.answer: Any = ...

    def __getattr__(self, name: str) -> Any:
        return getattr(rr, name)

    def check(self, slug: str, answer: Any) -> None:
        """Keep it."""
        self.answer = answer

    look = check

    def judge(self, slug: str, choice: Any, because: Any) -> None:
        """Keep letter and reason."""
        self.answer = choice, because


@cache
def _checks(number: str) -> dict[str, str]:
    """Each check cell of a lesson's page by its exercise."""
    book = nbformat.read(find(number).notebook("lessons"), as_version=4)
    return {c.id.removeprefix("check-"): c.source for c in book.cells if cells.is_check(c)}


def _names_00(mode: str) -> dict[str, Any]:
    run = films00.kept(mode=mode)
    hundred, night = (films00.from_store(name, mode) for name in ("hundred", "night"))
    return {
        "seconds_ai": float(run["seconds_ai"]), "seconds_upload": float(run["seconds_upload"]),
        "labels": hundred.labels, "score": hundred.score, "night": night,
        "lesions": simulated00.lesions(), "wrong_way": simulated00.inverted_film(),
        "scope": simulated00.scope_set(),
    }  # fmt: skip


def _names_01(mode: str) -> dict[str, Any]:
    film = reading.chest_film(mode)
    first, _ = films01.stick()
    data, secret = first.data(), "a sentence that never leaves the hospital"
    kept = keeping.keep(profile.profile(data), data, secret)
    return {
        "film": film, "stored": windowing.stored(film), "png": windowing.picture(film),
        "table": reading.header(data), "data": data, "kept": kept, "secret": secret,
        "first": first,
    }  # fmt: skip


def _names_02(mode: str) -> dict[str, Any]:
    from hashlib import sha256

    import pandas as pd

    children = data.delivered("children", size=28, mode=mode)
    parts = {name: children.part(name)[0] for name in ("train", "val")}
    hashes = {k: [sha256(one.tobytes()).hexdigest() for one in x] for k, x in parts.items()}
    people = data.delivered("nih-1000", columns=("patient",), mode=mode).table
    split = {f"{k}_patients": people["patient_number"][people["split"] == k]
             for k in ("train", "val", "test")}  # fmt: skip
    panel = data.table("adjudicated")[["image", "patient", "Pneumothorax"]]
    text = data.table("nih")[["image", "Pneumothorax"]]
    both = panel.merge(text, on="image", suffixes=("_panel", "_text"))
    counts = pd.crosstab(both["Pneumothorax_text"], both["Pneumothorax_panel"])
    n = int(counts.to_numpy().sum())
    films = simulator.clinic()
    return {
        "rsna": data.table("rsna"), "in_train": set(hashes["train"]), "of_val": hashes["val"],
        "visits": people, **split, "counts": counts, "n": n,
        "neither": counts.loc[0, 0], "panel_only": counts.loc[0, 1],
        "text_only": counts.loc[1, 0], "yes_both": counts.loc[1, 1],
        "text_yes": counts.loc[1].sum() / n, "panel_yes": counts[1].sum() / n,
        "text": simulator.mined(films["report"]), "panel": films["panel"],
        "p": 0.90, "d": 0.05, "prevalence": 0.05,
    }  # fmt: skip


def _names_03(mode: str) -> dict[str, Any]:
    from readingroom.checks.lesson_03 import transfer_scores
    from readingroom.lessons.l03 import films as films03

    cohort = data.load("children", size=64, mode=mode)
    curves, features = (stored.load("03", name, mode) for name in ("curves", "features"))
    return {
        "train_y": cohort.part("train")[1], "test_y": cohort.part("test")[1], "curves": curves,
        "yours": int(curves["yours"]), "aucs": films03.chosen_aucs(curves),
        "labels": features["test_label"], "transfer": transfer_scores(features),
        "pixels": features["pixel_score"],
    }  # fmt: skip


NAMES = {"00": _names_00, "01": _names_01, "02": _names_02, "03": _names_03}


@cache
def names(number: str, mode: str) -> dict[str, Any]:
    """What the cells above the questions of a lesson have made, without its figures."""
    return {"np": np, **NAMES[number](mode)}


@dataclass
class Typed:
    """One answer: what was typed, whether it is right, and words of the reply that it needs."""

    text: str
    right: bool
    says: str = ""


@cache
def typed(number: str) -> dict[str, list[Typed]]:
    """The answers of a lesson by exercise."""
    found: dict[str, list[Typed]] = {}
    frame = ""
    path = Path(__file__).parent / "typed" / f"{number}.txt"
    for line in filter(None, path.read_text("utf-8").splitlines()):
        sign, _, text = line.partition(" ")
        if line.startswith("["):
            answers = found.setdefault(line.strip("[]"), [])
            frame = ""
        elif sign == "~":
            frame += f"{text}\n"
        elif sign == "|":
            answers[-1].text += f"\n{text}"
        elif sign == "=>":
            answers[-1].says = text
        else:
            assert sign in ("-", "+", "-~", "+~"), line
            whole = frame.replace("{}", text, 1) if "~" in sign else text
            answers.append(Typed(whole, sign.startswith("+")))
    return found


def reply(number: str, slug: str, text: str, mode: str) -> tuple[str, float, str]:
    """Run what somebody typed and the check below it: status, points, and all that is said."""
    exercise, frozen = exercises.of_lesson(number)[slug], exercises.frozen(number, mode)
    asked = Asked()
    space = {
        name: copy.deepcopy(one) if isinstance(one, Dataset) else one
        for name, one in names(number, mode).items()
    } | {"rr": asked}
    # a notebook keeps the text of its cells, so that a reply can look at the line
    linecache.cache["<typed>"] = (len(text), None, text.splitlines(keepends=True), "<typed>")
    try:
        exec(compile(text, "<typed>", "exec"), space)
        exec(compile(_checks(number)[slug], "<check>", "exec"), space)
    except Exception as error:
        return exercises.UNREADABLE, 0, firstaid.sentence(error, text, space)
    verdict, _ = exercises.examine(exercise, asked.answer, frozen)
    return verdict.status, verdict.points, verdict.reason
