"""Checks of lesson 02, "From files to a dataset"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from readingroom.assess import agreement, samplesize
from readingroom.questions import kinds
from readingroom.questions.exercises import Exercise, Wrong, no_such_reason

# Exercises whose value a later cell goes on with.
CARRIED = ("contact-sheet", "leaky-patients")

OLDEST = 110  # years; nobody in a chest film table is older
PARTS = ("train", "val", "test")
SHARES = (0.6, 0.2, 0.2)
SHARE_WITHIN = 0.05
EXTRA = 2  # sound films that may be ticked by mistake
KAPPA_WITHIN = 0.01
PPV_WITHIN = 0.005
EXPECTED, HALF_WIDTH, PREVALENCE = 0.85, 0.05, 0.05


@dataclass(frozen=True)
class Frozen:
    """What lesson 02's checks read: public tables, planted faults, and films by split.

    Attributes
    ----------
    ages : ndarray, (N,)
        Of the RSNA table.
    sheet : FaultySheet
    twins, twin_pairs, twins_inside : int
        Validation films equal to a training film; pairs of equal films across the two; pairs of
        equal films within training and within validation.
    shared : set of int
        Patients in training and test.
    shared_films : set of int
        Rows of their films.
    all_parts : set of int
        Patients in any two parts.
    people : set of int
        All patients.
    counts : ndarray, (2, 2)
        Text-mined (row) against panel (column), pneumothorax.
    text, panel : ndarray, (N,) of 0 and 1
        Of the simulated list.
    rules : ndarray, (6,)
        The rule that decides each disputed report.
    """

    ages: np.ndarray
    sheet: object
    twins: int
    twin_pairs: int
    twins_inside: int
    shared: frozenset
    shared_films: frozenset
    all_parts: frozenset
    people: frozenset
    counts: np.ndarray
    text: np.ndarray
    panel: np.ndarray
    rules: np.ndarray


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    from readingroom import data, simulator

    people = data.delivered("nih-1000", columns=("patient",), mode=mode).table
    held = {part: set(people["patient_number"][people["split"] == part]) for part in PARTS}
    shared = held["train"] & held["test"]
    rows = people.index[people["patient_number"].isin(shared)]
    films = simulator.clinic()
    return Frozen(
        ages=data.table("rsna")["age"].to_numpy(),
        sheet=simulator.faulty_sheet(),
        **_twins(data.delivered("children", size=28, mode=mode)),
        shared=frozenset(map(int, shared)),
        shared_films=frozenset(map(int, rows)),
        all_parts=frozenset(
            map(int, shared | held["train"] & held["val"] | held["val"] & held["test"])
        ),
        people=frozenset(map(int, set().union(*held.values()))),
        counts=_panel_table(data),
        text=simulator.mined(films["report"]).to_numpy(),
        panel=films["panel"].to_numpy(),
        rules=simulator.disputed(films["report"])[1],
    )


def _twins(films) -> dict:
    """Count equal films, by their bytes."""
    held = {part: Counter(film.tobytes() for film in films.part(part)[0]) for part in PARTS[:2]}
    train, val = held["train"], held["val"]
    return {
        "twins": sum(count for film, count in val.items() if film in train),
        "twin_pairs": sum(count * train[film] for film, count in val.items()),
        "twins_inside": sum(c * (c - 1) // 2 for part in held.values() for c in part.values()),
    }


def _panel_table(data) -> np.ndarray:
    text = data.table("nih")[["image", "Pneumothorax"]]
    both = data.table("adjudicated").merge(text, on="image", suffixes=("_panel", "_text"))
    return agreement.table(both["Pneumothorax_text"], both["Pneumothorax_panel"])


# --- impossible-age


def _too_old(frozen: Frozen) -> int:
    return int((frozen.ages > OLDEST).sum())


AGE = Exercise(
    slug="impossible-age",
    kind=kinds.number(),
    points=1,
    must=False,
    task="How many films of the RSNA table have an impossible age",
    accepts=lambda answer, frozen: answer == _too_old(frozen),
    reference=_too_old,
    also_right=lambda frozen: [
        np.int64(_too_old(frozen)),
        np.array([_too_old(frozen)]),
        int((frozen.ages >= 120).sum()),
    ],
    wrong=(
        Wrong(
            "the highest age",
            lambda frozen: int(frozen.ages.max()),
            "That is the highest age; count the films that cannot be right.",
        ),
        Wrong(
            "only the highest",
            lambda frozen: 1,
            "That one is not alone; sort the ages and look at the last ten.",
        ),
        Wrong(
            "all films",
            lambda frozen: len(frozen.ages),
            "That is every film; put the rule in brackets and take its .sum().",
        ),
        Wrong(
            "the old",
            lambda frozen: int((frozen.ages > 90).sum()),
            "Some of your patients are older than that; set the limit where nobody lives.",
            matches=lambda answer, frozen: _too_old(frozen) < answer < len(frozen.ages) / 2,
        ),
    ),
    otherwise="Not the number of films whose age no patient can have.",
    why="A rule that counts is a rule that can be run again on the next delivery.",
    hints=(
        'rsna["age"] > LIMIT gives True or False for each film; which limit?',
        "The sum of a row of True and False is the number of True.",
    ),
)

# --- contact-sheet

BINS = ("repair", "exclude", "flag")


def _planted(frozen: Frozen) -> tuple:
    return tuple(sorted(frozen.sheet.bin(name)) for name in BINS)


def _misplaced(answer: tuple, frozen: Frozen) -> list[tuple[int, str]]:
    """Planted films that are not where they belong, with their fault."""
    return [
        (film, frozen.sheet.fault[film])
        for bin_, planted in zip(answer, _planted(frozen), strict=True)
        for film in planted
        if film not in bin_
    ]


def _extra(answer: tuple, frozen: Frozen) -> int:
    """Ticks too many: sound films, and planted ones in a bin where they do not belong."""
    pairs = zip(answer, _planted(frozen), strict=True)
    return sum(len(set(bin_) - set(planted)) for bin_, planted in pairs)


def _sorted(answer: tuple, frozen: Frozen) -> bool:
    if set(answer[1]) & set(frozen.sheet.drains):
        return False
    return not _misplaced(answer, frozen) and _extra(answer, frozen) <= EXTRA


def _first(fault: str):
    """The first film with a fault that is not in its bin, as fields of a sentence."""
    return lambda answer, frozen: {
        "i": next(film for film, name in _misplaced(answer, frozen) if name == fault)
    }


def _missing(fault: str):
    return lambda answer, frozen: any(name == fault for _, name in _misplaced(answer, frozen))


def _moved(frozen: Frozen, fault: str, to: int) -> tuple:
    """The right answer with the films of one fault in another bin."""
    films = set(frozen.sheet.with_fault(fault))
    bins = [set(bin_) - films for bin_ in _planted(frozen)]
    bins[to] |= films
    return tuple(sorted(bin_) for bin_ in bins)


def _without(frozen: Frozen, fault: str) -> tuple:
    films = set(frozen.sheet.with_fault(fault))
    return tuple(sorted(set(bin_) - films) for bin_ in _planted(frozen))


def _within(fault: str, bin_: int):
    """Whether a film with a fault lies in a bin where it does not belong."""
    return lambda answer, frozen: bool(set(answer[bin_]) & set(frozen.sheet.with_fault(fault)))


def _in_exclude(frozen: Frozen, films) -> tuple:
    repair, exclude, flag = _planted(frozen)
    return repair, sorted({*exclude, *films}), flag


def _all_sheet(answer: tuple, frozen: Frozen) -> bool:
    return not _misplaced(answer, frozen)


def _nowhere(answer: tuple) -> list[int]:
    return sorted(film for bin_ in answer for film in bin_ if not 0 <= film < 60)


def _twice(answer: tuple) -> list[int]:
    counted = Counter(film for bin_ in answer for film in set(bin_))
    return sorted(film for film, times in counted.items() if times > 1)


SHEET = Exercise(
    slug="contact-sheet",
    kind=kinds.tuple_of(*[kinds.indices(60)] * 3),
    points=4,
    look=True,
    task="Sort the faulty films of the contact sheet: repair, exclude, keep and flag",
    accepts=lambda answer, frozen: _sorted(answer, frozen) and not _twice(answer),
    reference=_planted,
    also_right=lambda frozen: [
        tuple(set(bin_) for bin_ in _planted(frozen)),
        [np.array(bin_) for bin_ in _planted(frozen)],
        (*_planted(frozen)[:2], [*_planted(frozen)[2], _sound(frozen)]),
    ],
    unfit="Three sets of film numbers: repair, exclude, flag = {1, 2}, {3}, {4}",
    wrong=(
        Wrong(
            "no such film",
            lambda frozen: (*_planted(frozen)[:2], {60}),
            "There is no film {i}: the sheet goes from 0 to 59.",
            matches=lambda answer, frozen: bool(_nowhere(answer)),
            facts=lambda answer, frozen: {"i": _nowhere(answer)[0]},
        ),
        Wrong(
            "nothing sorted",
            lambda frozen: (set(), set(), set()),
            "All three bins are empty. Some films here have a fault: begin with what strikes you.",
            matches=lambda answer, frozen: not any(answer),
        ),
        Wrong(
            "a drain excluded",
            lambda frozen: _in_exclude(frozen, frozen.sheet.drains[:1]),
            "Film {i}: devices are patients too; excluding them makes the set prettier and wrong.",
            matches=lambda answer, frozen: bool(set(answer[1]) & set(frozen.sheet.drains)),
            facts=lambda answer, frozen: {"i": min(set(answer[1]) & set(frozen.sheet.drains))},
        ),
        Wrong(
            "in two bins",
            lambda frozen: (_planted(frozen)[0], *[{*bin_, 0} for bin_ in _planted(frozen)[1:]]),
            "Film {i} lies in two bins; a film can go one way only.",
            matches=lambda answer, frozen: bool(_twice(answer)),
            facts=lambda answer, frozen: {"i": _twice(answer)[0]},
        ),
        Wrong(
            "too many ticked",
            lambda frozen: (
                *_planted(frozen)[:2],
                sorted(set(range(60)) - set(_planted(frozen)[0]) - set(_planted(frozen)[1])),
            ),
            "You found the faults, but ticked {k} films too many. A poor chest is no poor film.",
            matches=_all_sheet,
            facts=lambda answer, frozen: {"k": _extra(answer, frozen)},
        ),
        Wrong(
            "inverted film excluded",
            lambda frozen: _moved(frozen, "inverted", 1),
            "Film {i} is inverted: two lines repair it; excluding costs a patient.",
            matches=_within("inverted", 1),
            facts=_first("inverted"),
        ),
        Wrong(
            "turned film excluded",
            lambda frozen: _moved(frozen, "turned", 1),
            "Film {i} lies on its side or upside down: turn it back and keep the patient.",
            matches=_within("turned", 1),
            facts=_first("turned"),
        ),
        Wrong(
            "rotated patient excluded",
            lambda frozen: _moved(frozen, "rotated patient", 1),
            "Film {i}: a patient who was turned. Your list is full of them: keep and flag.",
            matches=_within("rotated patient", 1),
            facts=_first("rotated patient"),
        ),
        Wrong(
            "cropped apex excluded",
            lambda frozen: _moved(frozen, "cropped apex", 1),
            "Film {i}: the apices are missing, the rest can be read: keep and flag.",
            matches=_within("cropped apex", 1),
            facts=_first("cropped apex"),
        ),
        Wrong(
            "lateral kept",
            lambda frozen: _moved(frozen, "lateral", 2),
            "Film {i} is no frontal film; nothing turns it into one.",
            matches=_within("lateral", 2),
            facts=_first("lateral"),
        ),
        Wrong(
            "missed inversion",
            lambda frozen: _without(frozen, "inverted"),
            "Film {i}: look at the contrast of lung and bone.",
            matches=_missing("inverted"),
            facts=_first("inverted"),
        ),
        Wrong(
            "missed rotated patient",
            lambda frozen: _without(frozen, "rotated patient"),
            "Film {i}: compare the two clavicles and the place of the spine.",
            matches=_missing("rotated patient"),
            facts=_first("rotated patient"),
        ),
        Wrong(
            "missed another",
            lambda frozen: _without(frozen, "cropped apex"),
            "Film {i} is not where it belongs. What is missing on it, or what was filed wrongly?",
            matches=lambda answer, frozen: True,
            facts=lambda answer, frozen: {"i": _misplaced(answer, frozen)[0][0]},
        ),
    ),
    otherwise="Three sets of film numbers between 0 and 59.",
    why="Each fault in its bin, and the drains stayed in: the log of this is part of the data.",
    hints=(
        "There are two kinds of fault for each bin, and two films of each kind.",
        "Repair: inverted, turned. Exclude: blank, lateral. Keep and flag: rotated, apex cut off.",
    ),
)


def _sound(frozen: Frozen) -> int:
    return next(
        film
        for film, fault in enumerate(frozen.sheet.fault)
        if not fault and film not in frozen.sheet.drains
    )


# --- twins

TWINS = Exercise(
    slug="twins",
    kind=kinds.number(),
    points=1,
    must=False,
    task="How many validation films equal a training film, byte for byte",
    accepts=lambda answer, frozen: answer == frozen.twins,
    reference=lambda frozen: frozen.twins,
    also_right=lambda frozen: [float(frozen.twins), np.int64(frozen.twins)],
    wrong=(
        Wrong(
            "none",
            lambda frozen: 0,
            "Compare the bytes of the pixels, not the file names.",
        ),
        Wrong(
            "pairs",
            lambda frozen: frozen.twin_pairs,
            "Those are pairs: a training film that lies there twice counts twice. Count the "
            "validation films.",
        ),
        Wrong(
            "pairs within the sets",
            lambda frozen: frozen.twin_pairs + frozen.twins_inside,
            "Across the two sets only, not within them.",
            matches=lambda answer, frozen: answer > frozen.twin_pairs,
        ),
    ),
    otherwise="Not the number of validation films whose bytes occur among the training films.",
    why="Whoever is judged on these has seen the answers.",
    hints=(
        "in_train is the set of all training fingerprints; for each validation film ask: in it?",
        "sum(h in in_train for h in of_val)",
    ),
)

# --- leaky-patients

LEAKY = Exercise(
    slug="leaky-patients",
    kind=kinds.indices(2_000),
    points=2,
    task="Patients who are in both training and test, by number",
    accepts=lambda answer, frozen: set(answer) == frozen.shared,
    reference=lambda frozen: sorted(frozen.shared),
    also_right=lambda frozen: [
        set(frozen.shared),
        np.array(sorted(frozen.shared, reverse=True)),
        tuple(frozen.shared),
    ],
    unfit="A set of patient numbers: set(a) & set(b) keeps those that are in both.",
    wrong=(
        Wrong(
            "nobody",
            lambda frozen: [],
            "You compared files, perhaps: no film is in both. Use the patient numbers.",
            matches=lambda answer, frozen: len(answer) == 0,
        ),
        Wrong(
            "how many",
            lambda frozen: [len(frozen.shared)],
            "That is how many they are. Name them; somebody has to move them.",
            matches=lambda answer, frozen: list(answer) == [len(frozen.shared)],
        ),
        Wrong(
            "no such patient",
            lambda frozen: [99_999],
            "No patient of this set has the number {i}.",
            matches=lambda answer, frozen: not set(answer) & (frozen.people | frozen.shared_films),
            facts=lambda answer, frozen: {"i": min(answer)},
        ),
        Wrong(
            "validation too",
            lambda frozen: sorted(frozen.all_parts),
            "Some of these are shared with validation; the question is training and test.",
            matches=lambda answer, frozen: (
                set(answer) <= frozen.all_parts and not set(answer) <= frozen.shared
            ),
        ),
        Wrong(
            "film numbers",
            lambda frozen: sorted(frozen.shared_films),
            "Those are films, not patients.",
            matches=lambda answer, frozen: (
                bool(set(answer) & frozen.shared_films) and not set(answer) & frozen.shared
            ),
        ),
        Wrong(
            "everybody of a part",
            lambda frozen: sorted(frozen.people),
            "Some of these are in one of the two parts only: & keeps those that are in both.",
            matches=lambda answer, frozen: (
                frozen.shared < set(answer) and not set(answer) <= frozen.all_parts
            ),
        ),
        Wrong(
            "not all",
            lambda frozen: sorted(frozen.shared)[1:],
            "Some are right, at least one is missing.",
            matches=lambda answer, frozen: set(answer) < frozen.shared,
        ),
    ),
    otherwise="Not the patients whose numbers occur in both parts.",
    why="Same anatomy, same devices on both sides: for these patients the exam is open book.",
    hints=(
        "set(...) keeps each number once; & keeps what is in both.",
        "set(train_patients) & set(test_patients)",
    ),
)

# --- split-by-patient


def _table(rng: np.random.Generator) -> dict:
    """Films of 500 patients, 1 to 8 of each, in random order."""
    numbers = rng.choice(90_000, 500, replace=False) + 10_000
    visits = np.minimum(1 + rng.poisson(1.6, len(numbers)), 8)
    patient = rng.permutation(np.repeat(numbers, visits))
    names = rng.permutation(len(patient))
    return {"film": [f"film-{k:04d}.png" for k in names], "patient": [int(p) for p in patient]}


def _tables(rng: np.random.Generator) -> list[tuple]:
    """Two tables; the first is asked twice."""
    first = _table(rng)
    again = {name: list(column) for name, column in first.items()}
    return [(first,), (again,), (_table(rng),)]


def _parts(call) -> list[str] | None:
    """The part of each film of one call, or None where the output is none."""
    given, output = call.arguments[0], call.output
    column = output.get("split") if isinstance(output, dict) else None
    ok = isinstance(column, list) and len(column) == len(given["patient"])
    return [str(part) for part in column] if ok else None


def _straddling(call) -> int:
    held: dict = {}
    for patient, part in zip(call.arguments[0]["patient"], _parts(call), strict=True):
        held.setdefault(patient, set()).add(part)
    return sum(len(parts) > 1 for parts in held.values())


def _shares(call) -> list[float]:
    parts = _parts(call)
    return [parts.count(name) / len(parts) for name in PARTS]


def _named(calls: list) -> bool:
    return all(_parts(call) is not None and set(_parts(call)) <= set(PARTS) for call in calls)


def _near(call) -> bool:
    return all(abs(a - b) <= SHARE_WITHIN for a, b in zip(_shares(call), SHARES, strict=True))


def _unsteady(calls: list) -> bool:
    return _parts(calls[0]) != _parts(calls[1])


def _split_well(calls: list, frozen: Frozen) -> bool:
    if not _named(calls) or _unsteady(calls):
        return False
    return all(_straddling(call) == 0 and _near(call) for call in calls)


def dealt(table: dict, by: str = "patient", seed: int | None = 2) -> dict:
    """Deal names of one column into 60, 20 and 20 %; the course's own answer deals patients."""
    rng = np.random.default_rng(seed)
    names = sorted(set(table[by]))
    rng.shuffle(names)
    first, second = round(0.6 * len(names)), round(0.8 * len(names))
    part = dict.fromkeys(names, "test")
    part |= dict.fromkeys(names[:second], "val") | dict.fromkeys(names[:first], "train")
    return {"split": [part[name] for name in table[by]]}


