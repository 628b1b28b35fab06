"""Heat maps over films: what is drawn as hottest, and an empty map."""

from __future__ import annotations

import numpy as np

from readingroom.show import marks


def test_one_hot_pixel_does_not_empty_a_fine_map():
    """A fine map is scaled past its few hottest pixels; a coarse one to its hottest cell."""
    fine = np.ones((64, 64))
    fine[0, 0] = 100.0
    assert marks.top(fine) == 1.0
    coarse = np.ones((8, 8))
    coarse[0, 0] = 100.0
    assert marks.top(coarse) == 100.0


def test_an_empty_map_stays_empty_and_a_sparse_one_is_drawn():
    """No heat gives no colour; heat on fewer pixels than are passed over is still scaled to."""
    assert marks.top(np.zeros((64, 64))) == 0.0
    sparse = np.zeros((64, 64))
    sparse[3, 3] = 2.0
    assert marks.top(sparse) == 2.0
