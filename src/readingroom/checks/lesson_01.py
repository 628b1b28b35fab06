"""Checks of lesson 01, "From PACS to research file"."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from readingroom.data.identity import filled
from readingroom.dicom import keeping, reading, windowing
from readingroom.dicom.audit import CAPITALS, audit, unsaid
from readingroom.dicom.profile import profile
from readingroom.lessons.l01 import films as archive
from readingroom.lessons.l01.films import QUASI, Export
from readingroom.questions import builders as ask, kinds, offers
from readingroom.questions.exercises import Call

# Exercises whose value a later cell goes on with.
CARRIED = ("right-way-up", "blackout")

WINDOW_WITHIN = 0.01  # of the stated centre and width
# share of the text that must be covered, of the film and of the lung that may be
COVERED, MOST_FILM, MOST_LUNG = 0.98, 0.20, 0.001
FALSE_TICKS = 2
INTERVAL = 42  # days
SECRET = "the course's own secret"
UNIQUE = 16  # characters of a UID that cannot have been made up by two people


@dataclass(frozen=True)
class Frozen:
    """What lesson 01's checks read: one chest film, and simulated exports with their inventory.

    Attributes
    ----------
    invert : int
        1 where low numbers mean white.
    centre, width : float
        The window that the film states.
    bits, before, after : int
        Bits stored, distinct grey levels in the file and in its 8-bit export.
    pixels : int
        Pixels of the film.
    first, second : Export
        The two files of the stick.
    rows : DataFrame
        Header of the first file, numbered as the learner sees it.
    studies : dict of str to str
        Film to the StudyInstanceUID it came with.
    clues : frozenset of str
        Numbers of those films by which their patients are filed, and dates.
    """

    invert: int
    centre: float
    width: float
    bits: int
    before: int
    after: int
    pixels: int
    first: Export
    second: Export
    rows: Any
    studies: dict[str, str]
    clues: frozenset[str]

    @cached_property
    def folder(self) -> tempfile.TemporaryDirectory:
        """Where released files are written, made when first asked for; gone with this process."""
        return tempfile.TemporaryDirectory(prefix="readingroom-")


FILED_BY = ("StudyDate", "PatientBirthDate", "PatientID", "AccessionNumber", "StudyID")


def _clues(films: Iterable[Dataset]) -> frozenset[str]:
    """Numbers of at least six digits in the elements by which films are filed."""
    values = (str(data.get(name, "")) for data in films for name in FILED_BY)
    return frozenset(found for value in values for found in re.findall(r"\d{6,}", value))


def frozen(mode: str) -> Frozen:
    """Load everything once for one mode."""
    film = reading.chest_film(mode)
    values = windowing.stored(film)
    centre, width = windowing.stated_window(film)
    first, second = archive.stick()
    films = {f"film {k}": film.data() for k, film in enumerate(archive.four_films(), start=1)}
    return Frozen(
        invert=int(windowing.inverted(film)),
        centre=centre,
        width=width,
        bits=int(film.BitsStored),
        before=len(np.unique(values)),
        after=len(np.unique(windowing.picture(film))),
        pixels=values.size,
        first=first,
        second=second,
        rows=reading.header(first.data()),
        studies={name: str(data.StudyInstanceUID) for name, data in films.items()},
        clues=_clues(films.values()),
    )


# --- right-way-up


def _window_fits(answer: tuple, frozen: Frozen) -> bool:
    _, centre, width = answer
    near = abs(centre - frozen.centre) <= WINDOW_WITHIN * frozen.centre
    return near and abs(width - frozen.width) <= WINDOW_WITHIN * frozen.width


UPRIGHT = ask.question(
    "right-way-up",
    kinds.tuple_of(kinds.flag(), kinds.number(), kinds.number()),
    lambda f: (f.invert, f.centre, f.width),
    lambda answer, f: answer[0] == f.invert and _window_fits(answer, f),
    ask.slip(
        "greys the wrong way",
        lambda f: (1 - f.invert, f.centre, f.width),
        "The ribs come out dark. Read the line PhotometricInterpretation.",
        lambda answer, f: answer[0] == 1 - f.invert,
    ),
    ask.slip(
        "centre and width swapped",
        lambda f: (f.invert, f.width, f.centre),
        "Centre and width are swapped: the centre comes first.",
        lambda answer, f: _window_fits((0, answer[2], answer[1]), f),
    ),
    ask.slip(
        "a CT window",
        lambda f: (f.invert, -600, 1500),
        "That is a CT lung window in Hounsfield units. A film's numbers have no such unit; "
        "read WindowCenter and WindowWidth.",
        lambda answer: -1024 <= answer[1] < 0,
    ),
    ask.slip(
        "the range of the numbers",
        lambda f: (f.invert, 2 ** (f.bits - 1), 2**f.bits),
        "That is all the bits could hold; the file states a window of its own.",
        lambda answer, f: (
            answer[1:] == (2 ** (f.bits - 1), 2**f.bits) and not _window_fits(answer, f)
        ),
    ),
    ask.slip(
        "neither 0 nor 1",
        lambda f: (2, f.centre, f.width),
        "The first number is 1 to turn the greys, or 0 to leave them.",
        lambda answer: answer[0] not in (0, 1),
    ),
    accepted=f"Centre and width may differ from the header by up to {WINDOW_WITHIN:.0%}.",
    task="Turn the greys or not, and the window that the file states",
    forms=lambda f: [
        [bool(f.invert), f.centre * 1.005, f.width * 0.995],
        (float(f.invert), int(f.centre), int(f.width)),
        np.array([f.invert, f.centre, f.width]),
    ],
    unfit="Type three plain numbers, without quotation marks: 1 or 0, the "
    "centre, the width, like upright = (0, 100, 200).",
    otherwise="Right way up, but that is not the window that the file states.",
    why="MONOCHROME1 stores white as low numbers, so the greys are turned.",
    comment=lambda answer, f: (
        f"The stated window spreads the numbers from {f.centre - f.width / 2:.0f} to "
        f"{f.centre + f.width / 2:.0f} over the greys."
    ),
    hint="Look at the clavicles: bone is white on a film.",
    next_hint='rr.dicom.find(table, "Window") and rr.dicom.find(table, '
    '"Photometric") show the lines.',
)

# --- grey-levels


def _what_bits_hold(answer: tuple, frozen: Frozen) -> bool:
    return answer[0] in (2**frozen.bits, 2**15, 2**16)


LEVELS = ask.numbers(
    "grey-levels",
    lambda f: (f.before, f.after),
    ask.slip(
        "both what the bits could hold",
        lambda f: (2**f.bits, 256),
        "Both numbers are what the bits could hold, of the file and of a PNG; count what is "
        "there, with len(np.unique(...)).",
        lambda answer, f: _what_bits_hold(answer, f) and answer[1] == 256,
    ),
    ask.slip(
        "what the bits could hold",
        lambda f: (2**f.bits, f.after),
        "That is what {b} bits could hold; count what is there (np.unique).",
        _what_bits_hold,
        lambda answer, f: {"b": f.bits},
    ),
    ask.swapped("the other way round", "The film comes first, then the PNG."),
    ask.slip(
        "nothing lost",
        lambda f: (f.before, f.before),
        "8 bits hold at most 256 levels, so the PNG has fewer than that.",
        lambda answer: answer[1] > 256,
    ),
    ask.slip(
        "what 8 bits could hold",
        lambda f: (f.before, 256),
        "256 is what 8 bits could hold; the window leaves some of them unused. Count.",
        lambda answer, f: answer[1] == 256 != f.after,
    ),
    ask.slip(
        "pixels",
        lambda f: (f.pixels, f.after),
        "That is how many pixels there are; many share a level.",
        lambda answer, f: answer[0] == f.pixels,
    ),
    n=2,
    points=1,
    task="Distinct grey levels before and after an 8-bit export",
    unfit="Two numbers in round brackets, the film's first, the PNG's second: levels = (100, 50)",
    otherwise="Count the different numbers in stored, then those in png.",
    why="What was lost does not come back.",
    comment=lambda answer, f: f"{f.before} levels became {f.after}.",
    hint="np.unique(a) lists each number once; len() counts a list.",
    next_hint="levels = (len(np.unique(stored)), len(np.unique(...)))",
)

# --- phi-hunt


def _numbers(frozen: Frozen, places: tuple[str, ...]) -> set[int]:
    """Rows of the planted items, sex and age aside."""
    tags = {
        item.tag
        for item in frozen.first.planted
        if item.place in places and item.keyword not in QUASI
    }
    return set(frozen.rows.index[frozen.rows["tag"].isin(tags)].tolist())


def _all_planted(frozen: Frozen) -> set[int]:
    return _numbers(frozen, ("header", "free text", "private"))


def _row(frozen: Frozen, *names: str) -> set[int]:
    return set(frozen.rows.index[frozen.rows["name"].isin(names)].tolist())


def _uids(frozen: Frozen) -> set[int]:
    wanted = {item.keyword for item in frozen.first.planted if item.keyword.endswith("UID")}
    return _row(frozen, *wanted)


def _forgiven(frozen: Frozen) -> set[int]:
    """Rows that may be ticked or not: sex and age, and the rest of the private block."""
    private = frozen.rows.index[frozen.rows["tag"].str.startswith("(0029")].tolist()
    return _row(frozen, *QUASI) | set(private)


def _false(answer: Any, frozen: Frozen) -> set[int]:
    return set(answer) - _all_planted(frozen) - _forgiven(frozen)


def _missed(answer: Any, frozen: Frozen) -> set[int]:
    return _all_planted(frozen) - set(answer)


def _direct(frozen: Frozen) -> set[int]:
    return _row(frozen, "PatientName", "PatientID", "PatientBirthDate")


def _hunted(answer: list, frozen: Frozen) -> bool:
    if set(answer) & _row(frozen, "Modality"):
        return False
    return not _missed(answer, frozen) and len(_false(answer, frozen)) <= FALSE_TICKS


def _on_hunt(answer: list, frozen: Frozen) -> str:
    """How many lines lead to her, and which of those ticked do not."""
    said = f"{len(_all_planted(frozen))} lines lead to her."
    names = frozen.rows["name"].loc[sorted(_false(answer, frozen))]
    if len(names):
        said += f" Ticked without need: {', '.join(names)}."
    return said


HUNT = ask.indices(
    "phi-hunt",
    lambda f: _all_planted(f),
    ask.beyond(
        lambda f: len(f.rows),
        "There is no line {i}: this header's lines are numbered 0 to {last}.",
        "no such line",
    ),
    ask.none(
        "No line is named. Begin with the patient's own lines, then read what people typed.",
        "nothing ticked",
    ),
    ask.slip(
        "modality",
        lambda f: sorted(_all_planted(f) | _row(f, "Modality")),
        "Modality is ticked. It names nobody, and without it the film is useless for research.",
        lambda answer, f: bool(set(answer) & _row(f, "Modality")),
    ),
    ask.slip(
        "name, number and birth date only",
        lambda f: sorted(_direct(f)),
        "Lines still missing: {k}. A typed text is among them. Read what people type there.",
        lambda answer, f: bool(_missed(answer, f) & _numbers(f, ("free text",))),
        lambda answer, f: {"k": len(_missed(answer, f))},
    ),
    ask.slip(
        "private missed",
        lambda f: sorted(_numbers(f, ("header", "free text"))),
        "Lines of the vendor are missing: their tags begin with an odd number, (0029,....).",
        lambda answer, f: bool(_missed(answer, f) & _numbers(f, ("private",))),
    ),
    ask.slip(
        "UIDs missed",
        lambda f: sorted(_all_planted(f) - _uids(f)),
        "The long numbers look like noise, but they lead straight back to the archive.",
        lambda answer, f: bool(_missed(answer, f) & _uids(f)),
    ),
    ask.slip(
        "too many",
        lambda f: sorted(set(f.rows.index) - _row(f, "Modality")),
        "All are in, but {k} lines too many are ticked. They name nobody, and research needs them.",
        lambda answer, f: not _missed(answer, f),
        lambda answer, f: {"k": len(_false(answer, f))},
    ),
    ask.slip(
        "others missed",
        lambda f: sorted(_all_planted(f) - _row(f, "StationName", "AccessionNumber")),
        "Lines still missing: {k}. Think of staff, the hospital, the device, dates and order "
        "numbers.",
        lambda answer, f: bool(_missed(answer, f)),
        lambda answer, f: {"k": len(_missed(answer, f))},
    ),
    limit=200,
    accepts=_hunted,
    points=3,
    look=True,
    accepted=f"Up to {FALSE_TICKS} ticks too many are forgiven.",
    task="Every element of the header that can identify the patient",
    forms=lambda f: [
        _all_planted(f) | _row(f, *QUASI),
        np.array(sorted(_all_planted(f) | _row(f, "SeriesDescription"))),
        tuple(_all_planted(f) | _forgiven(f)),
    ],
    unfit="Whole numbers of lines in braces: found = {3, 8}",
    otherwise="Go through the list again, line by line: who could be found through it?",
    why="Direct identifiers, typed text, the vendor's private block, dates and UIDs: all found.",
    comment=_on_hunt,
    hint="Three groups: direct, free text, private.",
    next_hint="Also what leads back indirectly: dates, times, order numbers, staff, device, UIDs.",
)

# --- blackout


def _covers(box: tuple, export: Export) -> tuple[float, float, float]:
    """Share of the text, of the film and of the lung that a box covers."""
    inside = np.zeros(export.text.shape, bool)
    row0, row1, col0, col1 = (max(0, int(edge)) for edge in box)
    inside[row0:row1, col0:col1] = True
    text, lung = export.text, export.lung
    return (inside & text).sum() / text.sum(), inside.mean(), (inside & lung).sum() / lung.sum()


def _off_film(box: tuple, export: Export) -> bool:
    """Whether a box leaves the film; a later cell writes into these rows and columns."""
    rows, columns = export.text.shape
    return box[0] < 0 or box[2] < 0 or box[1] > rows or box[3] > columns


def _good_box(box: tuple, export: Export) -> bool:
    text, film, lung = _covers(box, export)
    whole = text >= COVERED and film <= MOST_FILM and lung <= MOST_LUNG
    return bool(whole and not _off_film(box, export))


def _on_box(answer: list, frozen: Frozen) -> str:
    text, film, lung = _covers(answer[0], frozen.second)
    return f"Covered: {text:.0%} of the text, {film:.1%} of the film, {lung:.1%} of the lungs."


def _turned(box: tuple) -> tuple:
    return (box[2], box[3], box[0], box[1])


def _wider(box: tuple, by: int) -> tuple[int, int, int, int]:
    return (max(0, box[0] - by), box[1] + by, max(0, box[2] - by), box[3] + by)


def _third(frozen: Frozen) -> tuple[int, int, int, int]:
    height, wide = frozen.second.text.shape
    return (0, height // 3, 0, wide)


BLACKOUT = ask.question(
    "blackout",
    kinds.boxes(1),
    lambda f: _wider(f.second.box, 2),
    lambda answer, f: len(answer) == 1 and _good_box(answer[0], f.second),
    ask.slip(
        "columns first",
        lambda f: _turned(f.second.box),
        "Rows first, then columns.",
        lambda answer, f: len(answer) == 1 and _good_box(_turned(answer[0]), f.second),
    ),
    ask.slip(
        "off the film",
        lambda f: (-5, *f.second.box[1:]),
        "The film has rows 0 to {rows} and columns 0 to {columns}; the box leaves it.",
        lambda answer, f: len(answer) == 1 and _off_film(answer[0], f.second),
        lambda answer, f: dict(zip(("rows", "columns"), f.second.text.shape, strict=True)),
    ),
    ask.slip(
        "text left",
        lambda f: (*f.second.box[:3], f.second.box[3] - 30),
        "The last letters still show.",
        lambda answer, f: len(answer) == 1 and 0.3 < _covers(answer[0], f.second)[0] < COVERED,
    ),
    ask.slip(
        "lung covered",
        _third,
        "The box also covers {share} of the lungs: a nodule could be there.",
        lambda answer, f: (
            len(answer) == 1
            and _covers(answer[0], f.second)[0] >= COVERED
            and _covers(answer[0], f.second)[2] > MOST_LUNG
        ),
        lambda answer, f: {"share": f"{_covers(answer[0], f.second)[2]:.1%}"},
    ),
    ask.slip(
        "much of the film",
        lambda f: (100, f.second.text.shape[0], 0, f.second.text.shape[1]),
        "The box covers {share} of the film. Draw it around the text.",
        lambda answer, f: len(answer) == 1 and _covers(answer[0], f.second)[1] > MOST_FILM,
        lambda answer, f: {"share": f"{_covers(answer[0], f.second)[1]:.0%}"},
    ),
    ask.slip(
        "elsewhere",
        (200, 220, 100, 200),
        "The name is still readable: the box lies somewhere else.",
        lambda answer: len(answer) == 1,
    ),
    look=True,
    task="A box over the burned-in text, off the lungs",
    forms=lambda f: [
        list(f.second.box),
        [_wider(f.second.box, 8)],
        np.array(_wider(f.second.box, 4)),
    ],
    unfit="Four whole numbers, rows first, the smaller of each pair first: "
    "box = (row0, row1, col0, col1)",
    otherwise="One box with four numbers, around the text and little else.",
    why="The text is gone, the anatomy is not.",
    comment=_on_box,
    hint="It stands in a corner. Read rows off the left ruler, columns off the top one.",
    next_hint="From a little above the letters to a little below, and from "
    "the edge to past the last.",
)

# --- one-patient-one-shift


def _exams(rng: np.random.Generator) -> list[tuple[str, str]]:
    """Two exams 42 days apart for each of five patients, the first patient asked once more.

    At last come patients whose number differs from the first one's in a single digit, three for
    each digit: a shift made of a part of the number cannot tell them apart.
    """
    asked = []
    for _ in range(5):
        patient = str(rng.integers(10_000_000, 99_999_999))
        first = date(2019, 1, 1) + timedelta(days=int(rng.integers(0, 1500)))
        second = first + timedelta(days=INTERVAL)
        asked += [(first.isoformat(), patient), (second.isoformat(), patient)]
    when, patient = asked[0]
    others = [
        patient[:i] + str((int(patient[i]) + more) % 10) + patient[i + 1 :]
        for i in range(len(patient))
        for more in (1, 3, 7)
    ]
    return [*asked, asked[0], *((when, other) for other in others)]


def _moves(calls: list[Call]) -> list[tuple[str, int]] | None:
    """Patient and days moved of each call, or None where an output is no date."""
    found = []
    for call in calls:
        try:
            after = date.fromisoformat(call.output.strip()[:10])
        except ValueError:
            return None
        before = date.fromisoformat(call.arguments[0])
        found.append((call.arguments[1], (after - before).days))
    return found


def _by_patient(calls: list[Call]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for patient, days in _moves(calls) or []:
        found.setdefault(patient, set()).add(days)
    return found


def _unread(calls: list[Call]) -> int:
    """The digit of a patient's number that moves nothing, counted from 1; 0 where each does."""
    by = _by_patient(calls)
    first, *others = by
    for i in range(len(first)):
        twins = [one for one in others if one[:i] + one[i + 1 :] == first[:i] + first[i + 1 :]]
        if twins and all(by[one] == by[first] for one in twins):
            return i + 1
    return 0


