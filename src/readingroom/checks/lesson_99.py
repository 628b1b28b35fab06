"""Checks of lesson 99, "Find the flaw", and the key to the planted study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess.metrics import Estimate
from readingroom.lessons.l99 import films, flaws, notebook, repairing
from readingroom.questions import builders as ask, kinds, offers, wordings

CARRIED = ()  # no later cell goes on with an answer

# The key: cell of the study -> what is wrong with it, the flaw it was planted for first. Further
# ones are true of the cell as well. This folder is not in a learner's notebook and not in the
# class grader's sandbox.
KEY = {
    "abstract": ("interval", "baseline", "claim"),
    "sources": ("source",),
    "reference": ("mined",),
    "deliveries": ("twice",),
    "classes": ("even",),
    "parts": ("patient", "twice"),
    "quality": ("poor",),
    "epochs": ("stop", "interval"),
    "seeds": ("best", "interval"),
    "threshold": ("cut",),
    "calibration": ("calibrated", "interval"),
    "result": ("interval",),
    "comparison": ("baseline",),
    "value": ("even", "interval"),
    "patients": ("view", "source"),
    "maps": ("maps",),
    "claim": ("claim", "interval"),
}
SOUND = {
    "scaling": "mean and spread come from the training films alone",
    "shifts": "only training films are shifted; val and test stay as they are",
    "units": "a choice between networks is what the val films are for",
    "thumbnails": "films of every source are made smaller in the same way",
    "statement": "code, seeds and versions can be had, and the money is named",
}
PLANTED = frozenset(name for names in KEY.values() for name in names)
RECALL, PRECISION = 0.8, 0.75

# flaw -> its direction first, then what is accepted as well
DIRECTION = {
    **dict.fromkeys(("patient", "twice", "stop", "cut", "calibrated", "even", "source", "best",
                     "poor", "size"), ("up",)),
    **dict.fromkeys(("interval", "baseline", "view"), ("hides",)),
    "maps": ("hides", "unclear"),
    "claim": ("hides", "unclear"),
    "mined": ("unclear", "down"),
    "scaled": ("up", "unclear"),
    "moved": ("unclear", "down"),
}  # fmt: skip
LEAKS = ("patient", "twice", "stop", "cut", "calibrated", "best", "size")
SILENT = ("interval", "baseline", "view", "maps", "claim")
AGREED = 0.8


@dataclass(frozen=True)
class Frozen:
    """What lesson 99's checks read.

    Attributes
    ----------
    cells : list of str
        Label of each cell of the study; cell 1 is the first.
    shown : Shown
        Films among which one patient is in both parts.
    ladder : dict of str to Estimate
    advantage : Estimate
    """

    cells: list[str]
    shown: films.Shown
    ladder: dict[str, Estimate]
    advantage: Estimate


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    cells = notebook.labels(notebook.study(mode))
    return Frozen(cells, films.shown_of(mode), films.remains_of(mode), films.advantage_of(mode))


# --- find

Marks = dict[int, int]


def _marks(answer: dict) -> Marks | None:
    """Cell number to flaw number; None for anything else."""
    try:
        read = {float(cell): float(flaw) for cell, flaw in answer.items()}
    except (TypeError, ValueError):
        return None
    whole = all(number.is_integer() for pair in read.items() for number in pair)
    return {int(cell): int(flaw) for cell, flaw in read.items()} if read and whole else None


def _named(answer: dict, f: Frozen) -> list[tuple[int, str, str]]:
    """(cell number, its label, name of the flaw) of every mark; nothing where one is off."""
    found = _marks(answer)
    if found is None or _off(answer, f):
        return []
    return [(c, f.cells[c - 1], flaws.LISTED[k - 1]) for c, k in sorted(found.items())]


def _off(answer: dict, f: Frozen) -> bool:
    """Whether a mark names no cell of the study, or nothing of the list."""
    found = _marks(answer)
    return found is None or not all(
        1 <= cell <= len(f.cells) and 1 <= flaw <= len(flaws.LISTED) for cell, flaw in found.items()
    )


def _right(answer: dict, f: Frozen) -> list[tuple[int, str, str]]:
    return [one for one in _named(answer, f) if one[2] in KEY.get(one[1], ())]


def _score(answer: dict, f: Frozen) -> tuple[float, float]:
    """Recall of the fifteen flaws, and the share of marks that are right."""
    named, right = _named(answer, f), _right(answer, f)
    if not named:
        return 0.0, 0.0
    return len({flaw for _, _, flaw in right}) / len(PLANTED), len(right) / len(named)


def _found(answer: dict, f: Frozen) -> float:
    recall, precision = _score(answer, f)
    if recall >= RECALL - 1e-9 and precision >= PRECISION:
        return 1.0
    return 0.5 if recall >= RECALL / 2 and precision >= PRECISION else 0.0


def _sound(answer: dict, f: Frozen) -> dict | None:
    """The first sound cell that was marked, and why it is sound."""
    for cell, label, _ in _named(answer, f):
        if label in SOUND:
            return {"c": cell, "why": SOUND[label]}
    return None


def _other(answer: dict, f: Frozen) -> dict | None:
    """The first cell with a flaw that was marked with another one."""
    right = _right(answer, f)
    off = [cell for cell, label, flaw in _named(answer, f)
           if label in KEY and (cell, label, flaw) not in right]  # fmt: skip
    return {"c": off[0]} if off else None


def marked(f: Frozen, **changed: str) -> Marks:
    """The course's own marks; a cell's label with another flaw changes one, '' leaves one out."""
    wanted = {label: names[0] for label, names in KEY.items() if label != "abstract"} | changed
    return {f.cells.index(c) + 1: flaws.NUMBER[name] for c, name in wanted.items() if name}


def _comment(answer: dict, f: Frozen) -> str:
    named, right = _named(answer, f), _right(answer, f)
    missed = sorted(flaws.SAID[name] for name in PLANTED - {flaw for _, _, flaw in right})
    wrong = [cell for cell, label, flaw in named if (cell, label, flaw) not in right]
    told = f"{len(PLANTED) - len(missed)} of {len(PLANTED)} flaws; {len(right)} of {len(named)} "
    told += "marks right."
    if missed:
        told += f" Not marked: {'; '.join(missed)}."
    for cell in wrong:
        label = f.cells[cell - 1]
        told += (f" Cell {cell} is sound: {SOUND[label]}." if label in SOUND
                 else f" Cell {cell}: something is wrong there, but not that.")  # fmt: skip
    return told


def _few(f: Frozen, n: int) -> Marks:
    return dict(list(marked(f).items())[:n])


def _decoys(f: Frozen) -> Marks:
    wanted = {"scaling": "scaled", "shifts": "moved", "units": "size"}
    return {f.cells.index(c) + 1: flaws.NUMBER[name] for c, name in wanted.items()}


FIND = ask.table(
    "find",
    lambda f: marked(f),
    _found,
    ask.slip(
        "off the study",
        lambda f: {**marked(f), 99: 1},
        "Cells are numbered 1 to {n}, the list of flaws 1 to {k}: first the cell, then the flaw.",
        _off,
        lambda answer, f: {"n": len(f.cells), "k": len(flaws.LISTED)},
    ),
    ask.slip(
        "decoy",
        lambda f: {**_few(f, 6), **_decoys(f)},
        "Cell {c} is sound: {why}.",
        lambda answer, f: _sound(answer, f) is not None,
        _sound,
    ),
    ask.slip(
        "right cell, wrong flaw",
        lambda f: marked(f, parts="poor", quality="patient", epochs="cut", threshold="stop",
                         sources="mined", reference="source"),
        "Something is wrong in cell {c}, but not that.",
        lambda answer, f: _other(answer, f) is not None,
        _other,
    ),
    ask.slip(
        "too few",
        lambda f: _few(f, 5),
        "{k} of {n} flaws so far, and every mark is right. Find at least {least}.",
        True,
        lambda answer, f: {"k": round(_score(answer, f)[0] * len(PLANTED)), "n": len(PLANTED),
                           "least": int(np.ceil(RECALL * len(PLANTED)))},
    ),
    limit=40,
    points=4,
    forms=lambda f: [
        {str(c): float(k) for c, k in marked(f).items()},
        marked(f, value="", claim="", maps="", quality=""),  # 12 of 15
        marked(f, scaling="scaled", shifts="moved"),
        {**marked(f), 1: flaws.NUMBER["claim"]},
    ],
    task="Mark the cells of the study that are flawed, and say what is wrong",
    accepted="Full marks for 12 of the 15 flaws when three of four marks are right.",
    unfit="Cell number and flaw number in braces, like {2: 7, 5: 3}.",
    otherwise="Mark a cell and choose from the list what is wrong with it.",
    why="You would have stopped this study.",
    comment=_comment,
    hint="Ask of every cell: what is decided here, and which films decide it?",
    next_hint="Compare the numbers within an output. Look for what is not there as well.",
)  # fmt: skip

# --- direction


def _words(answer: dict) -> dict[str, str] | None:
    """Name of each flaw of the list to the word given; None unless there are all of them."""
    try:
        told = {int(number): wordings.plain(str(word)) for number, word in answer.items()}
    except (TypeError, ValueError):
        return None
    if set(told) != set(flaws.NUMBER.values()):
        return None
    return {name: told[number] for name, number in flaws.NUMBER.items()}


def _agreed(answer: dict) -> float:
    told = _words(answer)
    return 0.0 if told is None else sum(told[n] in DIRECTION[n] for n in told) / len(told)


def directions(**changed: str) -> dict[int, str]:
    """The course's own words, some changed."""
    return {flaws.NUMBER[n]: changed.get(n, words[0]) for n, words in DIRECTION.items()}


