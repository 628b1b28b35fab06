"""Checks of lesson 10, "The last mile"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from readingroom.assess import monitoring
from readingroom.audit.acceptance import Acceptance
from readingroom.lessons.l10 import hospitals, papers, sheets, traffic, weeks
from readingroom.questions import builders as ask, kinds, offers, wordings

# Exercises whose value a later cell goes on with.
CARRIED = ("mark-up",)

FITTING = 8  # of the ten claims
ROWS_RIGHT = 4  # of the five rows of a form
PART = 0.05  # break-even and bandwidth: tolerance as a share
LATE = 2  # weeks
VERDICTS = ("pass", "fail", "not enough")


@dataclass(frozen=True)
class Frozen:
    """What lesson 10's checks read: the same for real and for simulated films."""

    reports: dict[str, str]  # letter to the instance UID of a report
    film: str  # instance UID
    study: str
    accepted: tuple[Acceptance, ...]
    money: sheets.Money
    year: weeks.Year


def frozen(mode: str) -> Frozen:
    """Count and number everything once."""
    film = traffic.study(traffic.SMALL).films[0]
    return Frozen(
        reports=traffic.numbers(),
        film=str(film.SOPInstanceUID),
        study=str(film.StudyInstanceUID),
        accepted=tuple(hospitals.accepted(name) for name in hospitals.NAMES),
        money=sheets.Money(),
        year=weeks.year(),
    )


# --- the pitch


OTHER_GAPS = {
    "false alarm": papers.ALARMS, "compared to what": papers.COMPARED, "none": papers.NOTHING,
    "nothing is missing": papers.NOTHING, "nothing missing": papers.NOTHING,
}  # fmt: skip


def _gap(text: str) -> str:
    return wordings.read(text, papers.GAPS, OTHER_GAPS)


def _fits(answer: tuple) -> list[int]:
    """The claims, from 1, for which another gap was named than those that fit."""
    return [
        k
        for k, (said, (_, fit)) in enumerate(zip(answer, papers.LACKS, strict=True), 1)
        if _gap(said) not in fit
    ]


def _all_but(**changed: str) -> tuple[str, ...]:
    """The course's own answer with single claims changed: ``c3="nothing"``."""
    return tuple(changed.get(f"c{k}", fit[0]) for k, (_, fit) in enumerate(papers.LACKS, 1))


def _unknown(answer: tuple) -> list[str]:
    return [said for said in answer if _gap(said) not in papers.GAPS]


def _of_two(answer: tuple) -> list[int]:
    """The claims, from 1, that were given two words."""
    said = [wordings.plain(one) for one in answer]
    return [k for k, one in enumerate(said, 1) if sum(gap in one for gap in papers.GAPS) > 1]


CLEARED = papers.CLEARANCE + 1