def _as_frame(table: dict):
    import pandas as pd

    frame = pd.DataFrame(table)
    return frame.assign(split=dealt(table, seed=7)["split"])


def _unseeded(table: dict) -> dict:
    return dealt(table, seed=None)


SPLIT = Exercise(
    slug="split-by-patient",
    kind=kinds.function(kinds.table(), calls=10),
    points=1,
    must=False,
    task="A split 60/20/20 in which no patient straddles",
    accepts=_split_well,
    reference=lambda frozen: dealt,
    also_right=lambda frozen: [
        lambda table: dealt(table, seed=11),
        _as_frame,
        lambda table: {**table, **dealt(table)},
    ],
    inputs=_tables,
    unfit="split is a function: keep the line `def split(table):` and what it returns.",
    wrong=(
        Wrong(
            "no column split",
            lambda frozen: lambda table: {"part": dealt(table)["split"]},
            'Return a mapping with "split": one of train, val and test for each film.',
            matches=lambda calls, frozen: not _named(calls),
        ),
        Wrong(
            "all train",
            lambda frozen: lambda table: {"split": ["train"] * len(table["film"])},
            "Test is empty.",
            matches=lambda calls, frozen: any(_shares(call)[2] == 0 for call in calls),
        ),
        Wrong(
            "random films",
            lambda frozen: lambda table: dealt(table, by="film"),
            "{k} patients have films in two parts or more: their films were dealt out, not they.",
            matches=lambda calls, frozen: _straddling(calls[0]) > 0,
            facts=lambda calls, frozen: {"k": _straddling(calls[0])},
        ),
        Wrong(
            "unseeded",
            lambda frozen: _unseeded,
            "Two runs differ: give the random numbers a seed.",
            matches=lambda calls, frozen: _unsteady(calls),
        ),
        Wrong(
            "other shares",
            lambda frozen: (
                lambda table: {
                    "split": [
                        "train" if p % 2 else "val" if p % 4 else "test" for p in table["patient"]
                    ]
                }
            ),
            "No patient straddles, but the parts are not near 60, 20 and 20 % of the films.",
            matches=lambda calls, frozen: True,
        ),
    ),
    otherwise="A part for each film, no patient in two parts, 60, 20 and 20 %.",
    why="Deal patients, then look up each film: whoever is in test was never met before.",
    hints=(
        "Whose names must be dealt out, so that a person is never torn apart?",
        "The table has two columns, film and patient; one of them is right.",
    ),
)

