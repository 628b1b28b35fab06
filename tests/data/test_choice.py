"""Real or simulated is chosen once per kernel, and said."""

import sys
import types

import numpy as np
import pandas as pd
import pytest

from readingroom import data

from .conftest import write_registry


@pytest.fixture
def simulator(monkeypatch):
    """A simulator of ten films that counts how often it is asked to draw."""
    fake = types.ModuleType("readingroom.simulator")
    fake.VERSION, fake.drawn = "1", 0

    def cohort(recipe, size=64, progress=None):
        fake.drawn += 1
        for k in range(3):
            if progress:
                progress(k + 1, 3)
        splits = ["train"] * 6 + ["val"] * 2 + ["test"] * 2
        table = pd.DataFrame({"split": splits, "label": [0, 1] * 5, "sex": ["F", None] * 5})
        table["patient"] = [f"NA{k}" for k in range(10)]
        table["devices"] = ["", "drain"] * 5
        table["index"] = table.groupby("split").cumcount()
        images = np.random.default_rng(3).integers(0, 256, (10, size, size), dtype=np.uint8)
        masks = images > 250
        return types.SimpleNamespace(
            images=images, table=table, masks=masks, label_name="consolidation"
        )

    fake.cohort = cohort
    monkeypatch.setitem(sys.modules, "readingroom.simulator", fake)
    return fake


@pytest.fixture
def gone(tmp_path, content):
    """A registry whose origin cannot be reached."""
    return write_registry(tmp_path / "gone.toml", "http://127.0.0.1:9/films.npz", content)


def choose(listed, **more):
    return data.choose([("tiny", 28)], registry=listed, progress=False, **more)


def load(listed, **more):
    return data.load("tiny", size=28, registry=listed, progress=False, **more)


def test_real_where_it_can_be_had(listed):
    """With an origin in reach the automatic choice is real, and stays."""
    assert data.mode() is None
    assert choose(listed) == data.mode() == "real"
    cohort = load(listed)
    assert (cohort.source, cohort.rebuilt) == ("real", False)


def test_simulated_where_nothing_can_be_reached(gone, simulator, capsys):
    """Without network and mirror the lesson goes on with virtual patients and says so."""
    assert choose(gone) == "simulated"
    said = capsys.readouterr()
    assert "simulated patients stand in" in said.err and said.out == ""
    assert data.reason() in said.err
    assert "Errno" not in said.err
    cohort = load(gone)
    assert cohort.source == "simulated"
    assert cohort.banner() == "SIMULATED DATA: numbers describe virtual patients only"
    assert "Virtual patients" in cohort.describe()
    assert cohort.masks.dtype == bool and cohort.masks.shape == cohort.images.shape


def test_load_alone_chooses_for_the_kernel(gone, simulator):
    """A first load without a choice makes the choice for the rest of the kernel."""
    assert load(gone).source == "simulated"
    assert data.mode() == "simulated"


def test_real_asked_for_and_not_to_be_had_is_an_error(gone, simulator):
    """Who asks for real films never gets simulated ones."""
    with pytest.raises(data.Unreachable) as caught:
        choose(gone, wanted="real")
    assert len(str(caught.value).splitlines()) == 1
    assert data.mode() is None


def test_simulated_asked_for_asks_no_server(listed, origin, simulator):
    """Asked for simulated patients, nothing is fetched even where it could be."""
    assert choose(listed, wanted="simulated") == "simulated"
    assert load(listed).source == "simulated"
    assert origin.asked == []


def test_environment_goes_before_the_lesson(listed, origin, simulator, monkeypatch):
    """READINGROOM_COHORT overrides what the lesson wanted."""
    monkeypatch.setenv("READINGROOM_COHORT", "simulated")
    assert choose(listed, wanted="real") == "simulated"
    assert origin.asked == []


def test_chosen_once_per_kernel(listed, simulator):
    """A second choice returns the first, and a contradiction is refused in one sentence."""
    choose(listed, wanted="simulated")
    assert choose(listed) == "simulated"
    with pytest.raises(data.DataError, match="restart the kernel"):
        choose(listed, wanted="real")
    data.forget()
    assert choose(listed, wanted="real") == "real"


def test_unknown_own_cohort_is_named(listed, monkeypatch):
    """An own cohort that was never added is said, not replaced."""
    monkeypatch.setenv("READINGROOM_COHORT", "myward")
    with pytest.raises(data.DataError, match="no cohort called 'myward'"):
        choose(listed)


def test_drawn_cohort_is_kept_for_the_next_lesson(gone, simulator):
    """Virtual patients are drawn once; the kept copy is the same to the byte."""
    first, second = (load(gone, mode="simulated") for _ in range(2))
    assert simulator.drawn == 1
    assert first.fingerprint() == second.fingerprint()
    assert (first.masks == second.masks).all()
    pd.testing.assert_frame_equal(first.table, second.table)
    assert list(first.table["devices"][:2]) == ["", "drain"]
    assert first.table["sex"].isna().sum() == 5
    simulator.VERSION = "2"
    load(gone, mode="simulated")
    assert simulator.drawn == 2


def test_damaged_drawn_cohort_is_drawn_again(gone, simulator):
    """A kept copy cut short is drawn afresh."""
    from readingroom.data import home

    load(gone, mode="simulated")
    (films,) = home.home().glob("simulated/*/films.npz")
    films.write_bytes(films.read_bytes()[:500])
    load(gone, mode="simulated")
    assert simulator.drawn == 2
    load(gone, mode="simulated")
    assert simulator.drawn == 2


def test_set_without_stand_in_says_so(gone, simulator):
    """A set nothing stands in for ends in one sentence."""
    from dataclasses import replace

    gone.sets["tiny"] = replace(gone["tiny"], stand_in="")
    with pytest.raises(data.DataError, match="No simulated patients stand in"):
        load(gone, mode="simulated")