PITCH = ask.question(
    "pitch",
    kinds.tuple_of(*[kinds.text(40)] * len(papers.LACKS)),
    _all_but(),
    lambda answer: (
        not _unknown(answer)
        and len(_fits(answer)) <= len(papers.LACKS) - FITTING
        and CLEARED not in _fits(answer)
    ),
    ask.slip(
        "two words for one claim",
        _all_but(c3=f"{papers.COMPARED}, {papers.SURE}"),
        "Claim {k} has two words. Name the one that you miss most.",
        lambda answer: bool(_of_two(answer)),
        lambda answer: {"k": _of_two(answer)[0]},
    ),
    ask.slip(
        "another word",
        _all_but(c1="everything"),
        "{word!r} is none of the five: " + ", ".join(papers.GAPS) + ".",
        lambda answer: bool(_unknown(answer)),
        lambda answer: {"word": _unknown(answer)[0]},
    ),
    ask.slip(
        "nothing is missing",
        (papers.NOTHING,) * len(papers.LACKS),
        "Ten claims, and all of them complete? Only two give patients, interval and both kinds of "
        "error.",
        lambda answer: all(_gap(said) == papers.NOTHING for said in answer),
    ),
    ask.slip(
        "a clearance is enough",
        _all_but(c6=papers.NOTHING),
        "Claim 6: an office that clears a device has not seen your patients.",
        lambda answer: _gap(answer[papers.CLEARANCE]) == papers.NOTHING,
    ),
    ask.slip(
        "another gap in the clearance",
        _all_but(c6=papers.ALARMS),
        "Claim 6 has to be among those that fit. It says that the program works for somebody: what "
        "did the office not see?",
        lambda answer: len(_fits(answer)) <= len(papers.LACKS) - FITTING,
    ),
    ask.slip(
        "more than two do not fit",
        _all_but(c2=papers.NOTHING, c7=papers.NOTHING, c4=papers.NOTHING),
        "Look again at claims {claims}. A claim needs its patients, its interval, both kinds of "
        "error, and what it is compared with.",
        True,
        lambda answer: {"claims": ", ".join(map(str, _fits(answer)))},
    ),
    points=1,
    accepted="Eight of the ten have to fit, and claim 6 has to be among them.",
    task="What each of the ten claims of a pitch leaves out",
    unfit='Ten words in quotation marks, one for each claim, such as ("how sure", "nothing", ...).',
    otherwise="More than two of the ten do not fit.",
    why="You can now ask ten short questions in a vendor's own words.",
    comment=lambda answer: (
        "All ten fit."
        if not _fits(answer)
        else "Not the course's word: claim " + " and claim ".join(map(str, _fits(answer))) + "."
    ),
    forms=[
        [fit[-1].title() for _, fit in papers.LACKS],
        _all_but(c9=papers.NOTHING, c10=papers.NOTHING),
    ],
    hint="For each claim ask: in whom, how surely, at the price of how many false alarms, than "
    "what?",
    next_hint="Two of the ten name patients, interval and both kinds of error. Nothing is missing "
    "there.",
    offer=offers.fill(
        "(" + ", ".join(["[]"] * len(papers.LACKS)) + ")",
        *(
            offers.one(f"Claim {k}, {name}: what is missing?", papers.GAPS)
            for k, (name, _) in enumerate(papers.LACKS, 1)
        ),
    ),
)


# --- the round trip

UID = re.compile(r"\d+(?:\.\d+){2,}")


def _uid(answer: str, frozen: Frozen) -> str:
    """A UID as typed, with or without words around it; a report's letter stands for its UID."""
    if found := UID.search(answer):
        return found[0]
    return frozen.reports.get(kinds.letter_of(answer), answer)


def _planted(fault: str) -> str:
    return next(letter for letter, kind in traffic.FAULTY.items() if kind == fault)


def _of(fault: str, name: str, says: str) -> ask.Slip:
    """The slip of taking the report with this fault."""
    letter = _planted(fault)
    return ask.slip(
        name,
        lambda f: f.reports[letter],
        says,
        lambda answer, f: _uid(answer, f) == f.reports[letter],
    )


ROUND_TRIP = ask.question(
    "round-trip",
    kinds.text(80),
    lambda f: f.reports[traffic.RIGHT],
    lambda answer, f: _uid(answer, f) == f.reports[traffic.RIGHT],
    _of("study", "new study UID", "The result will never appear beside the film."),
    _of(
        "series",
        "overwrote the original series",
        "It lies in the film's own series. A result needs a new one.",
    ),
    _of(
        "patient",
        "another patient",
        "Its study fits, and its patient is somebody else. Who will read that score?",
    ),
    _of(
        "version",
        "no version",
        "Which version of the model said that? In a year nobody will know.",
    ),
    ask.slip(
        "the film itself",
        lambda f: f.film,
        "That is the film's own number. The report has one of its own.",
        lambda answer, f: _uid(answer, f) == f.film,
    ),
    ask.slip(
        "the study",
        lambda f: f.study,
        "That is the study's number: film and report share it. Which report is it?",
        lambda answer, f: _uid(answer, f) == f.study,
    ),
    task="The one sound report of five in the archive",
    unfit="The number of one report in quotation marks, or its letter. A click on its button types "
    "it.",
    otherwise="One of the five reports is asked for, and none has that number. Click its button.",
    why="Same study, same patient, a series of its own, and the version is stated.",
    forms=lambda f: [traffic.RIGHT, f" {f.reports[traffic.RIGHT]} ", "report d", "D is sound."],
    hint="Compare each line with the film's: what has to be equal, and what has to differ?",
    next_hint="Patient and study have to be equal, the series has to differ, the version has to be "
    "there.",
)