# --- protocol


def _rules_right(answer: tuple, frozen: Frozen) -> int:
    return int(sum(a == b for a, b in zip(answer, frozen.rules, strict=True)))


PROTOCOL = Exercise(
    slug="protocol",
    kind=kinds.tuple_of(*[kinds.number()] * 6),
    points=1,
    must=False,
    task="Which rule of the page decides each of six disputed reports",
    accepts=lambda answer, frozen: (
        _rules_right(answer, frozen) >= 5 and set(answer) <= {1, 2, 3, 4, 5}
    ),
    reference=lambda frozen: tuple(int(rule) for rule in frozen.rules),
    also_right=lambda frozen: [
        [float(rule) for rule in frozen.rules],
        np.array(frozen.rules),
        (*(int(rule) for rule in frozen.rules[:5]), 2),
    ],
    unfit="Six rule numbers, one for each report: rules = (1, 1, 1, 1, 1, 1)",
    wrong=(
        Wrong(
            "no such rule",
            lambda frozen: (*(int(rule) for rule in frozen.rules[:5]), 6),
            "The page has five rules, 1 to 5; there is no rule {i:g}.",
            matches=lambda answer, frozen: any(rule not in {0, 1, 2, 3, 4, 5} for rule in answer),
            facts=lambda answer, frozen: {
                "i": next(rule for rule in answer if rule not in {0, 1, 2, 3, 4, 5})
            },
        ),
        Wrong(
            "always positive",
            lambda frozen: (1,) * 6,
            "Rule 4 has a third answer: unsure, to adjudication.",
            matches=lambda answer, frozen: set(answer) == {1},
        ),
        Wrong(
            "labels",
            lambda frozen: (0, 1, 0, 0, 0, 1),
            "Those look like labels; give the number of the rule, 1 to 5.",
            matches=lambda answer, frozen: not set(answer) <= {1, 2, 3, 4, 5},
        ),
        Wrong(
            "own habit",
            lambda frozen: tuple({4: 1, 3: 2, 5: 2}.get(int(rule), 1) for rule in frozen.rules),
            "You may be right; the page has to say it before, not after.",
            matches=lambda answer, frozen: set(answer) <= {1, 2},
        ),
    ),
    otherwise="At least two go by another rule. Read the page first, then each report once more.",
    why="Whoever labels next week will decide the same: that is what the page is for.",
    hints=("Read the page first.", "Hedged, gone, and cannot be shown are three different rules."),
)

