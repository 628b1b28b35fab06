"""The one-page verdict: right numbers, honest words, and no page that needs the network."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from readingroom import audit
from readingroom.assess import delong, operating, prevalence


def _table(n: int, ill: float = 0.3, seed: int = 0, **columns) -> audit.reading.Table:
    rng = np.random.default_rng(seed)
    y = (np.arange(n) < ill * n).astype(int)
    s = 1 / (1 + np.exp(-rng.normal(3 * y - 1.5, 1)))
    return audit.reading.Table("films.csv", y, s, columns)


def test_numbers_are_those_of_the_package():
    """AUC, rates and predictive values of the page are the tested functions' own."""
    table = _table(300)
    found = audit.examine(table, prevalence=0.1, threshold=0.5)
    point = operating.at(table.y, table.s, 0.5)
    assert found.auc == delong.auc(table.y, table.s)
    assert found.point == point
    assert found.ppv == prevalence.ppv(point.sensitivity, point.specificity, 0.1)
    assert str(found.auc) in found.text() and str(found.ppv) in found.text()


def test_ninety_films_are_not_enough_and_many_are():
    """The example says how many are missing; 6,000 films of the same kind say enough."""
    found = audit.examine(audit.example(), prevalence=0.05, threshold=0.5)
    assert not found.enough and found.text().splitlines()[2].startswith("Not enough")
    assert found.needed["films"] >= found.needed["ill"] / 0.05 - 1
    many = audit.examine(_table(6000), prevalence=0.05, threshold=0.5)
    assert many.enough and "your decision" in many.headline() and many.needed["films"] == 0


def test_the_films_it_asks_for_do_suffice():
    """With as many more films as it asks for, the half-width wanted is reached."""
    few = audit.examine(_table(120), threshold=0.5, half_width=0.06)
    assert not few.enough
    ill = int(few.table.y.sum()) + few.needed["ill"]
    well = int((1 - few.table.y).sum()) + few.needed["well"]
    sens, spec = few.point.sensitivity.value, few.point.specificity.value
    for p, n in ((sens, ill), (spec, well)):
        half = 1.96 * np.sqrt(p * (1 - p) / n)
        assert half <= 0.061


def test_a_threshold_is_not_judged_on_the_films_that_chose_it():
    """Without a threshold one half chooses and the other judges; with dates the earlier half."""
    days = pd.date_range("2025-01-01", periods=200).astype(str).to_numpy(object)
    order = np.random.default_rng(1).permutation(200)
    table = _table(200, date=days[order])
    found = audit.examine(table, prevalence=0.1, miss=10)
    first = np.argsort(days[order])[:100]
    t = operating.cheapest(table.y[first], table.s[first], 0.1, 10)
    assert found.point.threshold == t and "earlier" in found.chosen
    judged = found.point.sensitivity.n + found.point.specificity.n
    assert judged == 100
    assert "at random" in audit.examine(_table(200)).chosen


def test_groups_say_when_their_films_also_chose_the_threshold():
    """Text and page carry the remark where the file chose the threshold, and only there."""
    from readingroom.audit import sheet

    table = _table(200, view=np.array(["AP", "PA"] * 100, object))
    for threshold, said in ((None, True), (0.5, False)):
        found = audit.examine(table, threshold=threshold)
        assert ("chose the threshold too" in " ".join(found.text().split())) is said
        assert ("chose the threshold too" in sheet.as_html(found)) is said


def test_groups_patients_and_ages_are_used():
    """Views, ages in bands and patient numbers change what is printed."""
    rng = np.random.default_rng(2)
    table = _table(
        200,
        view=np.array(["AP", "PA"] * 100, object),
        age=np.array([str(a) for a in rng.integers(1, 95, 199)] + ["no idea"], object),
        patient=np.repeat(np.arange(50), 4).astype(str).astype(object),
    )
    found = audit.examine(table, threshold=0.5)
    assert found.auc.by == "patient" and found.auc.n == 50
    assert {row.value for row in found.strata} >= {"AP", "PA", "under 18", "65 and over"}
    assert sum(row.films for row in found.strata if row.group == "age") == 200
    assert not any("No view" in remark for remark in found.remarks)