def _off_words(answer: dict) -> str:
    told = _words(answer) or {}
    off = [f"{flaws.SAID[n].lower()}: {DIRECTION[n][0]}" for n in told
           if told[n] not in DIRECTION[n]]  # fmt: skip
    agreed = f"{len(told) - len(off)} of {len(told)} as we see them."
    return f"{agreed} We say otherwise of {'; '.join(off)}." if off else agreed


DIRECTIONS = ask.table(
    "direction",
    directions(),
    lambda answer: _agreed(answer) >= AGREED,
    ask.slip(
        "not all",
        dict(list(directions().items())[:9]),
        "Give one word for each of the {n} lines of the list.",
        lambda answer: _words(answer) is None,
        lambda answer: {"n": len(flaws.LISTED)},
    ),
    ask.slip(
        "another word",
        directions(**dict.fromkeys(LEAKS, "better")),
        'The four words are "up", "down", "unclear" and "hides".',
        lambda answer: not set((_words(answer) or {}).values()) <= set(flaws.DIRECTIONS),
    ),
    ask.slip(
        "down for leakage",
        directions(**dict.fromkeys(LEAKS, "down")),
        "Leakage flatters.",
        lambda answer: any((_words(answer) or {}).get(n) == "down" for n in LEAKS),
    ),
    ask.slip(
        "up for what is not said",
        directions(**dict.fromkeys(SILENT, "up")),
        "The number stays; what is lost is how far to trust it.",
        lambda answer: any((_words(answer) or {}).get(n) == "up" for n in SILENT),
    ),
    limit=40,
    points=3,
    unfit='The number of each line and its word, in braces: {1: "up", 2: "down"}, with your words.',
    forms=[{str(k): word.upper() + "." for k, word in directions().items()},
           directions(mined="down", claim="unclear", scaled="unclear"),
           directions(patient="unclear", even="hides", source="unclear")],
    task="Where each flaw moves the result",
    accepted="80 % of the 18 lines are enough.",
    otherwise="Ask: if this is repaired, does the number fall, rise, or stay?",
    why="Most flaws flatter. Some move nothing and hide how far to trust the number.",
    comment=_off_words,
    offer=offers.fill(
        "{" + ", ".join(f"{k}: []" for k in flaws.NUMBER.values()) + "}",
        *[offers.one(f"{k}. {said}", flaws.DIRECTIONS) for k, said in flaws.listing()],
    ),
    hint="Whatever lets the test films help is a leak.",
    next_hint="An interval that is missing does not move the number that it belongs to.",
)  # fmt: skip