# --- kappa


def _chance(counts: np.ndarray) -> float:
    return float((counts.sum(0) * counts.sum(1)).sum() / counts.sum() ** 2)


def _raw(counts: np.ndarray) -> float:
    return float(agreement.raw_of(counts))


def _kappa(frozen: Frozen) -> float:
    return float(agreement.kappa_of(frozen.counts.astype(float)))


KAPPA = Exercise(
    slug="kappa",
    kind=kinds.number(),
    points=2,
    must=False,
    fraction=True,
    task="Cohen's kappa of text-mined labels and panel, pneumothorax",
    accepts=lambda answer, frozen: abs(answer - _kappa(frozen)) <= KAPPA_WITHIN,
    reference=_kappa,
    also_right=lambda frozen: [round(_kappa(frozen), 2), np.float32(_kappa(frozen))],
    same=lambda one, other, frozen: abs(one - other) <= KAPPA_WITHIN,
    wrong=(
        Wrong(
            "raw agreement",
            lambda frozen: _raw(frozen.counts),
            "That is agreement before chance is taken off; pe has two parts, both yes and both no.",
        ),
        Wrong(
            "divided by raw agreement",
            lambda frozen: 1 - _chance(frozen.counts) / _raw(frozen.counts),
            "Divide by 1 - pe.",
        ),
        Wrong(
            "chance alone",
            lambda frozen: _chance(frozen.counts),
            "That is what chance alone would give; subtract it.",
        ),
        Wrong(
            "brackets forgotten",
            lambda frozen: _raw(frozen.counts) - 2 * _chance(frozen.counts),
            "Kappa below zero? Brackets: the whole of (po - pe), divided by the whole of (1 - pe).",
            matches=lambda answer, frozen: answer < 0,
        ),
        Wrong(
            "positive agreement",
            lambda frozen: float(frozen.counts[1, 1] / frozen.counts[1].sum()),
            "That looks at the films with a yes only; kappa counts the shared no as well.",
        ),
    ),
    otherwise="Not (po - pe) / (1 - pe) of this table.",
    why="Of the agreement that chance had left open, not even half was reached.",
    hints=(
        "pe: both say yes by chance, plus both say no by chance.",
        "(po - pe) / (1 - pe), with po the share of films on which both agree.",
    ),
)

