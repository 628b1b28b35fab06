"""Checks of lesson 02, "From files to a dataset"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from readingroom import data, simulator
from readingroom.assess import agreement, samplesize
from readingroom.questions import builders as ask, kinds, offers

# Exercises whose value a later cell goes on with.
CARRIED = ("contact-sheet", "leaky-patients")
CANNOT_SHOW = 5  # the rule of a film that cannot show it

OLDEST = 110  # years; nobody in a chest film table is older
PARTS = ("train", "val", "test")
SHARES = (0.6, 0.2, 0.2)
SHARE_WITHIN = 0.05
EXTRA = 2  # sound films that may be ticked by mistake
KAPPA_WITHIN = 0.01
PPV_WITHIN = 0.005
ILL_WITHIN, TOTAL_WITHIN = 6, 20  # how-many
EXPECTED, HALF_WIDTH, PREVALENCE = 0.85, 0.05, 0.05


NOT_A_COUNT = ask.slip(
    "not a count",
    -1,
    "A count is a whole number, 0 or more.",
    lambda answer: answer < 0 or answer != int(answer),
)


@dataclass(frozen=True)
class Frozen:
    """What lesson 02's checks read: public tables, planted faults, and films by split.

    Attributes
    ----------
    ages : ndarray, (N,)
        Of the RSNA table.
    sheet : FaultySheet
    twins, twin_pairs, twins_inside, val_films, train_films : int
        Validation films equal to a training film; pairs of equal films across the two; pairs of
        equal films within training and within validation; films of the two.
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
    val_films: int
    train_films: int
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
        "val_films": val.total(),
        "train_films": train.total(),
        "twins_inside": sum(c * (c - 1) // 2 for part in held.values() for c in part.values()),
    }


def _panel_table(data) -> np.ndarray:
    text = data.table("nih")[["image", "Pneumothorax"]]
    both = data.table("adjudicated").merge(text, on="image", suffixes=("_panel", "_text"))
    return agreement.table(both["Pneumothorax_text"], both["Pneumothorax_panel"])


# --- impossible-age


def _too_old(frozen: Frozen) -> int:
    return int((frozen.ages > OLDEST).sum())


