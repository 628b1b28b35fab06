"""Scores of maps against outlines agree with libraries, worked examples and geometry."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.explain import overlap, pointing_game


def _blob(row: int, column: int, radius: float, size: int = 64) -> np.ndarray:
    rows, columns = np.mgrid[:size, :size]
    return (rows - row) ** 2 + (columns - column) ** 2 <= radius**2


def test_enlarging_agrees_with_torch():
    """`smooth` is torch's bilinear interpolation with the centres of cells kept."""
    import torch

    grid = np.random.default_rng(0).random((3, 8, 8))
    wanted = torch.nn.functional.interpolate(
        torch.from_numpy(grid)[:, None], size=128, mode="bilinear", align_corners=False
    )[:, 0]
    assert np.allclose(pointing_game.smooth(grid, 128), wanted.numpy())
    assert np.allclose(pointing_game.smooth(grid, 8), grid)


def test_the_pointing_game_points_at_the_hottest_cell():
    """A single hot cell hits an outline around its centre and no other."""
    grid = np.zeros((2, 8, 8))
    grid[0, 2, 5] = grid[1, 0, 0] = 1
    masks = np.stack([_blob(20, 44, 5), _blob(20, 44, 5)])
    assert pointing_game.hits(grid, masks).tolist() == [True, False]
    assert pointing_game.peak(pointing_game.smooth(grid[1], 64))[0] < 5  # a flat corner, its middle


def test_a_blank_map_points_nowhere():
    """A map without any heat is a miss, even if the outline fills the film."""
    assert not pointing_game.hits(np.zeros((1, 8, 8)), np.ones((1, 64, 64), bool))[0]


@settings(max_examples=25)
@given(st.integers(8, 55), st.integers(8, 55), st.integers(3, 8))
def test_the_hit_agrees_with_scikit_learn(row, column, radius):
    """Hit is precision at the first pixel of scikit-learn's ranking of pixels."""
    from sklearn.metrics import precision_recall_curve

    rng = np.random.default_rng(row * 64 + column)
    heat, mask = rng.permutation(64 * 64).reshape(64, 64).astype(float), _blob(row, column, radius)
    precision, _, _ = precision_recall_curve(mask.ravel(), heat.ravel())
    hit = pointing_game.hits(heat[None], mask[None])[0]
    assert hit == (precision[-2] == 1)
    assert 0 < overlap.auprc(heat, mask) < 1


def test_auprc_of_a_worked_example():
    """Four pixels in the order lesion, other, lesion, other: (1 + 2/3) / 2, and as scikit-learn."""
    heat = np.array([[0.9, 0.8], [0.7, 0.1]])
    mask = np.array([[True, False], [True, False]])
    assert overlap.auprc(heat, mask) == pytest.approx((1 + 2 / 3) / 2)
    assert overlap.auprc(mask.astype(float), mask) == 1


@pytest.mark.parametrize("shift", [0, 3, 9, 30])
def test_iou_agrees_with_monai(shift):
    """IoU of hot pixels and outline is MONAI's, and Dice follows from it."""
    import torch
    from monai.metrics import compute_dice, compute_iou

    mask, hot = _blob(30, 20, 8), _blob(30, 20 + shift, 8)
    rng = np.random.default_rng(1)
    heat = hot + 0.1 * rng.random(hot.shape)
    found = overlap.iou(heat, mask)
    one, other = (torch.from_numpy(x)[None, None].float() for x in (hot, mask))
    assert found == pytest.approx(float(compute_iou(one, other)))
    assert 2 * found / (1 + found) == pytest.approx(float(compute_dice(one, other)))


def test_chance_is_what_darts_hit():
    """The stated chance is the share of random points in the lung that fall into the outline."""
    lung = _blob(30, 30, 20)
    mask = _blob(36, 30, 6) | _blob(60, 60, 2)  # part of it outside the lung counts as lung
    rows, columns = np.nonzero(lung | mask)
    darts = np.random.default_rng(0).integers(0, len(rows), 40_000)
    share = mask[rows[darts], columns[darts]].mean()
    assert pointing_game.chance(mask[None], lung[None])[0] == pytest.approx(share, abs=0.01)


def test_excess_is_paired_and_covers():
    """The excess is the mean difference, and its interval agrees with the normal one."""
    rng = np.random.default_rng(2)
    hit, luck = rng.random(200) < 0.6, np.full(200, 0.2)
    found = pointing_game.excess(hit, luck)
    half = 1.96 * hit.std() / np.sqrt(200)
    assert found.value == pytest.approx(hit.mean() - 0.2)
    assert (found.lo, found.hi) == pytest.approx(
        (found.value - half, found.value + half), abs=0.015
    )


def test_no_hit_at_all_is_no_certainty():
    """With no film hit the interval is Wilson's, not a point."""
    found, luck = pointing_game.excess(np.zeros(40, bool), np.full(40, 0.01)), 0.01
    assert found.value == pytest.approx(-luck)
    assert found.lo == pytest.approx(-luck) and 0.05 < found.hi < 0.1


def test_rank_correlation_is_spearmans():
    """The same order gives 1, the reverse -1, a blank map 0, and pandas agrees on the rest."""
    import pandas as pd

    one, other = np.random.default_rng(3).random((2, 8, 8))
    assert overlap.rank_correlation(one, np.exp(one)) == pytest.approx(1)
    assert overlap.rank_correlation(one, -one) == pytest.approx(-1)
    assert overlap.rank_correlation(one, np.zeros((8, 8))) == 0
    wanted = pd.Series(one.ravel()).corr(pd.Series(other.ravel()), method="spearman")
    assert overlap.rank_correlation(one, other) == pytest.approx(wanted)


def test_edges_lie_at_the_rim():
    """The edge filter is hot at the rim of a disc and cold inside it."""
    film = np.where(_blob(32, 32, 15), 200, 50).astype(np.uint8)
    found = overlap.edges(film[None])[0]
    assert found[32, 17] > 50 * max(found[32, 32], 1)


def test_the_centre_and_the_pooling():
    """The film's centre is its middle pixel; pooling keeps the mean."""
    masks = np.stack([_blob(32, 32, 2), _blob(10, 10, 2)])
    assert pointing_game.centre_hits(masks).tolist() == [True, False]
    maps = np.random.default_rng(4).random((2, 64, 64))
    assert overlap.pooled(maps, 8).mean() == pytest.approx(maps.mean())


def test_scoring_stored_maps_needs_no_torch():
    """Pointing game, films and what the checks read import neither torch nor MONAI."""
    code = (
        "import sys, readingroom.checks.lesson_05; "
        "from readingroom.lessons.l05 import films as e, figures, saliency; "
        "e.eight_films(); sys.exit(bool({'torch', 'monai', 'captum'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_commonest_site_is_that_of_the_other_films():
    """Two of three outlines share a place: both are hit by the others' site, the third is not."""
    masks = np.zeros((3, 9, 9), bool)
    masks[0, 1:4, 1:4] = masks[1, 2:5, 2:5] = masks[2, 6:8, 6:8] = True
    assert pointing_game.site_hits(np.array([*masks[:2], *masks[:2]])).tolist() == [True] * 4
    assert not pointing_game.site_hits(masks)[2]