# --- text-against-panel


def _ppv(frozen: Frozen) -> float:
    return float(agreement.confirmed(frozen.text, frozen.panel, draws=1).value)


def _found(frozen: Frozen) -> float:
    return float(agreement.confirmed(frozen.panel, frozen.text, draws=1).value)


PANEL = Exercise(
    slug="text-against-panel",
    kind=kinds.number(),
    points=2,
    fraction=True,
    task="Share of the text-mined positives that the panel confirms (simulated reports)",
    accepts=lambda answer, frozen: abs(answer - _ppv(frozen)) <= PPV_WITHIN,
    reference=_ppv,
    also_right=lambda frozen: [round(_ppv(frozen), 3), np.float64(_ppv(frozen))],
    same=lambda one, other, frozen: abs(one - other) <= PPV_WITHIN,
    wrong=(
        Wrong(
            "the panel's positives below",
            _found,
            "You divided by the panel's positives; the question starts from the text.",
        ),
        Wrong(
            "agreement",
            lambda frozen: float(np.mean(frozen.text == frozen.panel)),
            "That counts the many shared negatives.",
        ),
        Wrong(
            "share of all films",
            lambda frozen: float(np.mean(frozen.text & frozen.panel)),
            "You divided by all films; divide by those that the text calls positive.",
        ),
        Wrong(
            "a count",
            lambda frozen: int(np.sum(frozen.text & frozen.panel)),
            "That is a number of films; divide it by the films that the text calls positive.",
            matches=lambda answer, frozen: answer > 1,
        ),
        Wrong(
            "the real table",
            lambda frozen: float(frozen.counts[1, 1] / frozen.counts[1].sum()),
            "That is the real table further up; the question is about the simulated reports.",
        ),
    ),
    otherwise="Not the share of text positives that the panel calls positive too.",
    why="So many of the labels you would train on would not survive a second look.",
    hints=(
        "Start from the films the text calls positive. How many of them does the panel confirm?",
        "panel[text == 1].mean()",
    ),
)

