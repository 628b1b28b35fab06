"""Checks of lesson 08, "Doctor plus machine"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom.assess import conformal
from readingroom.assess.metrics import Estimate, share
from readingroom.lessons.l08 import films
from readingroom.questions import builders as ask, kinds, offers, wordings

# Exercises whose value a later cell goes on with.
CARRIED = ("read-alone", "read-with-ai")

LOCAL_LIMITS = (0.5, 0.02, 0.15)  # decided alone at least; missed and false alarms at most
LOST, FALSE, ESCALATED = 1, 3, 8  # the drill: at most
SURE = 0.95
PROMISED = 0.9


@dataclass(frozen=True)
class Frozen:
    """What lesson 08's checks read: stored scores, a simulated day, and two lists of cases."""

    scores: films.Scores
    certain: np.ndarray  # of the films that judge a rule, (N,)
    day: films.Day
    sitting: films.Sitting
    drill: films.Discordant
    kept: conformal.Coverage
    on_val: conformal.Coverage

    def deferred(self, cut: float) -> films.Deferred | None:
        """What the rule does on the films that did not choose it."""
        return films.deferred(self.scores.rest, self.certain, cut)


def frozen(mode: str) -> Frozen:
    """Load and count everything once for one mode."""
    scores = films.scores_of(mode)
    val, test = scores.val, scores.test
    return Frozen(
        scores=scores,
        certain=films.certainty(scores.rest, scores.local),
        day=films.a_day(test),
        sitting=films.sitting(mode, images=False),
        drill=films.discordant(images=False),
        kept=conformal.coverage(conformal.prediction_sets(val.y, val.a, test.a), test.y),
        on_val=conformal.coverage(conformal.prediction_sets(val.y, val.a, val.a), val.y),
    )


INTERVAL = ask.choice(
    "which-interval",
    ("Q", 2),
    names="interval, because",
    task="The interval that answers the question, and why",
    letters={
        "P": (
            "these readers only",
            "P lets the cases vary and keeps these readers. Will yours be the same people?",
        ),
        "R": (
            "these cases only",
            "R lets the readers vary and keeps these cases. Will yours be the same patients?",
        ),
    },
    because=(
        "right interval, wrong reason",
        "The interval is right, the reason is not. Its width is not what counts.",
    ),
    why="Your hospital has other readers and other patients. Only Q lets both vary, and Q holds 0: "
    "this study cannot tell.",
    hint="What will be different when your own hospital uses the program?",
    next_hint="Each interval lets something vary. Look for the one that lets both vary.",
)


def _above(frozen: Frozen, rows: np.ndarray) -> float:
    return float((frozen.scores.test.a[rows] > SURE).mean())


def _normals(frozen: Frozen) -> np.ndarray:
    return frozen.scores.test.y == 0


def _share_of(true: np.ndarray) -> float:
    return float(true.sum()) / max(len(true), 1)


SURE_AND_WRONG = ask.share(
    "sure-and-wrong",
    lambda f: _above(f, _normals(f)),
    ask.slip(
        "all films",
        lambda f: float(((f.scores.test.a > SURE) & _normals(f)).mean()),
        "That is a share of all films. The question is about the normal ones: divide by them.",
        within=0.0011,
    ),
    ask.slip(
        "of the sure calls",
        lambda f: _share_of(f.scores.test.y[f.scores.test.a > SURE] == 0),
        "That is the share of the films above .95 that are normal. Divide by all normal films.",
        within=0.0011,
    ),
    ask.slip(
        "the validation films",
        lambda f: _share_of(f.scores.val.a[f.scores.val.y == 0] > SURE),
        "Those are the validation films. Take test.a and test.y.",
        within=0.0011,
    ),
    ask.slip(
        "the threshold of a half",
        lambda f: _share_of(f.scores.test.a[_normals(f)] > 0.5),
        "Those are the normal films with a score above .5. The question is about .95.",
        within=0.0011,
    ),
    ask.slip(
        "every film above",
        lambda f: _above(f, f.scores.test.y >= 0),
        "That counts ill films too. Take the normal ones, then ask how many lie above .95.",
    ),
    ask.slip(
        "ill films",
        lambda f: _above(f, ~_normals(f)),
        "Those are the ill films: there a high score is right.",
    ),
    ask.a_count(lambda f: (f.scores.test.a[_normals(f)] > SURE).sum(), above=1),
    within=0.005,
    points=1,
    task="Share of normal test films with a score above .95",
    otherwise="Take the normal test films, and count those above .95 among them.",
    why="So often the model is sure, and wrong.",
    comment=lambda answer, f: "Found: {}.".format(
        share(
            int((f.scores.test.a[_normals(f)] > SURE).sum()),
            int(_normals(f).sum()),
            "share above .95 among the normal films",
        )
    ),
    hint="test.a[test.y == 0] are the scores of the normal films.",
    next_hint="The mean of (scores > 0.95) is a share.",
)