def test_scores_of_another_scale_are_ranked_and_not_calibrated():
    """Scores from 0 to 100 have an AUC and a threshold; calibration says why it is missing."""
    table = _table(200)
    scaled = audit.reading.Table("f.csv", table.y, table.s * 100)
    found = audit.examine(scaled, threshold=50)
    assert found.auc == audit.examine(table, threshold=0.5).auc
    assert found.calibration == {}
    assert any("between 0 and 1" in remark for remark in found.remarks)


def test_perfect_separation_is_not_called_certain():
    """A model without an error in few films still lacks films, and its slope is not given."""
    y = np.array([1] * 25 + [0] * 25)
    found = audit.examine(audit.reading.Table("f.csv", y, y * 0.8 + 0.1), threshold=0.5)
    assert not found.enough and "slope" not in found.calibration
    assert any("no finite value" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"prevalence": 5}, "between 0 and 1"),
        ({"prevalence": 0.0}, "between 0 and 1"),
        ({"threshold": float("nan")}, "must be a number"),
        ({"miss": 0}, "above 0"),
        ({"half_width": 0.9}, "half-width"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(asked, says):
    """A percentage as prevalence and other slips get one sentence."""
    with pytest.raises(audit.AuditError, match=says):
        audit.examine(_table(60), **asked)


def test_too_few_for_a_choice_is_said():
    """Ten films cannot choose and judge a threshold; the sentence names --threshold."""
    with pytest.raises(audit.AuditError, match="--threshold"):
        audit.examine(_table(8))


def test_the_page_is_one_file_with_described_pictures():
    """No address is asked, every picture has its sentence, and text from the file is escaped."""
    table = audit.reading.Table(
        "<b>x</b>.csv", _table(120).y, _table(120).s,
        {"view": np.array(["<script>", "PA"] * 60, object)},
    )  # fmt: skip
    page = audit.as_html(audit.examine(table, threshold=0.5))
    assert not re.search(r"""(src|href)=["'](?!data:)""", page) and "<script" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page and "http" not in page.replace("data:image", "")
    alts = re.findall(r'<img [^>]*alt="([^"]+)"', page)
    assert len(alts) == 3 and all(len(alt) > 30 for alt in alts)


def test_as_dict_is_json_with_intervals():
    """Every estimate of the JSON has value, lo, hi and n."""
    out = json.loads(json.dumps(audit.examine(audit.example(), prevalence=0.05).as_dict()))
    for name in ("auc", "sensitivity", "specificity", "ppv", "npv"):
        assert set(out[name]) == {"value", "lo", "hi", "n"}
        assert out[name]["lo"] <= out[name]["value"] <= out[name]["hi"]


def test_a_huge_table_takes_seconds():
    """40,000 films with patients are judged without drawing 2,000 times."""
    table = _table(40_000, patient=np.repeat(np.arange(10_000), 4).astype(str).astype(object))
    assert audit.examine(table, threshold=0.5).auc.n == 10_000


def test_no_word_promises_more_than_the_films():
    """The page never says that a model is good, safe or approved."""
    text = audit.examine(_table(6000), threshold=0.5).text().lower()
    for word in ("safe", "approved", "accurate", "recommend", "probability"):
        assert word not in text
    assert "never for clinical use" in text


@pytest.mark.parametrize(("ill", "word"), [(0.02, "well"), (0.5, "ill")])
def test_scores_that_bring_nothing_are_said_to_bring_nothing(ill, word):
    """Where calling everybody the same costs no more, the first sentence says so."""
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 4000)
    table = audit.reading.Table("coin.csv", y, rng.random(4000))
    found = audit.examine(table, prevalence=ill)
    assert found.idle.startswith(
        f"this threshold is not shown to cost less than calling everybody {word}"
    )
    assert found.enough and "no use shown" in found.headline()
    assert found.idle in " ".join(found.text().split())
    assert 'class="verdict"' in audit.as_html(found)
    scores = y + rng.normal(0, 0.4, 4000)
    good = audit.examine(audit.reading.Table("good.csv", y, scores), prevalence=ill)
    assert not good.idle and "no use" not in good.headline()


def test_no_alarm_has_no_ppv():
    """Above every score there is no alarm, so nothing is said of what an alarm is worth."""
    y = np.repeat([0, 1], 50)
    found = audit.examine(audit.reading.Table("s.csv", y, y * 0.5), prevalence=0.1, threshold=2)
    assert "PPV none" in found.text() and "PPV none" in audit.as_html(found)
    assert "NPV none" not in found.text() and "PPV 1.000" not in found.text()
