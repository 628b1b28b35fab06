"""The films that are no frontal chest film, and the photo of one."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom import simulator


@pytest.mark.parametrize("draw", [simulator.lateral, simulator.hand])
def test_a_plate_is_a_film_drawn_from_its_seed(draw):
    """Same seed, same film; another seed, another one; air black, body grey to white."""
    film = draw(1, 160)
    np.testing.assert_array_equal(film, draw(1, 160))
    assert (film != draw(2, 160)).mean() > 0.2
    assert film.shape == (160, 160) and film.dtype == np.uint8
    assert film[80, 2] < 40 and np.percentile(film, 99) > 170


def test_a_lateral_is_a_chest_from_the_side_and_every_patient_has_another():
    """Air lies in front of and behind the body, lung is darker than heart, spine and belly."""
    films = np.stack([simulator.lateral(seed, 160) for seed in (1, 7, 9)]).astype(float)
    assert films[:, 60:100, 2].max() < 60 and films[:, 60:100, -2].max() < 60
    middle = films[:, 56:110, 60:100].min((1, 2))
    assert (middle < films[:, 130:155, 50:90].mean((1, 2)) - 30).all()
    pairs = [np.corrcoef(films[a].ravel(), films[b].ravel())[0, 1] for a, b in ((0, 1), (1, 2))]
    assert max(pairs) < 0.985
    assert (simulator.lateral(1, 160, child=True) != simulator.lateral(1, 160)).mean() > 0.3


def test_a_childs_hand_has_open_growth_plates_and_fewer_carpals():
    """Less bone at the wrist than in an adult's hand."""
    wrist = np.s_[110:125, 60:95]
    assert simulator.hand(1, 160, child=True)[wrist].mean() < simulator.hand(1, 160)[wrist].mean()


def test_a_photo_is_the_film_seen_askew():
    """It stays recognisable, is not the same, keeps its size, and follows its seed."""
    film = simulator.draw(simulator.Patient.sample(5), simulator.Exam(5), (), 128).image
    photo = simulator.photo(film, 1)
    assert photo.shape == film.shape and photo.dtype == np.uint8
    middle = np.s_[24:-24, 24:-24]
    assert 0.35 < np.corrcoef(film[middle].ravel(), photo[middle].ravel())[0, 1] < 0.995
    np.testing.assert_array_equal(photo, simulator.photo(film, 1))
    assert (photo != simulator.photo(film, 2)).mean() > 0.5


def test_the_keystone_takes_corners_to_corners():
    """The projective map sends each of its four points where it should."""
    from readingroom.simulator.telephone import _homography

    here = np.array([[0.1, 0.05], [0.95, 0.0], [0.9, 1.0], [0.0, 0.97]])
    there = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], float)
    moved = np.column_stack([here, np.ones(4)]) @ _homography(here, there).T
    np.testing.assert_allclose(moved[:, :2] / moved[:, 2:], there, atol=1e-9)
