"""The simulated list is consistent, and reports, readers and course err as they are meant to."""

import numpy as np
import pytest

from readingroom import simulator
from readingroom.assess import agreement
from readingroom.simulator.annotation import BY_RULE, PAGE, wording
from readingroom.simulator.report import NEGATIVE, POSITIVE


@pytest.fixture(scope="module")
def films():
    """The lesson's list."""
    return simulator.clinic()


def test_the_planted_share_is_met_and_the_list_is_reproducible(films):
    """Twelve in a hundred have the finding; the same seed gives the same table."""
    assert len(films) == 1200 and films["planted"].sum() == 144
    assert films.equals(simulator.clinic()) and not films.equals(simulator.clinic(seed=9))


def test_what_stands_beside_a_film_fits_together(films):
    """A drain or a resolved finding has a prior; CT tells the planted; no supine PA report."""
    assert (films["prior"][films["drain"] == 1] == "yes").all()
    gone = films["report"].str.contains("pneumothorax has resolved")
    assert gone.any() and (films["prior"][gone] == "yes").all()
    had_ct = films[films["ct"] != ""]
    assert ((had_ct["ct"] == "yes") == (had_ct["planted"] == 1)).all()
    supine = films["report"].str.contains("supine")
    assert supine.any() and (films["view"][supine] == "AP").all()


def test_more_eyes_come_closer(films):
    """Majority beats each reader, adjudication the majority, the course any single reader."""
    near = {
        name: agreement.positive(films[name], films["planted"], draws=1).value
        for name in ("reader_1", "reader_2", "reader_3", "majority", "panel")
    }
    single = max(near[f"reader_{i}"] for i in (1, 2, 3))
    assert single < near["majority"] < near["panel"]
    known = films[films["follow_up"] >= 0]
    assert agreement.positive(known["follow_up"], known["planted"], draws=1).value > single


@pytest.mark.parametrize("side", ["right", "left"])
def test_every_sentence_falls_under_its_rule(side):
    """Each wording of the report writer is known to the page: hedged, present, ruled out, gone."""
    for level, rule in ((0, 4), (1, 1), (2, 1)):
        for line in POSITIVE["pneumothorax"][level]:
            said = line.format(side=side, Side=side.capitalize())
            assert wording(f"Chest PA. {said} Heart size normal.") == rule, said
    rules = [wording(f"Chest AP. {line}") for line in NEGATIVE["pneumothorax"]]
    assert rules == [2, 2, 3, 5]
    assert wording("Chest PA. No pleural effusion.") == 0
    assert set(BY_RULE) == set(PAGE)


def test_the_page_makes_two_annotators_agree(films):
    """Forty reports; habits differ, the page does not; disputed reports have one rule each."""
    both = simulator.annotate(films["report"])
    assert both.before.shape == both.after.shape == (2, len(both.reports)) == (2, 40)
    before, after = (agreement.kappa(*pair).value for pair in (both.before, both.after))
    assert before < 0.75 < after
    six, rules = simulator.disputed(films["report"])
    assert len(set(six)) == 6 and [wording(text) for text in six] == list(rules)
    assert "pneumothorax" not in six[1].lower() and np.all((rules >= 1) & (rules <= 5))