# What anybody can try who knows her number: it alone, twice, from its end, beside words of the
# page or of every list of passwords, or beside a small number.
WORDS = ("secret", "Secret", "SECRET", "secretsecret", "the secret", "patient", "her number",
         "hospital", "words", "date", "abc", "xyz", "hello", *map(str, range(100)))  # fmt: skip
SIGNS = ("", " ", "-", "_", "+", " + ", ", ", "/")


def _tried(patient: str) -> list[tuple[str, str]]:
    """Each guess, and the word of the page that it holds."""
    alone = (patient, patient * 2, patient * 3, patient[::-1])
    pairs = [(sign.join(pair), word) for word in WORDS for sign in SIGNS
             for pair in ((patient, word), (word, patient))]  # fmt: skip
    return [*((words, "") for words in alone), *pairs]


def _guessed(calls: list[Call]) -> str | None:
    """The word of the page in a guess that gives the same dates; None where no guess does."""
    when, patient = calls[0].arguments
    for place, (words, word) in enumerate(_tried(patient)):
        if calls[0].output == keeping.earlier(when, words) and all(
            call.output == keeping.earlier(call.arguments[0], _tried(call.arguments[1])[place][0])
            for call in calls
        ):
            return word
    return None


def _quoted(calls: list[Call]) -> bool:
    """Whether the calculation itself was put in quotation marks."""
    texts = ("patient + secret", "secret + patient", "patient+secret", "secret+patient")
    return any(
        all(call.output == keeping.earlier(call.arguments[0], text) for call in calls)
        for text in texts
    )