# --- the gate

WORDS = {"notenough": "not enough", "passed": "pass", "failed": "fail", "passes": "pass",
         "fails": "fail", "not enough films": "not enough"}  # fmt: skip


def _verdict(text: str) -> str:
    """One verdict, also with the hospital's letter before it."""
    return wordings.read(re.sub(r"^\s*[NHK]\s*[:=-]", "", text), VERDICTS, WORDS)


def _said(answer: tuple) -> tuple[str, ...]:
    return tuple(_verdict(one) for one in answer)


def _right(frozen: Frozen) -> tuple[str, ...]:
    return tuple(one.verdict for one in frozen.accepted)


def _condition(frozen: Frozen, place: int, measure: str) -> dict:
    found = next(c.found for c in frozen.accepted[place].conditions if c.measure == measure)
    assert found is not None
    return {"lo": f"{found.lo:.2f}", "hi": f"{found.hi:.2f}", "n": found.n}


GATE = ask.question(
    "gate",
    kinds.tuple_of(*[kinds.text(20)] * 3),
    _right,
    lambda answer, f: _said(answer) == _right(f),
    ask.slip(
        "no such verdict",
        ("pass", "perhaps", "fail"),
        'Each verdict is "pass", "fail" or "not enough".',
        lambda answer: not set(_said(answer)) <= set(VERDICTS),
    ),
    ask.slip(
        "point estimate above limit",
        ("pass", "pass", "fail"),
        "Hospital H: lower bound {lo} is below the gate: not enough films. {n} ill ones are few.",
        lambda answer: _said(answer)[1] == "pass",
        lambda answer, f: _condition(f, 1, "sensitivity"),
    ),
    ask.slip(
        "undecided taken for a failure",
        ("pass", "fail", "fail"),
        "Hospital H: upper bound {hi} lies above the gate, so it has not failed either.",
        lambda answer: _said(answer)[1] == "fail",
        lambda answer, f: _condition(f, 1, "sensitivity"),
    ),
    ask.slip(
        "one good condition is enough",
        ("pass", "not enough", "pass"),
        "Hospital K: of specificity even the upper bound {hi} misses the gate. One missed "
        "condition fails, whatever the other is.",
        lambda answer: _said(answer)[2] == "pass",
        lambda answer, f: _condition(f, 2, "specificity"),
    ),
    ask.slip(
        "a failure taken for undecided",
        ("pass", "not enough", "not enough"),
        "Hospital K: of specificity even the upper bound {hi} misses the gate. More films are not "
        "needed to see that.",
        lambda answer: _said(answer)[2] == "not enough",
        lambda answer, f: _condition(f, 2, "specificity"),
    ),
    ask.slip(
        "a pass refused",
        ("not enough", "not enough", "fail"),
        "Hospital N: both intervals lie above the gate with both ends.",
        True,
    ),
    task="The verdict of one gate in three hospitals: N, H, K",
    unfit='Three verdicts in quotation marks, for N, H and K in this order. Each is "pass", "fail" '
    'or "not enough".',
    otherwise="Look where both ends of each interval lie.",
    why="The interval decides, and not the point in its middle.",
    comment=lambda answer, f: f"Hospital H: {f.accepted[1].headline()}",
    forms=lambda f: [[one.title() for one in _right(f)], ("Passed.", "NOT ENOUGH", "fails")],
    hint="Pass: both ends lie above the gate. Fail: both ends lie below it.",
    next_hint="Where the line of the gate crosses an interval, the films do not decide.",
    offer=offers.fill(
        "([], [], [])",
        *(offers.one(f"Hospital {name}", VERDICTS) for name in hospitals.NAMES),
    ),
)