def _set_sizes(frozen: Frozen) -> tuple[Estimate, ...]:
    val, test = frozen.scores.val, frozen.scores.test
    sizes = conformal.prediction_sets(val.y, val.a, test.a).sum(axis=1)
    groups = (test.y >= 0, test.y == 0, test.y == 1)
    return tuple(
        share(int((sizes[rows] == 1).sum()), int(rows.sum()), "one answer") for rows in groups
    )


COVERAGE = ask.estimates(
    "coverage",
    lambda f: tuple(f.kept),
    ask.slip(
        "validation only",
        lambda f: tuple(f.on_val),
        "Those are the films that made the promise. It is to be kept on the test films.",
        within=0.01,
    ),
    ask.slip(
        "set size",
        _set_sizes,
        "That is how often the set holds one answer. How often is the truth inside?",
        within=0.01,
    ),
    ask.slip(
        "another order",
        lambda f: tuple(f.kept)[::-1],
        "All films first, then the well ones, then the ill ones.",
        lambda answer, f: (
            sorted(round(a[0], 2) for a in answer) == sorted(round(e.value, 2) for e in f.kept)
        ),
    ),
    n=3,
    within=0.01,
    bounds=0.015,
    task="Coverage on the test films: all, well, ill",
    unfit="Three shares with their intervals: what rr.conformal.coverage returns.",
    otherwise="These are not the three shares of test films whose set holds the truth.",
    why="Promised: 9 in 10. The films moved, so it was not kept; and for normal films nobody had "
    "promised it.",
    comment=lambda answer, f: f"Found: {'; '.join(map(str, f.kept))}.",
    hint="One function counts it: rr.conformal.coverage(sets, labels).",
    next_hint="The sets are called promised; the labels of the test films are test.y.",
)


def _keeps(found: films.Deferred | None) -> bool:
    if found is None:
        return False
    alone, missed, alarms = LOCAL_LIMITS
    return (
        found.automated.value >= alone
        and found.missed.value <= missed
        and found.alarms.value <= alarms
    )


def _good_cuts(frozen: Frozen) -> list[float]:
    return [cut for cut in np.arange(0.75, 0.95, 0.01).round(2) if _keeps(frozen.deferred(cut))]