AGE = ask.number(
    "impossible-age",
    _too_old,
    ask.slip(
        "the highest age",
        lambda f: int(f.ages.max()),
        "That is the highest age. Count the films whose age cannot be right.",
    ),
    ask.slip(
        "only the highest", 1, "There are more than one. Sort the ages and look at the last ten."
    ),
    ask.slip(
        "a share",
        lambda f: float((f.ages > OLDEST).mean()),
        "That is a share. Count the films: .sum() in place of .mean().",
        lambda answer: 0 < answer < 1,
    ),
    ask.slip(
        "all films",
        lambda f: len(f.ages),
        "That is every film; put the rule in brackets and take its .sum().",
    ),
    ask.slip(
        "the old",
        lambda f: int((f.ages > 90).sum()),
        "Some patients are as old as that. Set the limit above the age that anybody reaches.",
        lambda answer, f: _too_old(f) < answer < len(f.ages) / 2 and answer == int(answer),
    ),
    ask.slip(
        "the possible ages",
        lambda f: int((f.ages < OLDEST).sum()),
        "That is most of the films, or more than there are. Turn the sign round: the rule looks "
        "for ages above a limit.",
        lambda answer, f: answer >= len(f.ages) / 2,
    ),
    NOT_A_COUNT,
    accepts=lambda answer, f: answer == _too_old(f),
    points=1,
    task="How many films of the RSNA table have an impossible age",
    forms=lambda f: [
        np.int64(_too_old(f)),
        np.array([_too_old(f)]),
        int((f.ages >= 120).sum()),
    ],
    unfit="Type a number, or a rule in brackets with .sum() behind it.",
    otherwise="There are more than that. Set the limit at an age that nobody reaches, not higher.",
    why="A rule that counts can be run again on the next delivery.",
    comment=lambda answer, f: (
        f"{_too_old(f)} of {len(f.ages)} films; the highest age is {f.ages.max():.0f} years."
    ),
    hint='rsna["age"] > LIMIT gives True or False for each film; which limit?',
    next_hint="The sum of a row of True and False is the number of True.",
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
    if _sound_out(answer, frozen):
        return False
    return not _misplaced(answer, frozen) and _extra(answer, frozen) <= EXTRA


def _sound_out(answer: tuple, frozen: Frozen) -> list[int]:
    """Films without a fault in the bin of those that are thrown out."""
    return [i for i in answer[1] if 0 <= i < 60 and not frozen.sheet.fault[i]]


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


SHEET = ask.question(
    "contact-sheet",
    kinds.tuple_of(*[kinds.indices(60)] * 3),
    _planted,
    lambda answer, f: _sorted(answer, f) and not _twice(answer) and not _nowhere(answer),
    ask.slip(
        "no such film",
        lambda f: (*_planted(f)[:2], {*_planted(f)[2], 60}),
        "There is no film {i}: the sheet goes from 0 to 59.",
        lambda answer: bool(_nowhere(answer)),
        lambda answer: {"i": _nowhere(answer)[0]},
    ),
    ask.slip(
        "nothing sorted",
        lambda f: (set(), set(), set()),
        "All three bins are empty. Some films here have a fault: begin with a film that looks odd.",
        lambda answer: not any(answer),
    ),
    ask.slip(
        "a drain excluded",
        lambda f: _in_exclude(f, f.sheet.drains[:1]),
        "Film {i} has a drain. A drain is no fault: without such patients the set is prettier and "
        "wrong.",
        lambda answer, f: bool(set(answer[1]) & set(f.sheet.drains)),
        lambda answer, f: {"i": min(set(answer[1]) & set(f.sheet.drains))},
    ),
    ask.slip(
        "a sound film excluded",
        lambda f: _in_exclude(f, [_sound(f)]),
        "Film {i} is a frontal chest film without a fault. Illness is no reason to exclude it.",
        lambda answer, f: bool(_sound_out(answer, f)) and not _twice(answer),
        lambda answer, f: {"i": _sound_out(answer, f)[0]},
    ),
    ask.slip(
        "in two bins",
        lambda f: (_planted(f)[0], *[{*bin_, 0} for bin_ in _planted(f)[1:]]),
        "Film {i} lies in two bins; a film can go one way only.",
        lambda answer: bool(_twice(answer)),
        lambda answer: {"i": _twice(answer)[0]},
    ),
    ask.slip(
        "too many ticked",
        lambda f: (
            *_planted(f)[:2],
            sorted(set(range(60)) - set(_planted(f)[0]) - set(_planted(f)[1])),
        ),
        "You found the faults, but ticked {k} films too many. An ill chest is no faulty film.",
        _all_sheet,
        lambda answer, f: {"k": _extra(answer, f)},
    ),
    ask.slip(
        "inverted film excluded",
        lambda f: _moved(f, "inverted", 1),
        "Film {i} is inverted. That can be repaired; excluding it costs a patient.",
        _within("inverted", 1),
        _first("inverted"),
    ),
    ask.slip(
        "turned film excluded",
        lambda f: _moved(f, "turned", 1),
        "Film {i} lies on its side or upside down: turn it back and keep the patient.",
        _within("turned", 1),
        _first("turned"),
    ),
    ask.slip(
        "rotated patient excluded",
        lambda f: _moved(f, "rotated patient", 1),
        "Film {i}: the patient stood rotated. Your own list is full of such films: keep and flag.",
        _within("rotated patient", 1),
        _first("rotated patient"),
    ),
    ask.slip(
        "cropped apex excluded",
        lambda f: _moved(f, "cropped apex", 1),
        "Film {i}: the apices are missing, the rest can be read: keep and flag.",
        _within("cropped apex", 1),
        _first("cropped apex"),
    ),
    ask.slip(
        "lateral kept",
        lambda f: _moved(f, "lateral", 2),
        "Film {i} is no frontal film; nothing turns it into one.",
        _within("lateral", 2),
        _first("lateral"),
    ),
    ask.slip(
        "missed inversion",
        lambda f: _without(f, "inverted"),
        "Film {i}: look at the contrast of lung and bone.",
        _missing("inverted"),
        _first("inverted"),
    ),
    ask.slip(
        "missed rotated patient",
        lambda f: _without(f, "rotated patient"),
        "Film {i}: compare the two clavicles and the place of the spine.",
        _missing("rotated patient"),
        _first("rotated patient"),
    ),
    ask.slip(
        "missed another",
        lambda f: _without(f, "cropped apex"),
        "Film {i} is not in its bin. Look at it in large: is something missing, or stored wrongly?",
        True,
        lambda answer, f: {"i": _misplaced(answer, f)[0][0]},
    ),
    points=4,
    look=True,
    accepted=f"Up to {EXTRA} sound films in repair or flag are forgiven, none in exclude.",
    task="Sort the faulty films of the contact sheet: repair, exclude, keep and flag",
    forms=lambda f: [
        tuple(set(bin_) for bin_ in _planted(f)),
        [np.array(bin_) for bin_ in _planted(f)],
        (*_planted(f)[:2], [*_planted(f)[2], _sound(f)]),
    ],
    unfit="Three sets of film numbers: repair, exclude, flag = {1, 2}, {3}, {4}",
    otherwise="Three sets of film numbers between 0 and 59.",
    why="Each fault is in its bin, and no patient was lost for being ill or having a drain.",
    comment=lambda answer, f: (
        f"Repair {len(answer[0])}, exclude {len(answer[1])}, flag {len(answer[2])}; "
        f"ticked without a fault: {_extra(answer, f)}."
    ),
    hint="There are two kinds of fault for each bin, and two films of each kind.",
    next_hint="Repair: inverted, turned. Exclude: blank, lateral. Keep and "
    "flag: rotated, apex cut off.",
)


def _sound(frozen: Frozen) -> int:
    return next(
        film
        for film, fault in enumerate(frozen.sheet.fault)
        if not fault and film not in frozen.sheet.drains
    )


# --- twins

TWINS = ask.number(
    "twins",
    lambda f: f.twins,
    ask.slip("none", 0, "Compare the bytes of the pixels, not the file names."),
    ask.slip(
        "a share",
        0.015,
        "That is a share. Count the films.",
        lambda answer: 0 < answer < 1,
    ),
    ask.slip(
        "pairs",
        lambda f: f.twin_pairs,
        "Those are pairs: a training film that lies there twice counts twice. Count the "
        "validation films.",
    ),
    ask.slip(
        "pairs within the sets",
        lambda f: f.twin_pairs + f.twins_inside,
        "That also counts pairs within one set. Count across the two sets only.",
    ),
    ask.slip(
        "the others",
        lambda f: f.val_films - f.twins,
        "Those are the validation films without a twin, or all of them. Count those with one.",
        lambda answer, f: f.val_films - f.twins <= answer <= f.val_films,
    ),
    ask.slip(
        "training films",
        lambda f: f.train_films,
        "There are not so many validation films. Count the validation films, not the others.",
        lambda answer, f: answer > f.val_films,
    ),
    NOT_A_COUNT,
    points=1,
    task="How many validation films equal a training film, byte for byte",
    forms=lambda f: [float(f.twins), np.int64(f.twins)],
    otherwise="That is another number. Count the validation films whose hash is in in_train.",
    why="On these films a model is asked what it has already seen.",
    comment=lambda answer, f: f.twins and f"{f.twins} validation films are also training films.",
    why_none="None: no validation film is a training film again, byte for byte.",
    hint="in_train is the set of all training fingerprints; for each validation film ask: in it?",
    next_hint="sum(h in in_train for h in of_val)",
)

# --- leaky-patients


def _nobody(answer: list[int], frozen: Frozen) -> set[int]:
    """Numbers that no patient has, nor any of the shared films."""
    return set(answer) - frozen.people - frozen.shared_films


LEAKY = ask.indices(
    "leaky-patients",
    lambda f: f.shared,
    ask.none("You compared files, perhaps: no film is in both. Use the patient numbers.", "nobody"),
    ask.slip(
        "how many",
        lambda f: [len(f.shared)],
        "That is how many they are. Name them; somebody has to move them.",
        lambda answer, f: list(answer) == [len(f.shared)],
    ),
    ask.slip(
        "no such patient",
        [99_999],
        "No patient of this set has the number {i}.",
        lambda answer, f: bool(_nobody(answer, f)),
        lambda answer, f: {"i": min(_nobody(answer, f))},
    ),
    ask.slip(
        "validation too",
        lambda f: sorted(f.all_parts),
        "Some of these are shared with validation; the question is training and test.",
        lambda answer, f: set(answer) <= f.all_parts and not set(answer) <= f.shared,
    ),
    ask.slip(
        "film numbers",
        lambda f: sorted(f.shared_films),
        "Those are films, not patients.",
        lambda answer, f: set(answer) <= f.shared_films and not set(answer) & f.shared,
    ),
    ask.slip(
        "in one part only",
        lambda f: sorted(f.people - f.shared),
        "None of these is in both parts: & keeps those that are in both.",
        lambda answer, f: not set(answer) & f.shared,
    ),
    ask.slip(
        "everybody of a part",
        lambda f: sorted(f.people),
        "Some of these are in one of the two parts only: & keeps those that are in both.",
        lambda answer, f: f.shared < set(answer) and not set(answer) <= f.all_parts,
    ),
    ask.missed("Some are right, at least one is missing.", "not all"),
    limit=2_000,
    task="Patients who are in both training and test, by number",
    unfit="A set of patient numbers: set(a) & set(b) keeps those that are in both.",
    otherwise="Some of these are in one part only. Take the numbers that occur in both.",
    why="The model has met the anatomy and the devices of these patients in training.",
    comment=lambda answer, f: (
        f.shared and f"{len(f.shared)} patients, with {len(f.shared_films)} films."
    ),
    why_none="None: no patient has films on both sides, so far as the numbers tell.",
    hint="set(...) keeps each number once; & keeps what is in both.",
    next_hint="set(train_patients) & set(test_patients)",
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


SPLIT = ask.question(
    "split-by-patient",
    kinds.function(kinds.table(), calls=10),
    dealt,
    _split_well,
    ask.slip(
        "no column split",
        lambda table: {"part": dealt(table)["split"]},
        'Return a mapping with "split": one of train, val and test for each film.',
        lambda calls: not _named(calls),
    ),
    ask.slip(
        "all train",
        lambda table: {"split": ["train"] * len(table["film"])},
        "The test part is empty.",
        lambda calls: any(_shares(call)[2] == 0 for call in calls),
    ),
    ask.slip(
        "random films",
        lambda table: dealt(table, by="film"),
        "{k} patients have films in two parts or more. Distribute patients, not films.",
        lambda calls: _straddling(calls[0]) > 0,
        lambda calls: {"k": _straddling(calls[0])},
    ),
    ask.slip(
        "unseeded",
        _unseeded,
        "Two runs differ: give the random numbers a seed.",
        lambda calls: _unsteady(calls),
    ),
    ask.slip(
        "other shares",
        lambda table: {
            "split": ["train" if p % 2 else "val" if p % 4 else "test" for p in table["patient"]]
        },
        "No patient is in two parts, but the parts are not near 60, 20 and 20 % of the films.",
        True,
    ),
    points=1,
    task="A split 60/20/20 with no patient in two parts",
    forms=lambda f: [
        lambda table: dealt(table, seed=11),
        _as_frame,
        lambda table: {**table, **dealt(table)},
    ],
    inputs=_tables,
    unfit="split is a function: keep its first line and its last, the one with return.",
    otherwise="A part for each film, no patient in two parts, 60, 20 and 20 %.",
    why="No patient of the test part was met in training.",
    comment=lambda calls: "Patients in two parts: 0. Train, val, test: {} of the films.".format(
        ", ".join(f"{share:.0%}" for share in _shares(calls[0]))
    ),
    hint="What must stay together: all films of one ...?",
    next_hint="The table has two columns, film and patient; one of them is right.",
)

# --- protocol


def _rules_right(answer: tuple, frozen: Frozen) -> int:
    return int(sum(a == b for a, b in zip(answer, frozen.rules, strict=True)))


def _supine_missed(answer: tuple, frozen: Frozen) -> list[int]:
    """Reports, from 1, of a film that cannot show it and that were given another rule."""
    pairs = enumerate(zip(answer, frozen.rules, strict=True), start=1)
    return [k for k, (typed, rule) in pairs if rule == CANNOT_SHOW != typed]


def _on_protocol(answer: tuple, frozen: Frozen) -> str:
    """How many of the six fit, and which one does not."""
    pairs = enumerate(zip(answer, frozen.rules, strict=True), start=1)
    off = [f" Report {k} goes by rule {rule}." for k, (typed, rule) in pairs if typed != rule]
    return f"{_rules_right(answer, frozen)} of 6." + "".join(off)


PROTOCOL = ask.question(
    "protocol",
    kinds.tuple_of(*[kinds.number()] * 6),
    lambda f: tuple(int(rule) for rule in f.rules),
    lambda answer, f: (
        _rules_right(answer, f) >= 5
        and set(answer) <= {1, 2, 3, 4, 5}
        and not _supine_missed(answer, f)
    ),
    ask.slip(
        "no such rule",
        lambda f: (*(int(rule) for rule in f.rules[:5]), 6),
        "The page has five rules, 1 to 5; there is no rule {i:g}.",
        lambda answer: any(rule not in {0, 1, 2, 3, 4, 5} for rule in answer),
        lambda answer: {"i": next(rule for rule in answer if rule not in {0, 1, 2, 3, 4, 5})},
    ),
    ask.slip(
        "always positive",
        (1,) * 6,
        "Not every report is positive. Rule 4, for instance, says: unsure, to the adjudicator.",
        lambda answer: set(answer) == {1},
    ),
    ask.slip(
        "labels",
        (0, 1, 0, 0, 0, 1),
        "Those look like labels; give the number of the rule, 1 to 5.",
        lambda answer: not set(answer) <= {1, 2, 3, 4, 5},
    ),
    ask.slip(
        "not shown is not ruled out",
        lambda f: tuple(2 if rule == CANNOT_SHOW else int(rule) for rule in f.rules),
        "Report {k}: a film that cannot show it rules nothing out. Which rule is for such films?",
        lambda answer, f: _rules_right(answer, f) >= 5,
        lambda answer, f: {"k": _supine_missed(answer, f)[0]},
    ),
    ask.slip(
        "own habit",
        lambda f: tuple({4: 1, 3: 2, 5: 2}.get(int(rule), 1) for rule in f.rules),
        "Every answer is plain yes or no. The page has three more rules: hedged, gone, cannot be "
        "shown.",
        lambda answer: set(answer) <= {1, 2},
    ),
    points=1,
    accepted="One of the six may differ, but not the film that cannot show the finding.",
    comment=_on_protocol,
    task="Which rule of the page decides each of six disputed reports",
    forms=lambda f: [
        [float(rule) for rule in f.rules],
        np.array(f.rules),
        (*(int(rule) for rule in f.rules[:5]), 2),  # the last one is no supine film
    ],
    unfit="Type six rule numbers, one for each report: rules = (1, 1, 1, 1, 1, 1)",
    otherwise="At least two go by another rule. Read the page first, then each report once more.",
    why="With the page, the person who labels next week will decide the same.",
    hint="Read the page first.",
    next_hint="Hedged, gone, and cannot be shown are three different rules.",
    offer=offers.fill(
        "([], [], [], [], [], [])",
        *(offers.one(f"Report {n}: rule", "12345", quoted=False) for n in range(1, 7)),
    ),
)

# --- kappa


def _chance(counts: np.ndarray) -> float:
    return float((counts.sum(0) * counts.sum(1)).sum() / counts.sum() ** 2)


def _raw(counts: np.ndarray) -> float:
    return float(agreement.raw_of(counts))


def _kappa(frozen: Frozen) -> float:
    return float(agreement.kappa_of(frozen.counts.astype(float)))


KAPPA = ask.share(
    "kappa",
    _kappa,
    ask.slip(
        "raw agreement",
        lambda f: _raw(f.counts),
        "That is agreement before chance is taken off; pe has two parts, both yes and both no.",
    ),
    ask.slip(
        "divided by raw agreement",
        lambda f: 1 - _chance(f.counts) / _raw(f.counts),
        "Divide by 1 - pe.",
    ),
    ask.slip(
        "chance alone",
        lambda f: _chance(f.counts),
        "That is what chance alone would give; subtract it.",
    ),
    ask.slip(
        "both yes only",
        lambda f: (f.counts[1, 1] / f.counts.sum() - _chance(f.counts)) / (1 - _chance(f.counts)),
        "Your po counts the films to which both say yes. They also agree where both say no.",
    ),
    ask.slip(
        "po and pe exchanged",
        lambda f: -_kappa(f),
        "You took po from pe. It is the other way round: what chance gives is taken off.",
    ),
    ask.slip(
        "brackets forgotten",
        lambda f: _raw(f.counts) - 2 * _chance(f.counts),
        "Kappa below zero? Brackets: the whole of (po - pe), divided by the whole of (1 - pe).",
        lambda answer: answer < 0,
    ),
    ask.slip(
        "positive agreement",
        lambda f: float(f.counts[1, 1] / f.counts[1].sum()),
        "That looks at the films with a yes only; kappa counts the shared no as well.",
    ),
    within=KAPPA_WITHIN,
    must=False,
    task="Cohen's kappa of text-mined labels and panel, pneumothorax",
    otherwise="Not yet. Show po and pe first: both are high, and po is a little above pe.",
    why="Beyond chance, less than half of the possible agreement was reached.",
    comment=lambda answer, f: (
        f"Kappa {_kappa(f):.2f}; raw agreement {_raw(f.counts):.2f}, of which chance gives "
        f"{_chance(f.counts):.2f}."
    ),
    hint="pe: both say yes by chance, plus both say no by chance.",
    next_hint="(po - pe) / (1 - pe), with po the share of films on which both agree.",
)

# --- text-against-panel


def _ppv(frozen: Frozen) -> float:
    return float(agreement.confirmed(frozen.text, frozen.panel, draws=1).value)


def _found(frozen: Frozen) -> float:
    return float(agreement.confirmed(frozen.panel, frozen.text, draws=1).value)


PANEL = ask.share(
    "text-against-panel",
    _ppv,
    ask.slip(
        "the panel's positives below",
        _found,
        "You divided by the panel's positives; the question starts from the text.",
    ),
    ask.slip(
        "agreement",
        lambda f: float(np.mean(f.text == f.panel)),
        "That counts the many shared negatives.",
    ),
    ask.complement("not confirmed", "That is the share that the panel does not confirm."),
    ask.slip(
        "share of all films",
        lambda f: float(np.mean(f.text & f.panel)),
        "You divided by all films; divide by those that the text calls positive.",
    ),
    ask.a_count(
        lambda f: int(np.sum(f.text & f.panel)),
        "That is a number of films; divide it by the films that the text calls positive.",
        above=1,
    ),
    ask.slip(
        "the real table",
        lambda f: float(f.counts[1, 1] / f.counts[1].sum()),
        "That is the real table further up; the question is about the simulated reports.",
    ),
    within=PPV_WITHIN,
    task="Share of the text-mined positives that the panel confirms (simulated reports)",
    otherwise="That is another share. Divide the films that both call positive by those that the "
    "text calls positive.",
    why="The other positive labels would not survive a second look, and you would train on them.",
    comment=lambda answer, f: (
        f"Confirmed: {agreement.confirmed(f.text, f.panel).short()}. Not confirmed: "
        f"{1 - _ppv(f):.2f}."
    ),
    hint="Start from the films the text calls positive. How many of them does the panel confirm?",
    next_hint="panel[text == 1].mean()",
)

# --- how-many


def _needed(frozen: Frozen) -> tuple[int, int]:
    least = samplesize.positives(EXPECTED, HALF_WIDTH)
    return least, samplesize.films(EXPECTED, HALF_WIDTH, PREVALENCE)


def _enough(answer: tuple, frozen: Frozen) -> bool:
    ill, total = answer
    enough = abs(ill - _needed(frozen)[0]) <= ILL_WITHIN
    return enough and abs(total - ill / PREVALENCE) <= TOTAL_WITHIN


HOW_MANY = ask.question(
    "how-many",
    kinds.tuple_of(kinds.number(), kinds.number()),
    _needed,
    _enough,
    ask.slip(
        "nothing or less",
        (0, 0),
        "No test set has {i:g} films with the finding. Put p and d into the formula.",
        lambda answer: answer[0] <= 0,
        lambda answer: {"i": answer[0]},
    ),
    ask.slip(
        "the worked example",
        lambda f: (
            samplesize.positives(0.90, HALF_WIDTH),
            samplesize.films(0.90, HALF_WIDTH, PREVALENCE),
        ),
        "Those are the numbers of the worked example, for .90; the task gives .85.",
        lambda answer: 136 <= answer[0] <= 142,
    ),
    ask.slip(
        "prevalence forgotten",
        (196, 196),
        "Those are the positives; divide by the prevalence.",
        lambda answer: answer[0] == answer[1],
    ),
    ask.slip(
        "the other way round",
        lambda f: _needed(f)[::-1],
        "The films with the finding come first, then the films in all.",
        lambda answer, f: _enough(answer[::-1], f),
    ),
    ask.slip(
        "multiplied",
        (196, 9.8),
        "That is fewer films in all than films with the finding. Divide by the prevalence.",
        lambda answer: answer[1] < answer[0],
    ),
    ask.slip(
        "worst case",
        (385, 7700),
        "You used p = .5, the worst case; the task gives .85.",
        lambda answer: 380 <= answer[0] <= 390,
    ),
    ask.slip(
        "half of the half",
        (784, 15680),
        "d is .05, what you want to either side; you halved it once more.",
        lambda answer: 775 <= answer[0] <= 790,
    ),
    ask.slip(
        "wrong total",
        (196, 206),
        "Films with the finding: right. They are 5 % of all, so divide by the prevalence.",
        lambda answer: 190 <= answer[0] <= 200,
    ),
    ask.slip(
        "whole width",
        (49, 980),
        "That interval is twice as wide as asked: d is .05, half of its width.",
        lambda answer: 45 <= answer[0] <= 55,
    ),
    accepted=(
        f"Up to {ILL_WITHIN} films with the finding and up to {TOTAL_WITHIN} films in all more or "
        f"less are accepted."
    ),
    task="Films needed for a sensitivity of .85 give or take .05 at a prevalence of .05",
    forms=lambda f: [
        [float(part) for part in _needed(f)],
        (195.9, 3918),
        (
            samplesize.positives(EXPECTED, HALF_WIDTH, "wilson"),
            samplesize.films(EXPECTED, HALF_WIDTH, PREVALENCE, "wilson"),
        ),
    ],
    unfit="Two numbers: films with the finding, then films in all. No comma inside a number.",
    otherwise="First put p and d into the formula of the page. Then divide by the prevalence.",
    why="Thousands of films for one sensitivity: plan the interval before you collect.",
    comment=lambda answer, f: "{} with the finding, {} in all.".format(*_needed(f)),
    hint="First the positives, from the formula; then ask how many films hold that many.",
    next_hint="1.96 ** 2 * p * (1 - p) / d ** 2, and divide by the prevalence.",
)

# --- layer-four

LAYER = ask.choice(
    "layer-four",
    ("C", 3),
    names="release, because",
    letters={
        "A": ("released", "Clean is layer 3, and a test set needs layer 4."),
        "B": (
            "testing only",
            "The other way round: a test asks more of its labels and of its numbers.",
        ),
        "D": ("no use at all", "That is too strict: such films can train, they cannot test."),
    },
    because=(
        "right release, wrong reason",
        "The release is right, the reason is not. Why can it not be a test set?",
    ),
    reason_first=True,
    task="May set X be released for training and for testing, and why",
    why="One reader and 22 positives: neither the standard nor the number supports a claim.",
    hint="What would the interval be?",
    next_hint="Ask twice: may a model learn from it, and what would a test on it show?",
)

EXERCISES = (
    AGE, SHEET, TWINS, LEAKY, SPLIT, PROTOCOL, KAPPA, PANEL, HOW_MANY, LAYER,
)  # fmt: skip
