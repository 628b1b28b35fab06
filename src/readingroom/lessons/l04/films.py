"""Lesson 04's labels and scores: stored, of the learner's own cohort, or standing in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from readingroom import data, simulator
from readingroom.assess import decision, metrics, operating
from readingroom.assess.named import named
from readingroom.data import origin, split
from readingroom.kernel import stored
from readingroom.kernel.session import current
from readingroom.simulator.scores import GAMMAS

LESSON = "04"
SIMULATED = "SIMULATED"
HABIT = 0.5  # threshold that the questions use: without alarms there is no share of true ones
SAMPLE_DRAWS = 300  # bootstrap draws of each small sample: for the eye, not for a check
SHOWN_SEED, SHOWN_SIZE = 5, 256  # the film that is displayed with three gammas
FEWEST = {"val": (20, 5), "test": (150, 30)}  # films, and films of each kind, of an own cohort


@dataclass(frozen=True)
class Scored:
    """Films of one set: what they are, and what the models said.

    Attributes
    ----------
    y : ndarray, (N,) of 0 and 1
    a, b : ndarray, (N,), or None
        Scores of the two models, 0 to 1.
    patient : ndarray, (N,), or None
        Where it is known.
    tag : str or None
        For figures, where these are not the lesson's own films.
    """

    y: np.ndarray
    a: np.ndarray
    b: np.ndarray | None = None
    patient: np.ndarray | None = None
    tag: str | None = None

    def __len__(self) -> int:
        return len(self.y)

    def banner(self) -> str:
        """Which films these are: simulated stand-ins, or those of the open lesson."""
        return origin.SIMULATED if self.tag == SIMULATED else origin.current().banner


@dataclass(frozen=True)
class Scores:
    """Everything lesson 04 counts.

    Attributes
    ----------
    val, test : Scored
        Validation and test films; model B may be missing for an own cohort.
    pair : Scored
        Test films that both models scored.
    adults : Scored
        Model A on another hospital's adults; the label is another question.
    groups : dict of ndarray
        ``view``, ``sex`` and ``age`` of those adults.
    elsewhere : str
        What those adults are called in a figure beside films that are not simulated.
    ill : Scored
        Adults who are all ill: labels are all 1.
    local, rest : ndarray of int
        The test films of the hospital itself, and the others.
    says : tuple of str
        What stands in for what.
    caption : str
        Where the scores come from.
    """

    val: Scored
    test: Scored
    pair: Scored
    adults: Scored
    groups: dict[str, np.ndarray]
    elsewhere: str
    ill: Scored
    local: np.ndarray
    rest: np.ndarray
    says: tuple[str, ...]
    caption: str

    def describe(self) -> str:
        """Who was scored, in lines to read."""
        lines = [_said("Validation", self.val), _said("Test", self.test)]
        lines.append(f"Adults elsewhere: {len(self.adults)} films, another question.")
        lines.append(f"Adults who are all ill: {len(self.ill)} films.")
        return "\n".join([*lines, *self.says, self.caption])


def _said(name: str, films: Scored) -> str:
    ill = int(films.y.sum())
    return f"{name}: {len(films)} films, {ill} labelled 1 and {len(films) - ill} labelled 0."


def load(mode: str) -> Scores:
    """The scores for one mode.

    Parameters
    ----------
    mode : str
        ``real``, ``simulated``, or an own cohort's name: its own ``score`` column is used where
        it can be, and simulated scores stand in for the rest.
    """
    kept = stored.load(LESSON, "scores", mode)
    tag = SIMULATED if kept.stands_in else None
    parts = {
        part: Scored(
            kept[f"{part}_label"].astype(int),
            kept[f"{part}_a"].astype(float),
            kept[f"{part}_b"].astype(float),
            tag=tag,
        )
        for part in ("val", "test")
    }
    pair, says = parts["test"], ()
    if kept.stands_in:
        own, reason = _own(mode)
        parts, says = own or parts, _explained(bool(own), reason)
    local, rest = split.at_home(len(parts["test"]))
    adults = Scored(
        kept["adults_label"].astype(int),
        kept["adults_score"].astype(float),
        patient=kept["adults_patient"],
        tag=tag,
    )
    ill = kept["ill_score"].astype(float)
    return Scores(
        **parts,
        pair=pair,
        adults=adults,
        elsewhere="simulated adults" if kept.stands_in else "adults",
        groups={name: kept[f"adults_{name}"] for name in ("view", "sex", "age")},
        ill=Scored(named(np.ones(len(ill), int), kept), ill, patient=kept["ill_patient"], tag=tag),
        local=local,
        rest=rest,
        says=says,
        caption=_caption(kept),
    )


def _caption(kept: stored.Stored) -> str:
    return f"Scores stored on {kept.made['date']}."


def _own(name: str) -> tuple[dict[str, Scored] | None, str]:
    """Validation and test part of an own cohort with usable scores, else None and why not."""
    cohort = data.load(name)
    table = cohort.table
    if "score" not in table or table["score"].isna().all():
        return None, "there is no column of scores"
    table = table[table["score"].notna()]
    if not table["score"].between(0, 1).all():
        return None, "its scores do not lie between 0 and 1"
    out = {}
    for part, (films, each) in FEWEST.items():
        rows = table[table["split"] == part]
        y = rows["label"].to_numpy(int)
        if len(y) < films or min(y.sum(), (1 - y).sum()) < each:
            said = {"val": "validation", "test": "test"}[part]
            return None, f"its {said} part has fewer than {films} scored films or {each} of a kind"
        if part == "test" and len(set(rows["score"] >= HABIT)) < 2:
            return None, f"all scores of its test part lie on one side of {HABIT}"
        known = "patient" in rows and rows["patient"].notna().all()
        who = rows["patient"].to_numpy(str) if known else None
        score = named(rows["score"].to_numpy(float), cohort)
        out[part] = Scored(named(y, cohort), score, patient=who)
    return out, ""


def _explained(used: bool, reason: str) -> tuple[str, ...]:
    if not used:
        return (f"Simulated scores stand in for your films: {reason}.",)
    return (
        "Validation and test are your films with your scores (model A).",
        "Simulated scores stand in for model B, for the films displayed whiter or darker, and for "
        "the adults elsewhere.",
    )


def scores() -> Scores:
    """The scores of the lesson that is open, for its mode."""
    return load(current().mode)


def sampled_auc(films: Scored, n: int, k: int) -> metrics.Estimate:
    """AUC of model A on sample number `k` of `n` films, both kinds among them."""
    rng = np.random.default_rng([4, n, k])
    while True:
        rows = rng.permutation(len(films))[:n]
        if 0 < films.y[rows].sum() < n:
            return metrics.auc(films.y[rows], films.a[rows], draws=SAMPLE_DRAWS)


def specificity_gaps(scored: Scores) -> dict[str, metrics.Estimate]:
    """How far the specificity at 0.5 differs between two groups of the adults.

    Returns
    -------
    dict of str to Estimate
        ``PA minus AP`` and ``men minus women``; bootstrap by patient, as one patient may have films
        of both views.
    """
    well = scored.adults.y == 0
    quiet = (scored.adults.a[well] < HABIT).astype(float)
    out = {}
    for name, group, one, other in (
        ("PA minus AP", "view", "PA", "AP"),
        ("men minus women", "sex", "M", "F"),
    ):
        column = np.asarray(scored.groups[group]).astype(str)[well]
        out[name] = metrics.bootstrap(
            lambda q, g, one=one, other=other: _mean(q[g == one]) - _mean(q[g == other]),
            quiet,
            column,
            patient=None if scored.adults.patient is None else scored.adults.patient[well],
            name=name,
        )
    return out


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def told_of_gaps(gaps: dict[str, metrics.Estimate]) -> str:
    """Which of the gaps are shown, in a sentence or two."""
    shown = [name for name, gap in gaps.items() if gap.lo > 0 or gap.hi < 0]
    if len(shown) == len(gaps):
        return (
            "Both intervals leave out 0. A maker tells you of the view. Would this maker have told "
            "you that the sexes differ about as much?"
        )
    if not shown:
        return "Both intervals contain 0, so no difference between groups is shown here."
    return f"Only the interval of {shown[0]} leaves out 0, so only that difference is shown."


def at_three_gammas() -> tuple[np.ndarray, list[str]]:
    """A simulated child's film with the least, the middle and the largest gamma of the lesson.

    Returns
    -------
    films : ndarray, (3, H, W) uint8
    titles : list of str
    """
    patient = simulator.Patient.sample(SHOWN_SEED, ages="children")
    exam = simulator.Exam.sample(patient, SHOWN_SEED, view="AP")
    film = simulator.draw(patient, exam, size=SHOWN_SIZE).image / 255
    shown = (min(GAMMAS), 1.0, max(GAMMAS))
    films = np.stack([np.round(255 * film**gamma).astype(np.uint8) for gamma in shown])
    return films, [f"gamma {gamma:g}" for gamma in shown]


def cost_curve(
    films: Scored, rows: np.ndarray, ill: float, miss: float
) -> tuple[np.ndarray, np.ndarray]:
    """Thresholds, (T,), and the expected cost of 1,000 patients at each, in false alarms, (T,)."""
    false, sens, thresholds = operating.roc(films.y[rows], films.a[rows])
    return np.minimum(thresholds, 1.02), operating.cost(sens, 1 - false, ill, miss)


def net_benefits(
    films: Scored, local: np.ndarray, rest: np.ndarray, ill: float
) -> tuple[np.ndarray, list[float], list[float]]:
    """Net benefit at each price of a miss, scored on the films `rest`.

    Returns
    -------
    worth : ndarray of int, (W,)
        False alarms that one found patient is worth.
    chosen, fixed : list of float, (W,)
        Net benefit of the threshold that the films `local` choose at this price, and of 0.5.
    """
    worth = np.unique(np.round(np.geomspace(1, 60, 25)).astype(int))
    y, s, cy, cs = films.y[rest], films.a[rest], films.y[local], films.a[local]

    def benefit(threshold: float, price: float) -> float:
        point = operating.at(y, s, threshold)
        return decision.net_benefit(point.sensitivity.value, point.specificity.value, ill, price)

    chosen = [benefit(operating.cheapest(cy, cs, ill, w), w) for w in worth]
    return worth, chosen, [benefit(0.5, w) for w in worth]
