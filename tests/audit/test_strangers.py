"""Tables as strangers export them: what is odd is said, what is unclear asked, nothing guessed."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from readingroom import audit
from readingroom.assess import delong
from readingroom.cli import app

RNG = np.random.default_rng(5)
N = 200
Y = (np.arange(N) < 60).astype(int)
S = np.round(1 / (1 + np.exp(-RNG.normal(2 * Y - 1, 1))), 4)
TRUE = float(delong.auc(Y, S).value)
MODELS_COLUMNS = ["score", "prediction", "probability", "pred", "prob", "y_score", "AI_Score",
                  "model output", "confidence", "risk_score"]  # fmt: skip
TRUE_COLUMNS = ["reference", "label", "truth", "GroundTruth", "target", "y_true", "gt", "class"]


def _examine(folder, films: dict, **asked):
    path = folder / "films.csv"
    pd.DataFrame(films).to_csv(path, index=False)
    return audit.examine(path, **{"threshold": 0.5, **asked})


@settings(max_examples=60)
@given(st.data())
def test_the_right_column_or_a_question(tmp_path_factory, data):
    """With a call beside a score and a model's label beside the truth: the true AUC, or asked."""
    score, call = data.draw(st.lists(st.sampled_from(MODELS_COLUMNS), min_size=2, max_size=2,
                                     unique=True))  # fmt: skip
    truth, label = data.draw(st.lists(st.sampled_from(TRUE_COLUMNS), min_size=2, max_size=2,
                                      unique=True))  # fmt: skip
    columns = {score: S, truth: Y}
    if data.draw(st.booleans()):
        columns[call] = (S > 0.5).astype(int)
    if data.draw(st.booleans()):
        columns[label] = (S > 0.5).astype(int)
    names = data.draw(st.permutations(list(columns)))
    folder = tmp_path_factory.mktemp("columns")
    try:
        found = _examine(folder, {name: columns[name] for name in names})
    except audit.AuditError as asked:
        assert len(columns) > 2 and re.search("--(score|label) COLUMN", str(asked))
        found = _examine(folder, columns, columns={"score": score, "reference": truth})
    assert found.auc.value == pytest.approx(TRUE)
    told = " ".join(found.text().split())
    assert all(repr(name) in told for name in columns)


@pytest.mark.parametrize(
    ("column", "values"),
    [("pneumonia", Y), ("consensus", 1 - Y), ("seen", (S > 0.4).astype(int))],
)
def test_a_label_beside_another_call_is_asked(tmp_path, column, values):
    """`label` says not whose it is: where another column holds calls too, the command asks."""
    with pytest.raises(audit.AuditError, match="--label COLUMN"):
        _examine(tmp_path, {"score": S, "label": (S > 0.5).astype(int), column: values})


def test_a_call_beside_an_untitled_score_is_asked(tmp_path):
    """A column of yes and no is not ranked where a column with many values stands beside it."""
    with pytest.raises(audit.AuditError, match="--score COLUMN"):
        _examine(tmp_path, {"prediction": (S > 0.5).astype(int), "abn": S, "reference": Y})


@pytest.mark.parametrize("group", ["view", "sex", "age", "site", "patient"])
def test_two_columns_of_a_group_are_asked_too(tmp_path, group):
    """What is asked of score and reference is asked of every other column, by its option."""
    one, other = audit.reading.GROUPS[group][:2]
    columns = {"score": S, "reference": Y, one: np.arange(N) % 3, other: np.arange(N) % 2}
    with pytest.raises(audit.AuditError, match=f"--{group} COLUMN"):
        _examine(tmp_path, columns)
    assert _examine(tmp_path, columns, columns={group: other}).table.columns[group] == other


def test_the_command_takes_the_options_and_exits_with_a_question(tmp_path):
    """Without them one sentence and a non-zero exit; with them the verdict names the columns."""
    path = tmp_path / "f.csv"
    frame = pd.DataFrame({"pred": (S > 0.5).astype(int), "prob": S, "label": Y, "reader": "a"})
    frame.to_csv(path, index=False)
    asked = CliRunner().invoke(app, ["audit", str(path)])
    assert asked.exit_code == 1 and "--score COLUMN" in asked.stderr
    assert len(asked.stderr.strip().splitlines()) == 1
    done = CliRunner().invoke(
        app, ["audit", str(path), "--score", "prob", "--label", "label", "--threshold", "50 %"]
    )
    told = " ".join(done.output.split())
    assert (
        done.exit_code == 0 and "score is 'prob'" in told and "Not used: 'pred', 'reader'" in told
    )
    wrong = CliRunner().invoke(app, ["audit", str(path), "--score", "none"])
    assert wrong.exit_code == 1 and "has no column 'none' for --score" in wrong.stderr


