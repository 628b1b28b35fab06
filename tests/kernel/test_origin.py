"""A number carries the films it is of, and no card, headline or report gives it to others."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from readingroom.assess import metrics
from readingroom.catalogue import catalogue, find
from readingroom.cli import rehearsal
from readingroom.data import cohort
from readingroom.data.origin import SIMULATED
from readingroom.kernel import session, stored
from readingroom.models import cards

MINE = "YOUR DATA: hospital-two, 138 films, recorded not verified"
AUC = metrics.Estimate(0.647, 0.55, 0.74, 138, "AUC")


@pytest.fixture
def shown(monkeypatch):
    """What a headline displays, in an own cohort's lesson."""
    out = []
    monkeypatch.setattr(session, "display", lambda bundle, **_: out.append(bundle))
    monkeypatch.setitem(
        session._open, "session", session.Session(find("03"), "hospital-two", MINE, "f")
    )
    monkeypatch.setattr(stored, "_stood_in", set())
    return out


@pytest.mark.parametrize("mode", ["real", "simulated", "hospital-two"])
@pytest.mark.parametrize("number", [x for x in catalogue() if catalogue()[x].run])
def test_a_stored_run_names_the_films_that_made_it(number, mode):
    """Whatever films a lesson is open with, the banner is that of the run's own films."""
    run = stored.load(number, catalogue()[number].run, mode)
    assert run.banner().startswith("REAL " if mode == "real" else SIMULATED)
    assert AUC.on(run).films == metrics.plain_banner(run.banner()) and AUC.films == ""


@pytest.mark.parametrize("source", ["own", "simulated"])
def test_a_card_refuses_numbers_of_other_films(tmp_path, source):
    """A simulated run, or one that says nothing, never stands in the card of an own cohort."""
    parts = ["train", "val", "test"] * 4
    table = pd.DataFrame({"split": parts, "index": np.arange(12) // 3, "label": np.arange(12) % 2})
    images = np.zeros((12, 8, 8), np.uint8)
    films = cohort.Cohort("two", images, table, "ill", source, False, "", "", "", "")
    runs = [AUC.on(films), AUC.on(films)]
    own = cards.card_stub(tmp_path / "own.md", films, runs)
    assert own.count("0.647") > 2 and "other films" not in own
    for other in ([AUC, AUC], [AUC.on(MINE), *runs], [AUC.on("REAL DATA: x"), AUC], []):
        card = cards.card_stub(tmp_path / "card.md", films, other)
        assert "0.647" not in card and "0.55" not in card
        assert card.count("The numbers given are of other films") == 1
    assert AUC.on(films.banner() + ", rebuilt") == AUC
    assert "0.647" in cards.card_stub(
        tmp_path / "r.md", films, [AUC.on(f"{films.banner()}, rebuilt")]
    )


def test_a_headline_names_other_films(shown):
    """Numbers of the lesson's films have no further key; others name theirs, or that none did."""
    session.headline(mine=AUC.on(MINE), theirs=AUC.on(SIMULATED), seconds=3.0, silent=AUC)
    found = shown[-1][session.RESULT_MIME]
    assert set(found["mine"]) == set(found["silent"]) == {"value", "lo", "hi", "n"}
    assert found["theirs"]["films"] == SIMULATED and found["seconds"] == 3.0
    stored.load("03", "seeds", "hospital-two")
    session.headline(mine=AUC.on(MINE), silent=AUC)
    found = shown[-1][session.RESULT_MIME]
    assert found["silent"]["films"] == session.UNSAID and "films" not in found["mine"]
    json.dumps(found)


def test_a_rehearsal_prints_whose_a_number_is():
    """The table of headline numbers names other films beside the number."""
    plain = {"value": 0.9, "lo": 0.8, "hi": 1.0, "n": 9}
    told = rehearsal._numbers({"a": plain, "b": {**plain, "films": SIMULATED}, "s": 2.0})
    assert [SIMULATED in line for line in told.splitlines()] == [False, True, False]


def test_origin_survives_display(shown):
    """Naming the films changes neither the number nor how it reads."""
    named = AUC.on(SimpleNamespace(banner=lambda: MINE))
    assert named == AUC and str(named) == str(AUC) and named.films == MINE