def _shifted(calls: list[Call], frozen: Frozen) -> bool:
    if _guessed(calls) is not None:
        return False
    by = _by_patient(calls)
    steady = bool(by) and all(len(days) == 1 for days in by.values())
    every = {day for days in by.values() for day in days}
    return steady and 0 not in every and len(every) > 1 and not _unread(calls)


def _at_random(when: str, patient: str) -> str:
    days = int(np.random.default_rng().integers(1, 3000))
    return (date.fromisoformat(when) - timedelta(days=days)).isoformat()


def _by_days(when: str, patient: str) -> str:
    moved = date.fromisoformat(when) - timedelta(days=100 + int(patient) % 97)
    return moved.isoformat()


SHIFT = ask.question(
    "one-patient-one-shift",
    kinds.function(kinds.text(40)),
    lambda when, patient: keeping.earlier(when, patient + SECRET),
    _shifted,
    ask.slip(
        "no date",
        lambda when, patient: patient,
        "The function gives no date any more; change only the words.",
        lambda calls: _moves(calls) is None,
    ),
    ask.slip(
        "not moved",
        lambda when, patient: when,
        "A date did not move. Change only the words, and leave the last line as it is.",
        lambda calls: any(days == 0 for _, days in _moves(calls)),
    ),
    ask.slip(
        "the word, not the secret",
        lambda when, patient: keeping.earlier(when, patient + "secret"),
        "In quotation marks it is the word secret, which anybody can guess. Without them it is the "
        "secret of the cell above.",
        lambda calls: "secret" in (_guessed(calls) or "").lower(),
    ),
    ask.slip(
        "no secret",
        lambda when, patient: keeping.earlier(when, patient),
        "Whoever knows her number can find out the shift. Add the secret.",
        lambda calls: _guessed(calls) is not None,
    ),
    ask.slip(
        "random each call",
        _at_random,
        "One patient's two exams moved by different numbers of days, so the 42 days are gone.",
        lambda calls: any(len(d) > 1 for d in _by_patient(calls).values()),
    ),
    ask.slip(
        "a part of her number",
        lambda when, patient: keeping.earlier(when, patient[:3] + SECRET),
        "Patients whose numbers differ in digit {i} only would share a shift. Take the whole "
        "number.",
        lambda calls: (
            len({day for days in _by_patient(calls).values() for day in days}) > 1
            and _unread(calls) > 0
        ),
        lambda calls: {"i": _unread(calls)},
    ),
    ask.slip(
        "all of it in quotation marks",
        lambda when, patient: keeping.earlier(when, "patient + secret"),
        "In quotation marks these are letters, the same for every patient. Leave the marks out.",
        _quoted,
    ),
    ask.slip(
        "the same for all",
        lambda when, patient: keeping.earlier(when, SECRET),
        "All patients move by the same number of days: who knows one true date knows all of them.",
        True,
    ),
    points=1,
    task="One date shift per patient, intervals kept",
    forms=lambda f: [
        lambda when, patient: keeping.earlier(when, SECRET + patient),
        lambda when, patient: keeping.earlier(when, f"{patient}-{SECRET}"),
        _by_days,
    ],
    inputs=_exams,
    unfit="I expected the function shift(date, patient); run its cell with the dots replaced.",
    otherwise="Same patient, same shift; another patient, another shift.",
    why="Each patient has one shift, and nobody outside can find it out.",
    comment=lambda calls: "Five patients moved by {} days; 42 days stayed 42 for each.".format(
        ", ".join(str(-day) for days in list(_by_patient(calls).values())[:5] for day in days)
    ),
    hint="The words decide the shift. What belongs to one patient and to nobody else?",
    next_hint="Patient number plus secret, joined with a +.",
)