# --- the summary


COUNT = re.compile(rf"(\d+|{'|'.join(kinds.WORDS[1:])})\b(?!\.\d).*")
READERS = re.compile(r"(?!.*\b(?:one|two|four|five|[0124-9])\b).*\bradiologists\b.*")


def _row(name: str, text: str) -> str:
    """A row as the word that the page offers, where another says the same."""
    told = wordings.plain(text)
    if name == "status":
        cleared = re.search(r"\bcleared\b|\bsubstantially equivalent\b", told)
        denied = re.search(r"\bnot (?:yet )?cleared\b|(?<!not )\bapproved\b", told)
        return papers.RIGHT[name] if cleared and not denied else told
    if papers.is_absent(told):
        return papers.ABSENT
    if name in ("n", "sites") and (found := COUNT.fullmatch(told)):
        return str(kinds.WORDS.index(found[1])) if found[1] in kinds.WORDS else found[1]
    if name == "reference" and READERS.fullmatch(told):
        return papers.RIGHT[name]
    return told


def _rows(answer: Mapping) -> dict[str, str]:
    """Each row as a plain word; 602.0 and "602 films" are 602."""
    given = {str(name).strip().lower(): value for name, value in answer.items()}
    out = {}
    for name in papers.ROWS:
        value = given.get(name, "")
        if isinstance(value, (list, tuple)) and len(value) == 1:
            value = value[0]
        if isinstance(value, float):
            value = f"{value:g}"
        out[name] = _row(name, str(value))
    return out


def _is_mix(told: str) -> bool:
    """Whether a row holds the mix of the study, 184 of 602, in one of its forms."""
    return bool(re.search(r"\b184\b|\b30\.[56]|\b(?:0\.)?(?:30[56]\d*|3[01])\b", told))


def _agree(answer: Mapping) -> list[str]:
    said = _rows(answer)
    return [name for name in papers.JUDGED if said[name] == papers.RIGHT[name]]


def _invented(answer: Mapping) -> list[str]:
    """Rows that the document leaves open and that were filled nevertheless."""
    said = _rows(answer)
    return [
        name
        for name in papers.JUDGED
        if papers.RIGHT[name] == papers.ABSENT and said[name] not in (papers.ABSENT, "")
    ]


def _marked(answer: Mapping) -> bool:
    return (
        len(_agree(answer)) >= ROWS_RIGHT
        and not _invented(answer)
        and _rows(answer)["status"] == papers.RIGHT["status"]
    )


def _card(**changed: str) -> dict[str, str]:
    return {**papers.RIGHT, **changed}