@pytest.mark.parametrize("typed", ["5 %", "5%", "0.05", "0,05", " 5,0 % ", "5\u202f%"])
def test_a_share_is_taken_as_a_hand_types_it(typed):
    """Percent with or without a blank, point or comma: all are one twentieth."""
    done = CliRunner().invoke(
        app, ["audit", "--example", "--threshold", "50%", "--prevalence", typed, "--miss", "10,0",
              "--half-width", "5 %"]
    )  # fmt: skip
    assert done.exit_code == 0 and "5 % ill, as stated" in done.output
    assert "not known to within 0.05" in " ".join(done.output.split())


def test_scores_in_percent_are_scores(tmp_path):
    """A column written with percent signs is the same scores over 100."""
    found = _examine(tmp_path, {"score": [f"{100 * s:.2f} %" for s in S], "reference": Y})
    assert found.table.s == pytest.approx(S, abs=1e-4) and "slope" in found.calibration


PERFECT = Y * 0.5 + S / 4


@pytest.mark.parametrize(
    ("scores", "says"),
    [
        (1 - S, "AUC below 0.5: do high scores mean well"),
        (PERFECT, "did the reference enter the score"),
        (np.full(N, 0.5), "the scores tell nothing apart"),
        (np.zeros(N), "the scores tell nothing apart"),
        (np.ones(N), "the scores tell nothing apart"),
        ((S > 0.5) * 1.0, "two values only: calls rather than scores"),
        (np.round(S, 1), "pairs of an ill and a well film both have the same score"),
        (np.where(np.arange(N) % 3, S, 100 * S), "are shares and percentages mixed?"),
        (np.where(np.arange(N) < 12, np.round(100 * S), S), "are shares and percentages mixed?"),
    ],
)
def test_odd_scores_are_said_on_text_and_page(tmp_path, scores, says):
    """Reversed, perfect, constant, binary and coarse scores each get their sentence."""
    found = _examine(tmp_path, {"score": scores, "reference": Y})
    for page in (found.text(), re.sub("<[^>]+>", " ", audit.as_html(found))):
        assert says in " ".join(page.split())
    told = found.text()
    assert "ingular" not in told and found.auc.lo < found.auc.hi
    assert ("separate the two kinds" in told) == (scores is PERFECT)
    clear = _examine(tmp_path, {"score": S, "reference": Y})
    assert clear.meaning == ()


@settings(max_examples=25)
@given(times=st.integers(2, 4), patients=st.booleans(), seed=st.integers(0, 99))
def test_copied_rows_narrow_nothing(tmp_path_factory, times, patients, seed):
    """Rows that stand k times, in any order: it is said, and no interval or need gets smaller."""
    frame = pd.DataFrame({"score": S, "reference": Y})
    if patients:
        frame["patient"] = [f"p{k}" for k in range(N)]
    many = pd.concat([frame] * times).sample(frac=1, random_state=seed)
    folder = tmp_path_factory.mktemp("copies")
    one, more = (_examine(folder, dict(part.items())) for part in (frame, many))
    assert more.table.copies == times and any("Each row stands" in said for said in more.meaning)
    assert more.needed["films"] >= one.needed["films"]
    pairs = [(one.auc, more.auc), (one.point.sensitivity, more.point.sensitivity),
             (one.ppv, more.ppv), (one.calibration["ECE"], more.calibration["ECE"])]  # fmt: skip
    for alone, copied in pairs:
        assert copied.hi - copied.lo >= 0.97 * (alone.hi - alone.lo)
    for name in ("slope", "intercept"):
        alone, copied = one.calibration[name], more.calibration[name]
        assert copied.hi - copied.lo >= 0.85 * (alone.hi - alone.lo) and copied.n == N


@pytest.mark.parametrize(
    "scores",
    [S, 100 * S, np.round(100 * S), 100 * S**4, np.round(100 * S**8, 1), np.log(S / (1 - S)),
     10 ** (4 * S - 2)],
)  # fmt: skip
def test_one_scale_is_not_taken_for_two(tmp_path, scores):
    """Shares, percentages, whole ones, skewed ones, log odds and powers of ten are one scale."""
    assert "mixed?" not in _examine(tmp_path, {"score": scores, "reference": Y}).text()


def test_a_page_exported_twice_is_seen(tmp_path):
    """Thirty rows that stand again further down are pointed out."""
    frame = pd.DataFrame({"score": S, "reference": Y})
    found = _examine(tmp_path, dict(pd.concat([frame, frame[40:70]]).items()))
    assert any("stand again" in said for said in found.remarks)