# --- same-study-same-uid


def _mapping(answer: dict) -> dict[str, str]:
    """Film to new UID, also from a table with a column of films and a column of UIDs."""
    columns = [column for column in answer.values() if isinstance(column, list)]
    if len(columns) == 2 and len(answer) == 2 and len(columns[0]) == len(columns[1]):
        answer = dict(zip(*columns, strict=True))
    return {_film_name(name): str(value).strip() for name, value in answer.items()}


def _film_name(typed: Any) -> str:
    """`film 1` for 1, "1", "Film 1" and "film1"; other words as they are."""
    words = str(typed).strip().lower()
    found = re.fullmatch(r"(?:film)?\s*(\d+)(?:\.0)?", words)
    return f"film {found[1]}" if found else words


def _groups(answer: dict, frozen: Frozen) -> dict[str, set[str]]:
    new = _mapping(answer)
    out: dict[str, set[str]] = {}
    for film, study in frozen.studies.items():
        out.setdefault(study, set()).add(new.get(film, ""))
    return out


def _is_uid(value: str) -> bool:
    return len(value) <= 64 and re.fullmatch(r"[0-9]+(\.[0-9]+)+", value) is not None


def _complete(answer: dict, frozen: Frozen) -> bool:
    new = _mapping(answer)
    return set(new) == set(frozen.studies) and all(map(_is_uid, new.values()))