MARKUP = ask.table(
    "mark-up",
    papers.RIGHT,
    _marked,
    ask.slip(
        "rows missing",
        {"n": "602"},
        "Fill in all six rows: " + ", ".join(papers.ROWS) + ".",
        lambda answer: any(not said for said in _rows(answer).values()),
    ),
    ask.slip(
        "prevalence of the study",
        _card(prevalence=papers.MIX),
        "184 of 602: that is the mix of the study, not of a list. The films were chosen.",
        lambda answer: "prevalence" in _invented(answer) and _is_mix(_rows(answer)["prevalence"]),
    ),
    ask.slip(
        "a prevalence from elsewhere",
        _card(prevalence=".05"),
        "Where does the summary say how common it is on a list? Do not fill in what you could "
        "guess.",
        lambda answer: "prevalence" in _invented(answer),
    ),
    ask.slip(
        "who took part is no subgroup result",
        _card(subgroups="by sex and age"),
        "The summary says who took part. How well the device does in women or in old patients is "
        "not in it.",
        lambda answer: "subgroups" in _invented(answer),
    ),
    ask.slip(
        "approved",
        _card(status="approved"),
        "Approved is another procedure, in which safety and effectiveness have to be shown. Which "
        "word goes with a 510(k)?",
        lambda answer: _rows(answer)["status"] == "approved",
    ),
    ask.slip(
        "another word for the office's",
        _card(status=papers.ABSENT),
        "Row status: the text above the summary names two words of the office. Which one goes with "
        "a 510(k)?",
        lambda answer: _rows(answer)["status"] != papers.RIGHT["status"],
    ),
    ask.slip(
        "not the number asked for",
        _card(n="184", sites="12"),
        "Look again at: {rows}.",
        True,
        lambda answer: {"rows": ", ".join(n for n in papers.JUDGED if n not in _agree(answer))},
    ),
    limit=len(papers.ROWS),
    accepted="Of the first five rows one may be off; `status` has to be right. No row may be "
    "filled with what is not stated.",
    task="What a device summary states, and what is absent",
    unfit='A form of six rows in braces: {"n": "...", "sites": "...", ...}. Each row says what is '
    'stated, or "absent".',
    otherwise="Look again at the summary.",
    why="What is absent is your list of questions.",
    comment=lambda answer: (
        "All six rows fit."
        if len(_agree(answer)) == len(papers.JUDGED)
        else "One row does not fit: "
        + ", ".join(n for n in papers.JUDGED if n not in _agree(answer))
        + "."
    ),
    forms=[
        {**papers.RIGHT, "n": 602, "sites": 3},
        {name: said.upper() for name, said in papers.RIGHT.items()},
        _card(sites="2"),
    ],
    hint="Search the text for each row. A number that stands for something else does not count.",
    next_hint="Chosen films have a mix, and no prevalence. Two of the five rows are absent.",
    offer=offers.fill(
        "{" + ", ".join(f'"{name}": []' for name in papers.ROWS) + "}",
        *(offers.one(asked, words) for asked, words, _ in papers.ROWS.values()),
    ),
)


# --- the log

STOP = ask.number(
    "stop-rule",
    lambda f: sheets.stop_week(),
    ask.slip(
        "first week below by its value",
        1,
        "{n} alarms: the interval still holds your limit. It reaches up to {hi}.",
        lambda answer: answer in range(1, sheets.stop_week()),
        lambda answer: _logged(answer),
    ),
    ask.slip(
        "the last week",
        4,
        "At the end of the log it is plain. An earlier week had said it already.",
        lambda answer: answer == len(sheets.ALARMS),
    ),
    ask.slip(
        "no such week",
        5,
        "The log has weeks 1 to 4, in whole numbers.",
        lambda answer: answer not in range(1, len(sheets.ALARMS) + 1),
    ),
    points=1,
    unit="weeks",
    task="Week in which the log of alarms calls a stop",
    otherwise="Give one of the weeks 1 to 4.",
    why="The whole interval lies below what was agreed: the rule stops, and nobody argues.",
    comment=lambda answer: f"All alarms up to then: {sheets.ppv_log()[int(answer) - 1]}.",
    hint="Look at the upper end of the interval of all weeks so far.",
    next_hint="The first week in which it lies below .40.",
    offer=offers.fill("[]", offers.one("Week", "1234", quoted=False)),
)


def _logged(week: float) -> dict:
    found = sheets.ppv_log()[max(int(week), 1) - 1]
    return {"n": found.n, "hi": f"{found.hi:.2f}"}


# --- money and seconds


def _even(**changed: float) -> float:
    found = sheets.Money(**changed).break_even
    assert found is not None
    return found


