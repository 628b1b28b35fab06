"""Lesson 11's sums: added noise, measures of a tumour, denoisers, k-space, what is stored."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.data import DataError, tumours
from readingroom.data.tumours import Tumour
from readingroom.lessons.l11 import (
    counts,
    denoise,
    detecting,
    enhancing,
    figures,
    films,
    kspace,
    make,
    measures,
    squares,
)  # fmt: skip

MODES = ["simulated", pytest.param("real", marks=pytest.mark.real)]
STORED = ["simulated", "real"]


def ball(radius: float = 12.0, hot: float = 8.0, spacing=(3.0, 4.0, 4.0)) -> Tumour:
    """A warm ball in even tissue, without noise."""
    at = [(np.arange(n) - n // 2) * step for n, step in zip((41, 33, 33), spacing, strict=True)]
    far = np.sqrt(sum(axis**2 for axis in np.meshgrid(*at, indexing="ij")))
    suv = np.where(far <= radius, hot, 0.6).astype(np.float32)
    return Tumour("ball", suv, far <= radius, spacing, "SIMULATED")


@pytest.mark.parametrize("mode", STORED)
def test_added_noise_is_as_strong_as_the_counts_ask_in_every_patient(mode):
    """SD of muscle rises by 1/√f within 10 %, tumour by tumour, at a half and at a quarter."""
    noise = films.measured_of(mode).noise
    for k, fraction in enumerate(films.FRACTIONS, 1):
        rise = noise[:, k, 1] / noise[:, 0, 1] * np.sqrt(fraction)
        assert np.abs(rise - 1).max() < 0.10


@settings(max_examples=10)
@given(st.sampled_from([0.5, 0.25]), st.integers(0, 99))
def test_added_noise_leaves_the_mean_and_all_counts_leave_everything(fraction, seed):
    """Noise has no bias in tissue; a fraction of 1 adds none; 0 and 2 are refused."""
    one = tumours.drawn("STS_003")
    where = counts.tissue(one)
    low = counts.lowered(one, fraction, np.random.default_rng(seed))
    assert counts.noise(low, where).mean == pytest.approx(counts.noise(one.suv, where).mean, 0.03)
    assert (counts.lowered(one, 1, np.random.default_rng(seed)) == one.suv).all()
    for wrong in (0, 2):
        with pytest.raises(ValueError, match="fraction"):
            counts.lowered(one, wrong, np.random.default_rng(seed))


def test_too_little_tissue_is_told():
    """A volume that is all tumour gives no noise."""
    one = ball()
    with pytest.raises(DataError, match="too little"):
        counts.noise(one.suv, np.zeros(one.suv.shape, bool))


def test_measures_of_a_ball_are_known():
    """SUVmax, SUVpeak and contrast of a ball of more than 1 cm³; volume within a voxel."""
    one = ball()
    top, peak, ml, contrast = measures.of_tumour(one.suv, one)
    assert (top, peak, contrast) == pytest.approx((8, 8, 8 / 0.6), rel=1e-5)
    assert ml == pytest.approx(4 / 3 * np.pi * 1.2**3, rel=0.1)
    spike = one.suv.copy()
    spike[20, 16, 16] = 80  # one voxel: SUVmax follows it, a mean over 1 cm³ far less
    found = measures.of_tumour(spike, one)
    assert found[0] == 80 and found[1] < 20


def test_psnr_is_that_of_its_definition_and_ssim_of_the_same_is_one():
    """10 log10 of the squared range over the mean squared error."""
    rng = np.random.default_rng(1)
    true = rng.random((12, 20, 20))
    seen = true + 0.1
    psnr, _ = measures.of_picture(seen, true)
    assert psnr == pytest.approx(20 * np.log10(np.ptp(true) / 0.1))
    assert measures.of_picture(true, true)[1] == pytest.approx(1)


def test_no_patient_is_in_two_parts():
    """51 tumours of 51 patients, 25 for the test."""
    parts = make.split()
    assert sorted(parts["test"] + parts["train"]) == sorted(tumours.names())
    assert len(parts["test"]) == make.TEST == 25


@pytest.mark.parametrize("mode", STORED)
def test_non_local_means_raises_both_picture_measures_and_lowers_suvmax(mode):
    """What exercise and page say of the four measures holds, clear of zero."""
    found = films.measured_of(mode)
    assert found.gain("non-local", 0).lo > 0 and found.gain("non-local", 1).lo > 0
    change = found.change["non-local"]
    assert found.median(change[:, 0]).hi < -0.05
    assert abs(np.median(change[:, 3])) < 0.05
    row = films.worst(found)
    assert change[row, 0] < -0.1
    assert (found.picture["non-local"][row] > found.picture["low"][row]).all()


@pytest.mark.parametrize("mode", STORED)
def test_a_stored_header_is_that_of_the_slice(mode):
    """The exercise's SUV is the hottest voxel of the slice that is shown."""
    found = films.header_of(mode)
    assert 3 < found.suv < 40 and 0.5 < found.tracer.left < 0.95
    assert found.films.startswith("REAL" if mode == "real" else "SIMULATED")
    if mode == "real":
        assert found.suv == pytest.approx(7.9107, abs=1e-3)  # as sts-pet has it for STS_001