def _made_up(answer: dict) -> list[str]:
    """UIDs too short to be the only ones in the world: 2.25 and a random number are 20 and more."""
    return [uid for uid in _mapping(answer).values() if len(uid) < UNIQUE]


def _consistent(answer: dict, frozen: Frozen) -> bool:
    if not _complete(answer, frozen) or _kept_old(answer, frozen) or _leads_back(answer, frozen):
        return False
    if _made_up(answer):
        return False
    groups = list(_groups(answer, frozen).values())
    return all(len(group) == 1 for group in groups) and len(set.union(*groups)) == len(groups)


def _kept_old(answer: dict, frozen: Frozen) -> bool:
    return bool(set(_mapping(answer).values()) & set(frozen.studies.values()))


def _leads_back(answer: dict, frozen: Frozen) -> bool:
    """Whether a new UID is made of an old one, or holds a number by which she is filed."""
    return any(
        uid.startswith(old) or old.startswith(uid) or any(clue in uid for clue in frozen.clues)
        for uid in _mapping(answer).values()
        for old in frozen.studies.values()
    )


def _renamed(frozen: Frozen) -> dict[str, str]:
    return {film: keeping.new_uid(study, SECRET) for film, study in frozen.studies.items()}


def _as_columns(frozen: Frozen) -> dict[str, list[str]]:
    new = _renamed(frozen)
    return {"film": list(new), "new": list(new.values())}