# --- harm, sealed

WORDS = tuple(films.HARMS)  # source, patient, choice, poor


def _order(answer: tuple) -> tuple[str, ...]:
    return tuple(wordings.plain(str(word)) for word in answer)


HARM = ask.question(
    "harm",
    kinds.tuple_of(*[kinds.text(40)] * len(WORDS)),
    WORDS,
    lambda answer: sorted(_order(answer)) == sorted(WORDS),
    ask.slip(
        "another word",
        ("source", "patient", "choice", "labels"),
        "One of these is not among the four words: " + ", ".join(WORDS) + ".",
        lambda answer: not set(_order(answer)) <= set(WORDS),
    ),
    ask.slip(
        "one word four times",
        (WORDS[0],) * 4,
        "That is one word. All four are to be put in order.",
        lambda answer: len(set(_order(answer))) == 1,
    ),
    ask.slip(
        "a word twice",
        (WORDS[0], WORDS[0], WORDS[2], WORDS[3]),
        "A word stands twice, so another one is missing.",
        True,
    ),
    points=1,
    sealed=True,
    unfit="Four words, each in quotation marks, with commas between them; the most harmful first.",
    forms=[list(WORDS[::-1]), tuple(word.upper() + "." for word in WORDS)],
    task="Four flaws in the order of their harm",
    otherwise="Put the four words in order, the most harmful first.",
    why="Your order stands. Now look at what was measured.",
    offer=offers.fill("[]", offers.order("Click the most harmful first", sorted(WORDS))),
    hint="Which one alone could make an AUC close to 1?",
    next_hint="Four words in quotation marks, with commas between them.",
)