def _without_alarms() -> tuple[float, ...]:
    """Break-even where a false alarm costs no minutes, and where it costs nothing at all."""
    return _even(alarm=0.0), _even(alarm=0.0, scan=0.0)


def _about(value: float) -> float:
    return PART * value


BREAK_EVEN = ask.number(
    "break-even",
    lambda f: _even(),
    ask.slip(
        "ignored false alarms",
        lambda f: _even(alarm=0.0),
        "With so many films a day the department still loses {loss} euros. Each false alarm costs "
        "{m} min.",
        lambda answer: any(abs(answer - one) <= _about(one) for one in _without_alarms()),
        lambda answer, f: {"m": f"{f.money.alarm:g}", "loss": f"{-f.money.gain(answer):.0f}"},
    ),
    ask.slip(
        "ignored the CTs",
        lambda f: _even(scan=0.0),
        "With so many films a day the department still loses {loss} euros. What follows a false "
        "alarm costs money too.",
        lambda answer: abs(answer - _even(scan=0.0)) <= 5,
        lambda answer, f: {"loss": f"{-f.money.gain(answer):.0f}"},
    ),
    ask.slip(
        "no film",
        0,
        "Without a film nothing is earned, and the fee is paid all the same. Move the slider.",
        lambda answer: answer <= 0,
    ),
    ask.slip(
        "too few",
        100,
        "With so many films a day the department still loses {loss} euros.",
        lambda answer, f: 0 < answer < _even() * (1 - PART),
        lambda answer, f: {"loss": f"{-f.money.gain(answer):.0f}"},
    ),
    ask.slip(
        "more than needed",
        400,
        "With so many films a day {gain} euros are left. At which number is nothing left?",
        True,
        lambda answer, f: {"gain": f"{f.money.gain(answer):.0f}"},
    ),
    accepts=lambda answer, f: abs(answer - _even()) <= _about(_even()),
    accepted="A difference of 5 in 100 is accepted.",
    points=1,
    unit="films",
    task="Films a day at which the program neither earns nor costs",
    otherwise="Move the slider until the day's gain is about 0.",
    why="Below it the program costs, above it it earns. A smaller hospital may have bought a loss.",
    comment=lambda answer, f: f"With {answer:.0f} films a day: {f.money.gain(answer):z.0f} euros.",
    forms=lambda f: [round(_even()), 1.04 * _even(), 0.96 * _even()],
    hint="The blue line on the right crosses 0 there.",
    next_hint="Drag the slider until the caption says about 0 euros.",
    offer=offers.fill("[]", offers.slide("Films a day", 20, 500, 1)),
)


BANDWIDTH = ask.number(
    "cloud-or-local",
    lambda f: sheets.equal_bandwidth(),
    ask.slip(
        "MB for Mbit",
        lambda f: sheets.equal_bandwidth(1.0),
        "Factor 8: a megabyte has eight megabits.",
        lambda answer: abs(answer - sheets.equal_bandwidth(1.0)) <= 0.5,
    ),
    ask.slip(
        "too thin",
        10,
        "There the cloud takes {cloud} s, and the machine in the house {local} s.",
        lambda answer: 0 < answer < sheets.equal_bandwidth(),
        lambda answer: _both(answer),
    ),
    ask.slip(
        "too thick",
        60,
        "There the cloud takes {cloud} s only, and the machine in the house {local} s.",
        lambda answer: answer > sheets.equal_bandwidth(),
        lambda answer: _both(answer),
    ),
    ask.slip("no line at all", 0, "Without a line nothing gets to the cloud.", True),
    accepts=lambda answer: (
        abs(answer - sheets.equal_bandwidth()) <= _about(sheets.equal_bandwidth())
    ),
    accepted="A difference of 5 in 100 is accepted.",
    points=1,
    unit="Mbit/s",
    task="Bandwidth at which cloud and local are equally fast, in Mbit/s",
    otherwise="Move the slider until both bars are equally long.",
    why="On a thinner line the house is faster, on a thicker one the cloud is.",
    comment=lambda answer: "Cloud {cloud} s, local {local} s.".format(**_both(answer)),
    forms=lambda f: [25, 26, round(sheets.equal_bandwidth(), 1)],
    hint="Move the slider until both bars are equally long.",
    next_hint="The queue and the compute of the house together, less the cloud's other terms: so "
    "long may the upload take.",
    offer=offers.fill("[]", offers.slide("Mbit/s", 1, 60, 1)),
)