SAME_UID = ask.question(
    "same-study-same-uid",
    kinds.table(16),
    _renamed,
    _consistent,
    ask.slip(
        "original kept",
        lambda f: dict(f.studies),
        "An old UID is kept. A UID leads back to the archive, the device and the time.",
        _kept_old,
    ),
    ask.slip(
        "made of the old one",
        lambda f: {film: f"{study}.1"[-64:] for film, study in f.studies.items()},
        "That still holds the old UID, her number or a date: who knows one finds her again.",
        lambda answer, f: _complete(answer, f) and _leads_back(answer, f),
    ),
    ask.slip(
        "a film is missing",
        lambda f: {"film 1": keeping.new_uid()},
        'Each of the four films needs a new UID under its own name: "film 1" to "film 4".',
        lambda answer, f: set(_mapping(answer)) != set(f.studies),
    ),
    ask.slip(
        "no UID",
        lambda f: dict.fromkeys(f.studies, "study one"),
        "A UID is digits and dots; rr.deid.new_uid() makes one.",
        lambda answer, f: not _complete(answer, f),
    ),
    ask.slip(
        "made up",
        lambda f: {film: "1.2" if film < "film 3" else "1.3" for film in f.studies},
        "A UID has to be the only one in the world, and others make up {uid} too. "
        "rr.deid.new_uid() makes one that nobody else has.",
        lambda answer, f: bool(_made_up(answer)),
        lambda answer, f: {"uid": _made_up(answer)[0]},
    ),
    ask.slip(
        "a new one for each file",
        lambda f: {film: keeping.new_uid() for film in f.studies},
        "Both views of study 1 now look like two studies.",
        lambda answer, f: any(len(group) > 1 for group in _groups(answer, f).values()),
    ),
    ask.slip(
        "one for all",
        lambda f: dict.fromkeys(f.studies, keeping.new_uid()),
        "The two exams have become one study.",
        True,
    ),
    points=1,
    task="A new study UID for each of four films of two studies",
    forms=lambda f: [
        _as_columns(f),
        {
            film: f"2.25.{31415926535897 + list(f.studies.values()).index(study)}"
            for film, study in f.studies.items()
        },
    ],
    unfit='A table from film to UID, in braces: uid_map = {"film 1": a, "film 2": ...}',
    otherwise="Films of one study share a UID, films of two studies do not.",
    why="The films of a study stay together, and lead nowhere else.",
    comment=lambda answer, f: (
        f"4 films, 2 studies, {len(set(_mapping(answer).values()))} new UIDs."
    ),
    hint="How many studies are there? So many new UIDs you need.",
    next_hint="The table above says which films belong together: give those the same letter.",
    offer=offers.fill(
        "a, b, c, d = (rr.deid.new_uid() for _ in range(4))\n"
        'uid_map = {"film 1": [], "film 2": [], "film 3": [], "film 4": []}',
        *(offers.one(f"New study UID of film {n}", "abcd", quoted=False) for n in range(1, 5)),
    ),
)

# --- audit-zero