# --- one-cause

COUNT = 12


def _faces(answer: list, f: Frozen) -> bool:
    return set(answer) == set(f.shown.alike)


PAIR = ask.indices(
    "one-cause",
    lambda f: f.shown.same,
    ask.beyond(COUNT, "There is no film {i}; the last is {last}.", "beyond the last"),
    ask.slip(
        "similar patients",
        lambda f: sorted(f.shown.alike),
        "Compare the id, not the face.",
        _faces,
    ),
    ask.missed("A leak takes two: one film that trained, one that tests."),
    ask.slip(
        "one part",
        [0, 1],
        "Both films were in one part. A leak runs from train to test.",
        lambda answer: len(answer) > 1 and (max(answer) < COUNT // 2 or min(answer) >= COUNT // 2),
    ),
    points=2,
    look=True,
    limit=COUNT,
    task="The pair of films that proves the leak",
    otherwise="Two films, one of either row, with the same patient number below them.",
    why="One patient trains the network and tests it. The two films need not look alike.",
    comment=lambda answer, f: (
        f"Films {min(answer)} and {max(answer)}: patient {f.shown.patient[min(answer)]}."
    ),
    hint="The number below a film is the patient's.",
    next_hint="One number stands in both rows.",
)

# --- repair

WITHIN = 0.005


def _table(rng: np.random.Generator) -> object:
    """A small study: two sources of one class, one of both; some patients with many films."""
    import pandas as pd

    n = 90
    source = np.repeat(["archive", "ward", "clinic"], [n - 40, 20, 20])
    ill = np.concatenate([rng.integers(0, 2, n - 40), np.ones(20, int), np.zeros(20, int)])
    return pd.DataFrame(
        {
            "film": [f"f{k:03d}" for k in range(n)],
            "source": source,
            "patient": [f"p{k:02d}" for k in rng.integers(0, 30, n)],
            "ill": ill,
            "part": rng.permutation(np.repeat(["train", "val", "test"], [n - 60, 30, 30])),
        }
    )


def _scores(rng: np.random.Generator, table: object) -> np.ndarray:
    """Three networks (3, N): one is best on train, one on val, one on test."""
    ill, part = table["ill"].to_numpy(), table["part"].to_numpy()  # type: ignore[index]
    out = rng.random((3, len(ill)))
    for k, name in enumerate(("train", "val", "test")):
        rows = part == name
        out[k, rows] += 0.6 * ill[rows]
    return out


def _inputs(rng: np.random.Generator) -> list[tuple]:
    tables = [_table(rng) for _ in range(2)]
    return [(which, table, _scores(rng, table)) for which in ("same place", "parts", "report")
            for table in tables]  # fmt: skip


def repaired(classes: int = 2, together: str = "patient", part: str = "val", bare: bool = False):
    """The page's three functions with these words in their blanks."""

    def report(table: object, scores: np.ndarray) -> object:
        found = films.auc(table, scores[films.best(table, scores, part)], "test")
        return found.value if bare else found

    return films.together(
        lambda table: films.of_both(table, classes), lambda table: films.deal(table, together),
        report,
    )  # fmt: skip


def _asked(calls: list, which: str) -> list:
    return [call for call in calls if call.arguments[0] == which]


def _same_place(call: object) -> bool:
    table, kept = call.arguments[1], np.asarray(call.output)  # type: ignore[attr-defined]
    wanted = repairing.of_both_classes(table["source"].to_numpy(), table["ill"].to_numpy())
    return kept.shape == wanted.shape and bool((kept == wanted).all())


def _shared(call: object) -> int:
    """Patients in more than one part; -1 where a film has no part or a part is empty."""
    table, part = call.arguments[1], np.asarray(call.output)  # type: ignore[attr-defined]
    if part.shape != (len(table),) or set(part.tolist()) != {0, 1, 2}:
        return -1
    return int((table.assign(dealt=part).groupby("patient")["dealt"].nunique() > 1).sum())


def _reported(call: object, part: str = "val") -> bool:
    _, table, scores = call.arguments  # type: ignore[attr-defined]
    found = np.array(call.output, dtype=np.float64)  # type: ignore[attr-defined]
    wanted = films.auc(table, scores[films.best(table, scores, part)], "test")
    near = np.abs(found[0] - wanted.value) <= WITHIN
    return bool(near) if found.size == 1 else bool(
        near and found.size == 3 and np.abs(found[1:] - [wanted.lo, wanted.hi]).max() <= 4 * WITHIN
    )  # fmt: skip


def _mended(calls: list) -> bool:
    bare = [c for c in _asked(calls, "report") if np.size(c.output) != 3]
    return not bare and all(
        [
            *map(_same_place, _asked(calls, "same place")),
            *[_shared(call) == 0 for call in _asked(calls, "parts")],
            *map(_reported, _asked(calls, "report")),
        ]
    )


REPAIR = ask.function(
    "repair",
    kinds.array(100_000),
    repaired(),
    _mended,
    ask.slip(
        "sources of one class stay",
        repaired(classes=1),
        "The AUC is as high as before: another leak remains. Every source is kept, also those with "
        "ill or with normal films only.",
        lambda calls: not all(map(_same_place, _asked(calls, "same place"))),
    ),
    ask.slip(
        "dealt by film",
        repaired(together="film"),
        "{n} patients are still in two parts. Another leak remains.",
        lambda calls: any(_shared(call) > 0 for call in _asked(calls, "parts")),
        lambda calls: {"n": max(_shared(call) for call in _asked(calls, "parts"))},
    ),
    ask.slip(
        "a part is empty",
        repaired(together="source"),
        "A part is empty or patients are torn apart: that column is not what must stay together.",
        lambda calls: any(_shared(call) != 0 for call in _asked(calls, "parts")),
    ),
    ask.slip(
        "test chooses",
        repaired(part="test"),
        "The test films still choose the network. Another leak remains.",
        lambda calls: all(_reported(call, "test") for call in _asked(calls, "report")),
    ),
    ask.slip(
        "training chooses",
        repaired(part="train"),
        "The training films choose what was learned by heart. Choose on films that did not train.",
        lambda calls: all(_reported(call, "train") for call in _asked(calls, "report")),
    ),
    ask.slip(
        "no interval",
        repaired(bare=True),
        kinds.NO_INTERVAL,
        lambda calls: any(np.size(c.output) != 3 for c in _asked(calls, "report")),
    ),
    call="here.together(same_place, parts, report)",
    inputs=_inputs,
    points=3,
    forms=[repaired(classes=2.0), repaired(classes=np.int64(2), part="val")],
    task="Three repairs, one blank each",
    accepted=f"The AUC may differ by {ask.said(WITHIN)}.",
    otherwise="Fill the three blanks: how many classes, which column, which part.",
    why="No patient is in two parts, the test films choose nothing, and the AUC has its interval.",
    comment=lambda calls, f: (
        f"Over five deals: {f.ladder['as planted'].short()} as planted, "
        f"{f.ladder['test untouched'].short()} repaired. That is {f.advantage.short()} above the "
        "view alone."
    ),
    offer=offers.fill(
        "[], [], []",
        offers.one("classes that a source must hold", ["0", "1", "2"], quoted=False),
        offers.one("stays together in one part", ["film", "patient", "source"]),
        offers.one("part that chooses the network", ["train", "val", "test"]),
    ),
    hint="Ill and normal are two classes. What must never be torn apart?",
    next_hint="A choice belongs to films that neither train nor test.",
)

# --- verdict

VERDICT = ask.choice(
    "verdict",
    ("C", 2),
    names="decision, because",
    task="Buy, test locally, or reject?",
    letters={
        "A": ("buy", "Nothing of the claim is left after three repairs."),
        "B": (
            "test locally",
            "A local test asks for readers and weeks. This study does not show that there is "
            "anything to test: ask for a sound study first.",
        ),
    },
    because=("rejected for another reason", "Right decision. But which two reasons settle it?"),
    why="Say what you would need to change your mind: adults and normals of one hospital, patients "
    "in one part, choices on val films, an interval, the view and a reader to compare with.",
    comment=lambda answer, f: (
        f"Repaired, the AUC is {f.ladder['test untouched'].short()}, the "
        f"view alone {f.ladder['view alone'].short()}."
    ),
    hint="What was the network able to learn that is not pneumonia?",
    next_hint="Two things together: where the films come from, and who chose.",
)

EXERCISES = (FIND, PAIR, DIRECTIONS, HARM, REPAIR, VERDICT)
