"""`once` computes a result one time, keeps it read-only, and never trusts a broken file."""

from __future__ import annotations

import errno

import numpy as np
import pytest

from readingroom.kernel import store


@pytest.fixture(autouse=True)
def _fresh(tmp_path, monkeypatch):
    monkeypatch.setenv("READINGROOM_STORE", str(tmp_path / "store"))


def work(seed, x, factor=2):
    """A result of an array and a number that also shows its random stream."""
    return {"y": x * factor, "drawn": float(np.random.default_rng(seed).random())}


def test_the_second_call_computes_nothing():
    """A result is computed once; the stored copy is equal and says that it was stored."""
    calls = []

    def counted(seed, x):
        calls.append(seed)
        return {"y": x + 1}

    x = np.arange(3)
    first, second = store.once("a", counted, x=x), store.once("a", counted, x=x)
    assert len(calls) == 1 and not first["stored"] and second["stored"]
    assert np.array_equal(first["y"], second["y"])


def test_a_result_cannot_be_changed_in_place():
    """Arrays that come back are read-only, fresh and stored alike."""
    for _ in range(2):
        with pytest.raises(ValueError, match="read-only"):
            store.once("a", work, x=np.arange(3))["y"][0] = 9


def test_another_input_source_or_name_is_another_result():
    """Key and random stream follow name, source and inputs."""
    x = np.arange(3)
    assert store.once("a", work, x=x)["drawn"] != store.once("b", work, x=x)["drawn"]
    assert not store.once("a", work, x=x + 1)["stored"]
    assert not store.once("a", work, x=x, factor=3)["stored"]
    assert store.once("a", work, x=x)["stored"]


def test_the_order_of_cells_does_not_matter():
    """The random stream belongs to the name, whatever ran before."""
    alone = store.once("a", work, x=np.arange(2))["drawn"]
    np.random.default_rng(0).random(100)
    store.once("z", work, x=np.arange(5))
    assert store.once("a", work, x=np.arange(4))["drawn"] == alone


def test_a_cut_file_is_made_again():
    """A stored file that was cut short counts as none."""
    store.once("a", work, x=np.arange(3))
    path = next(store.folder().glob("a-*.npz"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:40])
    assert not store.once("a", work, x=np.arange(3))["stored"]
    assert store.once("a", work, x=np.arange(3))["stored"]


def test_a_full_disk_costs_the_copy_and_not_the_lesson(monkeypatch, capsys):
    """Without room the result is returned all the same, one sentence says so, nothing is left."""

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.np, "savez", full)
    assert store.once("a", work, x=np.arange(3))["y"].tolist() == [0, 2, 4]
    assert "could not be kept" in capsys.readouterr().out
    assert list(store.folder().iterdir()) == []


def test_objects_are_refused():
    """Neither an input nor a result may be an object that would need pickle."""
    with pytest.raises(store.StoreError, match="takes arrays"):
        store.once("a", work, x=object())
    with pytest.raises(store.StoreError, match="keeps arrays"):
        store.once("a", lambda seed: {"y": np.array([object()])})


def test_a_shared_store_is_read_and_never_written(monkeypatch, tmp_path):
    """A class's shared results are used; what is new goes to one's own folder only."""
    shared, own = tmp_path / "shared", tmp_path / "own"
    monkeypatch.setenv("READINGROOM_STORE", str(shared))
    first = store.once("doubled", _shared, values=np.arange(3))
    monkeypatch.setenv("READINGROOM_STORE", str(own))
    monkeypatch.setenv("READINGROOM_STORE_SHARED", str(shared))
    before = sorted(path.name for path in shared.iterdir())
    again = store.once("doubled", _shared, values=np.arange(3))
    assert again["stored"] and not first["stored"] and (again["twice"] == [0, 2, 4]).all()
    assert not store.once("doubled", _shared, values=np.arange(4))["stored"]
    assert sorted(path.name for path in shared.iterdir()) == before
    assert len(list(own.iterdir())) == 1


def _shared(seed, values):
    return {"twice": 2 * values}