def _both(megabits: float) -> dict:
    return {
        name: f"{way.total(max(megabits, 0.1)):.0f}"
        for name, way in (("cloud", sheets.CLOUD), ("local", sheets.LOCAL))
    }


# --- the year


def _alarm(frozen: Frozen) -> int:
    found = frozen.year.alarm()
    assert found is not None
    return found


def _dip(frozen: Frozen) -> int:
    return frozen.year.dips()[0]


def _by_chance() -> str:
    return f"{monitoring.false_alarms(monitoring.SIGMAS, weeks.WEEKS):.0f}"


ALARM = ask.number(
    "alarm-week",
    _alarm,
    ask.slip(
        "no such week",
        weeks.WEEKS + 1,
        f"The chart has weeks 1 to {weeks.WEEKS}, in whole numbers.",
        lambda answer: answer not in range(1, weeks.WEEKS + 1),
    ),
    ask.slip(
        "first single dip",
        _dip,
        "With 2-sigma limits about one week in 20 falls outside by chance; with 3-sigma limits far "
        "fewer.",
        lambda answer, f: abs(answer - _dip(f)) <= LATE,
    ),
    ask.slip(
        "before anything happened",
        25,
        "In that week and the two before it the agreement lay inside its limits.",
        lambda answer, f: answer < _alarm(f) - LATE,
    ),
    ask.slip(
        "weeks too late",
        lambda f: _alarm(f) + 4,
        "By then it had lain below the limit for weeks.",
        lambda answer, f: answer > _alarm(f) + LATE,
    ),
    accepts=lambda answer, f: answer == int(answer) and abs(answer - _alarm(f)) <= LATE,
    accepted="Two weeks earlier or later are accepted.",
    look=True,
    unit="weeks",
    task="First week of a justified alarm on the chart of the year",
    otherwise="Give the number of a week.",
    why="Two low weeks of three are rare by chance. From there on they do not stop.",
    comment=lambda answer, f: (
        f"The update came in week {weeks.DRIFT}; the second low week of three is week {_alarm(f)}."
    ),
    forms=lambda f: [_alarm(f) - LATE, _alarm(f) + LATE],
    hint="One low week is chance. Look for low weeks that stand together.",
    next_hint="Two of three weeks below the line are an alarm.",
    offer=offers.fill("[]", offers.slide("Week", 1, weeks.WEEKS, 1)),
)


UNUSED = ask.choice(
    "why-unused",
    ("C", 2),
    names="cause, because",
    task="Why nobody opens the results, and how one knows",
    letters={
        "A": (
            "distrust",
            "The radiologist looked at all that were there, and found them fine.",
        ),
        "B": (
            "it fails too often",
            "It ran 99.8 % of the time. But when was a film with it?",
        ),
        "D": ("training", "Who opens a result that is not there? Training does not bring it."),
    },
    because=(
        "right cause, wrong reason",
        "The cause is right, the reason is not. Which two times in the meeting show it?",
    ),
    why="The report is signed 9 minutes after the film, the film gets to the program after 25. "
    "Nobody can use what comes later. The route has to be mended, not the program.",
    hint="Write down every time that is said in the meeting.",
    next_hint="When is the report signed, and when does the film get to the program?",
)

EXERCISES = (PITCH, ROUND_TRIP, GATE, MARKUP, STOP, BREAK_EVEN, BANDWIDTH, ALARM, UNUSED)