def _middle_cut(frozen: Frozen) -> float:
    cuts = _good_cuts(frozen)
    return float(cuts[len(cuts) // 2])


def _told(answer: float, frozen: Frozen) -> dict:
    """What the rule does on the other films, which limits it breaks there, and whether at home."""
    found = frozen.deferred(answer)
    if found is None:
        return {"found": "On the other films no well film is decided alone."}
    _, missed, alarms = LOCAL_LIMITS
    broken = {
        "ill films missed": found.missed.value > missed,
        "false alarms": found.alarms.value > alarms,
    }
    local = frozen.scores.local
    at_home = films.deferred(local, films.certainty(local, local), answer)
    return {
        "found": f"On the other films: {found}.",
        "broken": " and ".join(name for name, high in broken.items() if high),
        "local": " Your local films kept all three limits; other films differ a little."
        if _keeps(at_home)
        else "",
    }


DEFER = ask.number(
    "defer",
    _middle_cut,
    ask.slip(
        "a percentage",
        80,
        "That is a percentage. A certainty of 80 % is written .8.",
        lambda answer: answer >= 2,
    ),
    ask.slip(
        "more than certain",
        1.5,
        "A certainty lies between .5 and 1.",
        lambda answer: answer > 1 or answer < 0,
    ),
    ask.slip(
        "a threshold on the score",
        0.2,
        "A certainty is the larger of p and 1 - p, so it is never below .5, and this rule decides "
        "every film alone.",
        lambda answer: answer <= 0.5,
    ),
    ask.slip(
        "defer all",
        1.0,
        "{found} Fewer than half of the films are decided alone: hardly any work is saved.",
        lambda answer, f: (
            (found := f.deferred(answer)) is None or found.automated.value < LOCAL_LIMITS[0]
        ),
        _told,
    ),
    ask.slip(
        "not sure enough",
        0.6,
        "{found} Too many {broken}: ask for more certainty.{local}",
        True,
        _told,
    ),
    accepts=lambda answer, f: _keeps(f.deferred(answer)),
    alike=0.004,
    accepted="Every certainty that keeps the three limits on the other films is accepted.",
    task="The certainty from which the program may decide alone",
    forms=lambda f: [min(cuts := _good_cuts(f)), max(cuts)],
    otherwise="On the other films one of the three limits is not kept.",
    why="Chosen on 200 films, kept on the others. What is left to you are the doubtful films.",
    comment=lambda answer, f: f"On the other films: {f.deferred(answer)}.",
    hint="In the table of the local films look for the lines that keep all three limits.",
    next_hint="Do not take the line that just keeps them: other films will differ a little.",
)


WAITS = ask.indices(
    "who-waits",
    lambda f: films.slowest(f.day),
    ask.beyond(films.FILMS, "The films of the day are numbered from 0 to 119.", "no such film"),
    ask.slip(
        "the flagged ones",
        lambda f: _flagged(f),
        "Those were flagged and moved up. Who moved down?",
        lambda answer, f: len(answer) > 2 and bool(f.day.flagged[answer].all()),
    ),
    ask.slip(
        "well patients",
        lambda f: [int(i) for i in np.flatnonzero(f.day.y == 0)[:3]],
        "The question is about ill patients. The list above holds them all.",
        lambda answer, f: bool((f.day.y[answer] == 0).any()),
    ),
    ask.missed("Right so far. Three ill patients are asked for."),
    limit=films.FILMS,
    points=1,
    look=True,
    task="The three ill patients who wait longest in the program's order",
    otherwise="Compare the waits in the last column; the three longest are asked for.",
    why="A flag moves some patients to the front, so it moves others back.",
    hint="The list above holds every ill patient, with the wait in both orders.",
    next_hint="Read the last column from the bottom: the longest waits stand there.",
)


def _flagged(frozen: Frozen) -> list[int]:
    day = frozen.day
    return [int(i) for i in np.flatnonzero(day.flagged & (day.y == 1))[:3]]


def _reading(slug: str, task: str, why: str, right: object, hint: str) -> object:
    return ask.indices(
        slug,
        right,
        ask.beyond(films.STUDY, "The films are numbered from 0 to 19.", "no such film"),
        ask.none("No film called at all. Look again, and call those you would call at work."),
        ask.every(films.STUDY, "Every film called pneumonia. Look again.", "all of them"),
        accepts=lambda answer: (
            0 < len(set(answer)) < films.STUDY and all(0 <= i < films.STUDY for i in answer)
        ),
        limit=films.STUDY,
        points=1,
        must=True,
        look=True,
        sealed=True,
        task=task,
        otherwise="Give the numbers of the films that you call pneumonia.",
        why=why,
        hint=hint,
        next_hint="A list of numbers in square brackets, such as [0, 4, 7].",
    )


def _alone(frozen: Frozen) -> list[int]:
    return [int(i) for i in np.flatnonzero(frozen.sitting.labels)]


def _beside(frozen: Frozen) -> list[int]:
    """The course's own reader gives in once to the planted miss and once to the planted alarm."""
    wrong = frozen.sitting.wrong
    missed = next(int(i) for i in wrong if frozen.sitting.labels[i] == 1)
    raised = next(int(i) for i in wrong if frozen.sitting.labels[i] == 0)
    return sorted((set(_alone(frozen)) - {missed}) | {raised})


ALONE = _reading(
    "read-alone",
    "The films you call pneumonia, without the program",
    "Your calls stand. Nobody grades them.",
    _alone,
    "Look at each film and decide; there is no number of ill films to reach.",
)
BESIDE = _reading(
    "read-with-ai",
    "The films you call pneumonia, with the program beside you",
    "Your calls stand. What you changed is counted below.",
    _beside,
    "You may change your mind or not; both are answers.",
)


def _counted(answer: tuple, frozen: Frozen) -> tuple[int, int]:
    return films.switches(answer[0], answer[1], frozen.sitting)


def _reliance(frozen: Frozen) -> tuple:
    alone, beside = _alone(frozen), _beside(frozen)
    return alone, beside, films.switches(alone, beside, frozen.sitting)[1]


def _towards_right(answer: tuple, frozen: Frozen) -> bool:
    changed, wrong = _counted(answer, frozen)
    return answer[2] == changed and changed != wrong


RELIANCE = ask.question(
    "own-reliance",
    kinds.tuple_of(kinds.indices(films.STUDY), kinds.indices(films.STUDY), kinds.number()),
    _reliance,
    lambda answer, f: answer[2] == _counted(answer, f)[1],
    ask.slip(
        "switches in total",
        lambda f: (_alone(f), sorted({*_beside(f)} ^ {_alone(f)[0]}), 3),
        "That is how many calls you changed in total. Only right calls given up for a wrong one "
        "are asked for.",
        _towards_right,
    ),
    ask.slip(
        "more than there are",
        lambda f: (_alone(f), _beside(f), 5),
        "The program was wrong on four films only.",
        lambda answer: answer[2] > films.PLANTED_MISSES + films.PLANTED_ALARMS,
    ),
    ask.slip(
        "another count",
        lambda f: (_alone(f), _beside(f), 1),
        "Your two lists say something else. Compare them on the four films where the program was "
        "wrong.",
        True,
    ),
    task="How often you moved from the right call to the program's wrong one",
    forms=lambda f: [
        (_alone(f), _alone(f), 0),
        (set(_alone(f)), np.array(_beside(f)), float(_reliance(f)[2])),
    ],
    unfit="A number from 0 to 4.",
    otherwise="Compare your two lists on the films where the program was wrong.",
    why="This is how automation bias is measured. 20 films are far too few for a rate.",
    comment=lambda answer: (
        f"You followed the wrong program on {answer[2]:.0f} of 4 films."
        if answer[2]
        else "You gave up no right call."
    ),
    hint="Look at the table above. On which rows were you right alone?",
    next_hint="Count the rows on which you were right alone and are wrong beside the program.",
)


def _outcome(answer: tuple, frozen: Frozen) -> tuple[int, int, int]:
    return frozen.drill.outcome(*answer)


def _facts(answer: tuple, frozen: Frozen) -> dict:
    lost, false, up = _outcome(answer, frozen)
    return {"m": lost, "k": false, "n": up}


def _drilled(answer: tuple, frozen: Frozen) -> bool:
    lost, false, up = _outcome(answer, frozen)
    return lost <= LOST and false <= FALSE and up <= ESCALATED


def _perfect(frozen: Frozen) -> tuple[list[int], list[int]]:
    case = frozen.drill
    return [int(i) for i in np.flatnonzero(case.program != case.truth)], []


def _careful(frozen: Frozen) -> tuple[list[int], list[int]]:
    """Escalates every true nodule and two others, overrides the program's other false ones."""
    over = _perfect(frozen)[0]
    true = [int(i) for i in np.flatnonzero(frozen.drill.truth)]
    return [i for i in over[2:] if i not in true], sorted({*true, *over[:2]})


EVERY = list(range(sum(n for n, _ in films.DRILL.values())))

OVERRULE = ask.question(
    "overrule",
    kinds.tuple_of(kinds.indices(20), kinds.indices(20)),
    _perfect,
    _drilled,
    ask.slip(
        "a film that is not there",
        ([20], []),
        "The films are numbered from 0 to 19.",
        lambda answer: any(not 0 <= i < len(EVERY) for part in answer for i in part),
    ),
    ask.slip(
        "in both lists",
        ([0, 1], [1]),
        "In both lists: {films}. Override a film or escalate it.",
        lambda answer: bool(set(answer[0]) & set(answer[1])),
        lambda answer: {"films": wordings.numbered("film", sorted({*answer[0]} & {*answer[1]}))},
    ),
    ask.slip(
        "accept all",
        ([], []),
        "{k} false findings now stand in reports: where 1 in 10 is ill, most alarms are false. "
        "{m} true ones are lost, since the program did not see them.",
        lambda answer: not answer[0] and not answer[1],
        _facts,
    ),
    ask.slip(
        "override all",
        (EVERY, []),
        "{m} true findings talked away, and {k} false ones of the reader stand.",
        lambda answer: len(answer[0]) == len(EVERY),
        _facts,
    ),
    ask.slip(
        "escalate all",
        ([], EVERY),
        "{n} films escalated: somebody else reads your list. At most 8 are possible.",
        lambda answer: len(answer[1]) > ESCALATED,
        _facts,
    ),
    ask.slip(
        "not there yet",
        lambda f: (_perfect(f)[0][:4], []),
        "True nodules talked away: {m} (at most 1). False ones left in reports: {k} (at most 3). "
        "Look into the boxes again.",
        True,
        _facts,
    ),
    task="For each film of the drill: accept, override or escalate",
    accepted="At most 1 true nodule talked away, 3 false ones in reports, 8 films escalated.",
    unfit="Two lists of film numbers, what you override and what you escalate: [0, 1], [2]",
    otherwise="Look into the boxes again.",
    why="You disagreed with a reason, in both directions.",
    comment=lambda answer, f: (
        "True nodules talked away: {m}. False ones left in reports: {k}. Escalated: {n}.".format(
            **_facts(answer, f)
        )
    ),
    forms=lambda f: [_careful(f), (np.array(_perfect(f)[0]), [])],
    offer=offers.fill(
        "[]",
        offers.sort(
            "Click a film: once is override, twice is escalate, three times is accept",
            ("accept", "override", "escalate"),
        ),
    ),
    hint="Is the round shadow in the box, and is it more than two ribs that cross?",
    next_hint="Accept means that the AI's word stands. Most boxes of this drill are empty.",
)


DESIGN = ask.choice(
    "design",
    ("C", 3),
    names="my_study, why",
    task="The fair study of readers with and without a program, and why",
    letters={
        "A": ("same session", "You remember the film when you see it again a minute later."),
        "B": (
            "always in the same order",
            "Whoever reads with the program second has practised on the first sitting.",
        ),
        "D": (
            "two groups of readers",
            "Readers differ more than programs do; four against four shows who was in which group.",
        ),
    },
    because=(
        "right design, wrong reason",
        "The study is right, the reason is not. What makes it fair?",
    ),
    why="Each reader is compared with himself, and order and memory cancel out.",
    hint="What could make the second reading better or worse, beside the program?",
    next_hint="Memory and practice. Which study gives both ways the same share of them?",
)

EXERCISES = (
    INTERVAL, SURE_AND_WRONG, COVERAGE, DEFER, WAITS, ALONE, BESIDE, RELIANCE, OVERRULE, DESIGN,
)  # fmt: skip