@settings(max_examples=40)
@given(st.data())
def test_few_patients_get_no_interval_and_no_traceback(tmp_path_factory, data):
    """However few patients stand behind the films of one kind, or of one group, there is a page."""
    ill = data.draw(st.integers(1, 12))
    well = data.draw(st.integers(1, 12))
    together = data.draw(st.booleans())
    who = [f"{'p' if together else 'pq'[y]}{k % (ill if y else well)}" for k, y in enumerate(Y)]
    found = _examine(
        tmp_path_factory.mktemp("few"),
        {"score": S, "reference": Y, "patient": who, "view": ["AP", "PA"] * (N // 2)},
    )
    few = min(ill, well) < delong.PATIENTS
    assert (found.auc is None) == few
    assert ("too few patients of one kind" in " ".join(found.text().split())) == few
    assert any("--patient COLUMN" in said for said in found.meaning) == few
    assert audit.as_html(found) and found.as_dict()["ranking"] == found.ranking


def test_groups_have_one_spelling_and_unused_ones_are_named(tmp_path):
    """F, f, w and female are one group, 064Y an age; thirteen views are said to be unused."""
    sexes = np.array(["F", "f", "w", "female", "Weiblich", "M", "male"], object)[np.arange(N) % 7]
    ages = np.array(["064Y", "64", "64.0", "64 y"], object)[np.arange(N) % 4]
    views = [f"V{k % 13}" for k in range(N)]
    found = _examine(
        tmp_path,
        {"score": S, "reference": Y, "sex": sexes, "age": ages, "view": views,
         "site": np.where(Y == 1, "A", "B")},
    )  # fmt: skip
    rows = {(row.group, row.value) for row in found.strata}
    assert rows == {("sex", "F"), ("sex", "M"), ("age", "40 to 64"), ("site", "A"), ("site", "B")}
    said = " ".join(found.remarks)
    assert "The column view was not used: 13 different values" in said
    assert "The site tells ill from well by itself" in said


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_curve_and_point_are_of_the_same_films(tmp_path, threshold, monkeypatch):
    """The drawn curve passes through the point, and the page says whose films both are."""
    from readingroom.assess import operating
    from readingroom.show import diagrams

    drawn = {}
    monkeypatch.setattr(
        diagrams, "draw_roc", lambda axis, y, s, point: drawn.update(y=y, s=s, point=point)
    )
    found = _examine(tmp_path, {"score": S, "reference": Y}, threshold=threshold)
    page = audit.as_html(found)
    false, sens, _ = operating.roc(drawn["y"], drawn["s"])
    point = drawn["point"]
    gaps = np.hypot(false - (1 - point.specificity.value), sens - point.sensitivity.value)
    assert gaps.min() < 1e-12
    whose = "did not choose the threshold" if threshold is None else "all 200 films"
    assert "Curve and point" in page and whose in page


def test_points_between_thousands_are_no_decimals(tmp_path):
    """A German export of scores up to 2.345 is refused; read as decimals it would turn ranks."""
    rows = [f"{300 + 40 * k:,};{int(k > 20)}".replace(",", ".") for k in range(40)]
    path = tmp_path / "s.csv"
    path.write_text("\n".join(["score;reference", *rows]))
    with pytest.raises(audit.AuditError, match=r"'1\.020', which is a thousand to some"):
        audit.reading.read(path)


def test_patients_have_one_spelling_and_dummies_are_nobody(tmp_path):
    """p1 and P1, 7 and 007 are one patient; 'unknown' is none, and both are said."""
    path = tmp_path / "s.csv"
    names = ["p1", "P1", "7", "007", "unknown", "unknown"]
    rows = [f"0.{k},{k % 2},{name}" for k, name in enumerate(names)]
    path.write_text("\n".join(["score,reference,MRN", *rows]))
    table = audit.reading.read(path)
    assert len(set(table.known["patient"])) == 4
    assert "Taken for one patient: 7, 007." in table.warnings
    assert any("(or unknown)" in said for said in table.warnings)


@pytest.mark.parametrize("typed", ["1,000", "2,345", "1,234,567"])
def test_a_threshold_that_can_be_read_in_two_ways_is_asked(typed):
    """1,000 is a thousand to some and 1 to others."""
    result = CliRunner().invoke(app, ["audit", "--example", "--threshold", typed])
    assert result.exit_code == 1 and "a thousand to some" in result.output


def test_a_patient_of_two_sexes_is_said(tmp_path):
    """One number with F and M is no patient number, or two people."""
    path = tmp_path / "s.csv"
    rows = [f"0.{k},{k % 2},p{k // 2},{'FM'[k % 2]}" for k in range(8)]
    path.write_text("\n".join(["score,reference,patient,sex", *rows]))
    assert any("4 patients have two sexes" in said for said in audit.reading.read(path).warnings)
