"""The archive is filed as badly as its inventory says."""

import numpy as np
import pytest

from readingroom import simulator
from readingroom.simulator.archive import MOVED, ODD, TWINS


@pytest.fixture(scope="module")
def archive():
    """The recipe at 32 pixels."""
    return simulator.cohort("archive", size=32)


def test_twins_and_straddlers_are_as_planted(archive):
    """Six validation films equal a training film, seven pairs; some patients are in two parts."""
    table = archive.table
    held = {part: [archive.images[i].tobytes() for i in archive.part(part)]
            for part in ("train", "val", "test")}  # fmt: skip
    assert sum(film in set(held["train"]) for film in held["val"]) == TWINS
    assert sum(held["train"].count(film) for film in held["val"]) == TWINS + 1
    assert not set(held["test"]) & (set(held["train"]) | set(held["val"]))
    people = {part: set(table["patient"][table["split"] == part]) for part in held}
    assert len(people["train"] & people["test"]) == MOVED["test"]
    assert len(people["train"] & people["val"]) >= MOVED["val"]


def test_copies_name_their_original(archive):
    """copy_of points at a row with the same pixels; films have names of their own."""
    table = archive.table
    copies = table.index[table["copy_of"] >= 0]
    assert len(copies) == TWINS + 1 and table["film"].is_unique
    for row in copies:
        assert np.array_equal(archive.images[row], archive.images[table["copy_of"][row]])
    assert (table["age"] > 110).sum() == ODD["age"][0]
    assert table["view"].isna().sum() == ODD["view"][0]


def test_positions_run_through_each_part(archive):
    """index counts the films of a part from 0, copies included."""
    for _, rows in archive.table.groupby("split"):
        assert sorted(rows["index"]) == list(range(len(rows)))


def test_another_window_keeps_the_picture():
    """A brightened film has other pixels in the same order of grey."""
    film = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    other = simulator.brightened(film)
    assert (np.diff(other.ravel().astype(int)) >= 0).all() and (other != film).mean() > 0.9