# --- how-many


def _needed(frozen: Frozen) -> tuple[int, int]:
    least = samplesize.positives(EXPECTED, HALF_WIDTH)
    return least, samplesize.films(EXPECTED, HALF_WIDTH, PREVALENCE)


def _enough(answer: tuple, frozen: Frozen) -> bool:
    ill, total = answer
    return 190 <= ill <= 200 and abs(total - ill / PREVALENCE) <= 20


HOW_MANY = Exercise(
    slug="how-many",
    kind=kinds.tuple_of(kinds.number(), kinds.number()),
    points=2,
    task="Films needed for a sensitivity of .85 give or take .05 at a prevalence of .05",
    accepts=_enough,
    reference=_needed,
    also_right=lambda frozen: [
        [float(part) for part in _needed(frozen)],
        (195.9, 3918),
        (
            samplesize.positives(EXPECTED, HALF_WIDTH, "wilson"),
            samplesize.films(EXPECTED, HALF_WIDTH, PREVALENCE, "wilson"),
        ),
    ],
    unfit="Two numbers: films with the finding, then films in all.",
    wrong=(
        Wrong(
            "nothing or less",
            lambda frozen: (0, 0),
            "No test set has {i:g} films with the finding. Put p and d into the formula.",
            matches=lambda answer, frozen: answer[0] <= 0,
            facts=lambda answer, frozen: {"i": answer[0]},
        ),
        Wrong(
            "the worked example",
            lambda frozen: (
                samplesize.positives(0.90, HALF_WIDTH),
                samplesize.films(0.90, HALF_WIDTH, PREVALENCE),
            ),
            "Those are the numbers of the worked example, for .90; the task gives .85.",
            matches=lambda answer, frozen: 136 <= answer[0] <= 142,
        ),
        Wrong(
            "prevalence forgotten",
            lambda frozen: (196, 196),
            "Those are the positives; divide by the prevalence.",
            matches=lambda answer, frozen: answer[0] == answer[1],
        ),
        Wrong(
            "multiplied",
            lambda frozen: (196, 9.8),
            "Fewer films than positives?",
            matches=lambda answer, frozen: answer[1] < answer[0],
        ),
        Wrong(
            "worst case",
            lambda frozen: (385, 7700),
            "You used p = .5, the worst case; the task gives .85.",
            matches=lambda answer, frozen: 380 <= answer[0] <= 390,
        ),
        Wrong(
            "half of the half",
            lambda frozen: (784, 15680),
            "d is .05, what you want to either side; you halved it once more.",
            matches=lambda answer, frozen: 775 <= answer[0] <= 790,
        ),
        Wrong(
            "wrong total",
            lambda frozen: (196, 206),
            "Films with the finding: right. They are 5 % of all, so divide by the prevalence.",
            matches=lambda answer, frozen: 190 <= answer[0] <= 200,
        ),
        Wrong(
            "whole width",
            lambda frozen: (49, 980),
            "That interval is twice as wide as asked: d is .05, half of its width.",
            matches=lambda answer, frozen: 45 <= answer[0] <= 55,
        ),
    ),
    otherwise="1.96 squared times p (1 - p) over d squared; then divide by the prevalence.",
    why="Thousands of films for one sensitivity: plan the interval before collecting.",
    hints=(
        "First the positives, from the formula; then ask how many films hold that many.",
        "1.96 ** 2 * p * (1 - p) / d ** 2, and divide by the prevalence.",
    ),
)

