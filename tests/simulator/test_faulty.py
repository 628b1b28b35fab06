"""The sheet of sixty films holds what its inventory says."""

import numpy as np
import pytest

from readingroom import simulator
from readingroom.simulator.faulty import DRAINS, EACH, FAULTS, FILMS


@pytest.fixture(scope="module")
def sheet():
    """A small copy of the lesson's sheet."""
    return simulator.faulty_sheet(96)


def test_each_fault_is_planted_twice_and_each_film_is_in_one_bin(sheet):
    """Sixty films, six faults twice, three bins that do not overlap, five drains in none."""
    assert sheet.films.shape == (FILMS, 96, 96) and sheet.films.dtype == np.uint8
    assert all(len(sheet.with_fault(fault)) == EACH for fault in FAULTS)
    bins = [set(sheet.bin(name)) for name in ("repair", "exclude", "flag")]
    assert sum(map(len, bins)) == len(set.union(*bins)) == EACH * len(FAULTS)
    assert len(sheet.drains) == DRAINS and not set(sheet.drains) & set.union(*bins)


def test_the_faults_are_in_the_pixels(sheet):
    """Blank films have no picture, inverted ones bright lungs, low ones lung up to their rim."""
    spread = sheet.films.reshape(FILMS, -1).std(axis=1)
    assert set(np.argsort(spread)[:2]) == set(sheet.with_fault("blank"))
    sound = [i for i, fault in enumerate(sheet.fault) if not fault]
    lung_over_spine = sheet.films[:, 40:56, 24:36].mean((1, 2)) - sheet.films[:, 40:56, 44:52].mean(
        (1, 2)
    )
    assert (lung_over_spine[sound] < 0).all()
    assert (lung_over_spine[list(sheet.with_fault("inverted"))] > 0).all()
    low = sheet.films[list(sheet.with_fault("cropped apex"))]
    assert (low[:, :6, 26:34].mean((1, 2)) < low[:, :6, 44:52].mean((1, 2)) - 15).all()
    # below lies belly, not a band that no collimator makes
    assert (low[:, -24:-6, 30:66].mean((1, 2)) > 90).all()


def test_the_same_seed_is_the_same_sheet(sheet):
    """Films and inventory follow from the seed, and another seed is another sheet."""
    simulator.faulty_sheet.cache_clear()
    again = simulator.faulty_sheet(96)
    assert again.fault == sheet.fault and np.array_equal(again.films, sheet.films)
    assert not sheet.films.flags.writeable  # it is shared by everybody who asks