FILE_NAME = "file name"  # where an audit finds what stands in no file
NOT_DICOM = "That is not a DICOM file that can be read and shown."
UNCOMPRESSED = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
DEFLATED = b"1.2.840.10008.1.2.1.99"  # reading it inflates it, whatever its size becomes
RELEASE_LIMIT = 2_000_000


@dataclass(frozen=True)
class Released:
    """What a released file turned out to be; `readable` False leaves the rest at its worst."""

    readable: bool
    header: tuple[str, ...] = ()
    covered: float = 0.0
    changed: float = 1.0
    lung: float = 1.0
    unsaid: tuple[str, ...] = ()
    aged: bool = False
    named: bool = False  # the file or its folder bears a name or number of hers


def _opened(raw: bytes, export: Export) -> FileDataset | None:
    """A stranger's bytes as a dataset of the shape expected, or None; pixels stay undecoded."""
    if raw[128:132] != b"DICM" or DEFLATED in raw:
        return None
    data = dcmread(io.BytesIO(raw))
    plain = data.file_meta.TransferSyntaxUID in UNCOMPRESSED
    shape = (int(data.Rows), int(data.Columns)) == export.text.shape
    wide = int(data.BitsAllocated) == 16 and int(data.get("SamplesPerPixel", 1)) == 1
    full = len(data.PixelData) == 2 * export.text.size
    data.filename = ""
    return data if plain and shape and wide and full else None


@lru_cache(maxsize=64)
def _released(raw: bytes, name: str, original: bytes) -> Released:
    """Judge a released file by bytes and name; one that goes wrong anywhere is unreadable."""
    export = next(film for film in archive.stick() if film.raw == original)
    try:
        data = _opened(raw, export)
        if data is None:
            return Released(readable=False)
        before = export.data()
        data.filename = name
        changed = data.pixel_array != before.pixel_array
        found = audit(data, before).left
        left = [item.name for item in found if item.place not in ("pixels", FILE_NAME)]
        return Released(
            readable=True,
            header=tuple(left),
            covered=_gone(data, changed, export),
            changed=float(changed.mean()),
            lung=float((changed & export.lung).sum() / export.lung.sum()),
            unsaid=unsaid(data),
            aged=_aged(data),
            named=any(item.place == FILE_NAME for item in found),
        )
    except Exception:  # a hostile file may break any step; it earns nothing, and says so
        return Released(readable=False)


def _gone(data: Dataset, changed: np.ndarray, export: Export) -> float:
    """Share of the text's pixels that changed, 0 where its letters can still be told apart."""
    row0, row1, col0, col1 = export.box
    now = data.pixel_array[row0:row1, col0:col1].astype(float)
    ink = export.text[row0:row1, col0:col1]
    if now.std() > 0 and abs(np.corrcoef(now.ravel(), ink.ravel())[0, 1]) > 0.4:
        return 0.0
    return float(changed[export.text].mean())


def _aged(data: Dataset) -> bool:
    birth = str(data.get("PatientBirthDate", ""))
    return filled(birth) or filled(str(data.get("PatientAge", "")))


def _zero(raw: kinds.FileBytes, frozen: Frozen) -> Released:
    return _released(bytes(raw), raw.name, frozen.first.raw)


def _clean_enough(raw: kinds.FileBytes, frozen: Frozen) -> bool:
    found = _zero(raw, frozen)
    pixels = found.covered >= COVERED and found.changed <= MOST_FILM and found.lung <= MOST_LUNG
    said = not found.unsaid and found.aged
    return found.readable and not found.header and not found.named and pixels and said


def _release(
    frozen: Frozen,
    name: str,
    *,
    kept: bool = True,
    masked: bool = True,
    said: tuple[str, ...] = ("YES", "MODIFIED", "NO"),
    wider: int = 3,
) -> FileDataset:
    """The course's own way to a released file, with a step left out on demand."""
    data = frozen.first.data()
    out = profile(data)
    if kept:
        out = keeping.keep(out, data, SECRET)
    if masked:
        out = keeping.mask(out, _wider(frozen.first.box, wider))
    words = ("PatientIdentityRemoved", "LongitudinalTemporalInformationModified",
             "BurnedInAnnotation")  # fmt: skip
    for keyword, value in zip(words, said, strict=False):
        if value:
            setattr(out, keyword, value)
    return out


def _written(data: Dataset | bytes, frozen: Frozen, name: str) -> Path:
    path = Path(frozen.folder.name) / f"{name}.dcm"
    path.parent.mkdir(exist_ok=True)
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        data.save_as(path, enforce_file_format=True)
    return path


def _blank(frozen: Frozen) -> Path:
    out = _release(frozen, "blank")
    out.PixelData = bytes(len(out.PixelData))
    return _written(out, frozen, "blank")


def _implicit(frozen: Frozen) -> Path:
    out = _release(frozen, "implicit", said=("YES", "REMOVED", "NO"))
    out.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    path = Path(frozen.folder.name) / "implicit.dcm"
    out.save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=True)
    return path


def _with_name(frozen: Frozen) -> Path:
    out = _release(frozen, "name")
    out.PatientComments = f"called {frozen.first.folder}"
    return _written(out, frozen, "name")