@pytest.mark.parametrize("mode", STORED)
def test_eight_spots_are_of_eight_patients_and_four_are_made(mode):
    """Where a spot was made, the true uptake there is low; the darkest four are not the answer."""
    spots = films.eight_of(mode)
    assert len({spot.row for spot in spots}) == films.SPOTS
    assert len(films.made_of(mode)) == films.SPOTS // 2
    run = films.painted_of(mode).run
    made_up = np.asarray(run["made_up"])
    for spot in spots:
        if spot.made:
            _, made, true = made_up[spot.row]
            assert made == pytest.approx(spot.seen) and made > 1.3 * true


def test_a_painter_is_small_and_knows_where_it_looks():
    """Weights and cards are there for both kinds of films, and small."""
    for mode in STORED:
        folder = make.NETWORKS / mode
        files = sorted(folder.glob("*.safetensors"))
        assert len(files) == (2 + 3) * len(denoise.SEEDS)
        assert all(file.stat().st_size < 2_000_000 for file in files)
        assert "Never for clinical use" in (folder / "README.md").read_text("utf-8")
        assert denoise.card(mode)["patients"] == 51 - make.TEST
        for name in (*denoise.VERSIONS, *denoise.PAINTERS):
            assert len(denoise.nets(mode, name)) == len(denoise.SEEDS)
    square = np.full((24, 24), 0.5)
    assert denoise.painted(square, denoise.nets("simulated", "both")[0]).shape == (24, 24)


def test_the_tumour_lies_on_the_left_and_mirrored_on_the_right():
    """The hottest voxel is at one place of the square, whatever the volume."""
    for name in ("STS_001", "STS_008"):
        one = tumours.drawn(name)
        at = detecting.brightest(one)
        square = squares.cut(one.suv[at] * one.mask[at], *squares.at_tumour(one, at))
        row, column = np.unravel_index(int(square.argmax()), square.shape)
        assert (row, column) == (12, squares.LEFT)


def test_a_planted_spot_has_its_strength():
    """Its middle rises by the stated SUV, and the model reader scores it higher."""
    one = tumours.drawn("STS_002")
    at = detecting.places(one, np.random.default_rng(0))
    held = detecting.planted(one, at)
    rise = held[tuple(at.T)] - one.suv[tuple(at.T)]
    assert len(at) > 4 and np.median(rise) == pytest.approx(detecting.STRENGTH, rel=0.1)
    assert (detecting.read(held, at, one) > detecting.read(one.suv, at, one)).all()


def test_k_space_and_back_is_the_same_picture():
    """And energy is kept (Parseval)."""
    picture = np.random.default_rng(2).random((32, 48))
    points = kspace.to_k(picture)
    assert np.abs(kspace.to_picture(points) - picture).max() < 1e-12
    assert (np.abs(points) ** 2).sum() == pytest.approx((picture**2).sum())
    kept = kspace.lines(256)
    assert kept.sum() == 64 and kept[118:138].all()


def test_filling_in_keeps_what_was_measured_and_helps_the_easy_way_more():
    """On a drawn disc: less error than zeros, and least where the picture is clean and real."""
    y, x = np.mgrid[:96, :96] - 48
    disc = (np.hypot(y, x) < 30) * 0.8 + (np.hypot(y - 8, x) < 6) * 0.2
    easy, harder = kspace.rebuilt(disc, True), kspace.rebuilt(disc, False)
    assert easy.error("filled") < easy.error("empty")
    assert easy.error("filled") < harder.error("filled")


def test_the_contrast_table_has_an_answer_that_its_mean_hides():
    """A dose keeps every large lesion; by their mean a lower one would have passed."""
    found = films.contrast()
    assert 0 < found.lowest_by_mean() < found.lowest() < 1
    lost = found.missed_at(found.lowest_by_mean())
    assert found.diameter[lost] >= films.LARGE and found.strength[lost] <= 0.2
    taken = enhancing.lesion(10, 0.5, 32, 32)
    assert taken.max() == 0.5 and taken.sum() / 0.5 == pytest.approx(np.pi * 25, rel=0.05)


@pytest.mark.parametrize("mode", MODES)
def test_the_first_tumour_shown_is_seen(mode):
    """Its slice shows it, at counts from which a figure is drawn."""
    one = films.tumour_of(mode, figures.SEEN)
    assert one.ml > 15 and one.suv[one.mask].max() > 5
