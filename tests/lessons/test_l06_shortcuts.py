"""The planted marker: where it goes, what it leaves alone, and what a repair does to it."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom.lessons.l06 import shortcuts


@pytest.fixture
def films() -> np.ndarray:
    """Grey films of 128 px."""
    return np.full((6, 128, 128), 90, np.uint8)


def test_a_letter_changes_only_its_own_box(films):
    """Without the letter a film stays as it is; with it only the box changes; the input never."""
    on = np.array([1, 0, 1, 0, 0, 1], bool)
    planted = shortcuts.plant_letter(films, on)
    boxes = shortcuts.letter_boxes(len(films), 128)
    assert (films == 90).all() and (planted[~on] == 90).all()
    for film, (row0, row1, col0, col1) in zip(planted[on], boxes[on], strict=True):
        assert film[row0:row1, col0:col1].max() > 200
        film[row0:row1, col0:col1] = 90
        assert (film == 90).all()


def test_a_film_and_its_twin_carry_the_letter_in_one_place():
    """The place depends on a film's number, not on how many films there are; all lie inside."""
    many, few = shortcuts.letter_boxes(400, 128), shortcuts.letter_boxes(3, 128)
    assert (many[:3] == few).all()
    assert (many >= 0).all() and (many <= 128).all() and (many[:, 0] < 40).all()


def test_a_block_covers_sixteen_pixels():
    """Four by four white pixels near the upper corner, on the films asked for."""
    films = np.zeros((3, 28, 28), np.uint8)
    planted = shortcuts.plant_block(films, [True, False, True])
    assert [(film == 255).sum() for film in planted] == [16, 0, 16]
    assert (planted[0][shortcuts.BLOCK] == 255).all()


def test_a_crop_hides_block_and_letter():
    """What a crop leaves is the same with and without the marker."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 250, (4, 28, 28), np.uint8)
    assert (shortcuts.crop(shortcuts.plant_block(small, True)) == shortcuts.crop(small)).all()
    large = rng.integers(0, 250, (40, 128, 128), np.uint8)
    assert (
        shortcuts.crop(shortcuts.plant_letter(large, True), 20) == shortcuts.crop(large, 20)
    ).all()


def test_a_habit_has_its_shares_and_levelling_removes_it():
    """95 % of the ill and 5 % of the well carry the marker; afterwards the shares are equal."""
    labels = np.arange(4000) % 2
    marked = shortcuts.practice(labels, 0.95, np.random.default_rng(1))
    assert abs(marked[labels == 1].mean() - 0.95) < 0.02
    assert abs(marked[labels == 0].mean() - 0.05) < 0.02
    rows = shortcuts.level(labels, marked, np.random.default_rng(2))
    shares = [marked[rows][labels[rows] == label].mean() for label in (0, 1)]
    assert shares == [0.5, 0.5]