STATEMENTS = (
    ("PatientIdentityRemoved", "YES", "Identifiers were removed"),
    ("LongitudinalTemporalInformationModified", "MODIFIED", "Dates were shifted"),
    ("BurnedInAnnotation", "NO", "There is no text in the picture (only after looking)"),
)

AUDIT = ask.question(
    "audit-zero",
    kinds.file(RELEASE_LIMIT),
    lambda f: str(_written(_release(f, "right"), f, "right")),
    _clean_enough,
    ask.slip(
        "not a DICOM file",
        lambda f: _written(b"a picture", f, "picture"),
        NOT_DICOM,
        lambda raw, f: not _zero(raw, f).readable,
    ),
    ask.slip(
        "all pixels zeroed",
        _blank,
        "Nothing identifies her, but nobody can read the film any more.",
        lambda raw, f: _zero(raw, f).changed > MOST_FILM or _zero(raw, f).lung > MOST_LUNG,
    ),
    ask.slip(
        "left in the header",
        _with_name,
        "{k} left in the header: {name}.",
        lambda raw, f: bool(_zero(raw, f).header),
        lambda raw, f: {
            "k": len(_zero(raw, f).header),
            "name": ", ".join(_zero(raw, f).header[:3]),
        },
    ),
    ask.slip(
        "a folder named after her",
        lambda f: _written(_release(f, "named"), f, f"{f.first.folder}/film"),
        "Nothing is left inside. But the file or its folder bears her name or number: {name}.",
        lambda raw, f: _zero(raw, f).named,
        lambda raw, f: {"name": raw.name},
    ),
    ask.slip(
        "header only",
        lambda f: _written(_release(f, "header", masked=False), f, "header"),
        "One is left: the text in the picture.",
        lambda raw, f: _zero(raw, f).covered < 0.3,
    ),
    ask.slip(
        "some letters left",
        lambda f: _written(
            keeping.mask(
                _release(f, "letters", masked=False),
                (*_wider(f.first.box, 2)[:2], 60, f.first.box[3]),
            ),
            f,
            "letters",
        ),
        "The audit is silent, but letters still show. Look at the picture.",
        lambda raw, f: _zero(raw, f).covered < COVERED,
    ),
    ask.slip(
        "statements in small letters",
        lambda f: _written(_release(f, "small", said=("Yes", "MODIFIED", "No")), f, "small"),
        "It is clean, but other programs look for capitals. Write {missing}.",
        lambda raw, f: any(CAPITALS in one for one in _zero(raw, f).unsaid),
        lambda raw, f: {"missing": ", ".join(_zero(raw, f).unsaid)},
    ),
    ask.slip(
        "BurnedInAnnotation absent",
        lambda f: _written(_release(f, "silent", said=("YES", "MODIFIED")), f, "silent"),
        "It is clean, but the file does not say so. It lacks {missing}.",
        lambda raw, f: bool(_zero(raw, f).unsaid),
        lambda raw, f: {"missing": ", ".join(_zero(raw, f).unsaid)},
    ),
    ask.slip(
        "the profile alone",
        lambda f: _written(_release(f, "alone", kept=False), f, "alone"),
        "Nothing identifies her, but how old she was and when it was taken are gone too.",
        lambda raw, f: not _zero(raw, f).aged,
    ),
    points=4,
    task="A released file: nothing left, statements made, anatomy untouched",
    forms=lambda f: [
        _written(_release(f, "wide", wider=10), f, "wide"),
        str(_implicit(f)),
    ],
    unfit='There is no such file. End with the line path = rr.deid.save(clean, "research").',
    otherwise="Not clean yet: run rr.deid.audit(path, data) and read what it lists.",
    why="The file says what was done, and the anatomy was not touched.",
    comment=lambda raw, f: (
        f"Identifying lines left: 0. Text covered: {_zero(raw, f).covered:.0%}. Film changed: "
        f"{_zero(raw, f).changed:.1%}."
    ),
    hint="The audit lists the place: rr.deid.audit(path, data).",
    next_hint="Start from kept. Mask the box, then set the three statements, then save.",
    offer=offers.fill(
        'clean = rr.deid.mask(kept, [])\n[][][]path = rr.deid.save(clean, "research")',
        offers.box("Cover the text: draw a box on the film"),
        *(offers.tick(says, f'clean.{name} = "{word}"\n') for name, word, says in STATEMENTS),
    ),
)

# --- which-layer

LAYER = ask.choice(
    "which-layer",
    ("B", 3),
    names="layer, because",
    letters={
        "C": (
            "layer 3",
            "Somebody searched them for text, but nobody looked at them as films or sorted them.",
        ),
        "A": ("layer 1", "Approval and removal already happened."),
        "D": ("layer 4", "There are no labels and no link to what became of the patient."),
    },
    because=(
        "right layer, wrong reason",
        "The layer is right, the reason is not. What keeps the film there?",
    ),
    reason_first=True,
    task="Which layer has this registry film reached, and why",
    why="Identifiers gone and governed, but not structured or checked.",
    hint="What has not been done?",
    next_hint="Did anybody sort the laterals out, or look at a film?",
)

EXERCISES = (UPRIGHT, LEVELS, HUNT, BLACKOUT, SHIFT, SAME_UID, AUDIT, LAYER)