# --- layer-four

LAYER = Exercise(
    slug="layer-four",
    kind=kinds.choice(),
    points=2,
    task="May set X be released for training and for testing, and why",
    accepts=lambda answer, frozen: answer == ("C", 3),
    reference=lambda frozen: ("C", 3),
    also_right=lambda frozen: [("c", 3), ["C", 3.0], ("C", "3")],
    unfit='One letter in quotation marks and a bare number, 1 to 4: release, because = "A", 1',
    wrong=(
        no_such_reason("C"),
        Wrong(
            "released",
            lambda frozen: ("A", 1),
            "Clean is layer 3.",
            matches=lambda answer, frozen: answer[0] == "A",
        ),
        Wrong(
            "testing only",
            lambda frozen: ("B", 2),
            "The other way round: a test asks more of its labels and of its numbers.",
            matches=lambda answer, frozen: answer[0] == "B",
        ),
        Wrong(
            "no use at all",
            lambda frozen: ("D", 3),
            "Too strict: it can teach, it cannot judge.",
            matches=lambda answer, frozen: answer[0] == "D",
        ),
        Wrong(
            "right release, wrong reason",
            lambda frozen: ("C", 1),
            "Right release; but is that what keeps it from judging?",
            matches=lambda answer, frozen: answer[0] == "C",
        ),
    ),
    otherwise="Choose one of A, B, C, D and a reason from 1 to 4.",
    why="One reader and 22 positives: neither the standard nor the number carries a claim.",
    hints=(
        "What would the interval be?",
        "Ask twice: what may it teach, and what may be concluded from a test on it?",
    ),
)

EXERCISES = (
    AGE, SHEET, TWINS, LEAKY, SPLIT, PROTOCOL, KAPPA, PANEL, HOW_MANY, LAYER,
)  # fmt: skip
