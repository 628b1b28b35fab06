"""Bodies: what a large film shows of them, and what tells them apart."""

from dataclasses import replace

import numpy as np
import pytest

from readingroom.simulator.anatomy import FINE_FROM, anatomy
from readingroom.simulator.cage import cage
from readingroom.simulator.exam import Exam
from readingroom.simulator.film import draw
from readingroom.simulator.frame import aim
from readingroom.simulator.girdle import girdle
from readingroom.simulator.patient import Patient
from readingroom.simulator.splat import splat
from readingroom.simulator.visit import twin

LARGE = 192


def _exam(seed=3, **fields):
    return Exam(seed, **{"site": "Northgate", "view": "PA", **fields})


def test_small_films_keep_the_anatomy_that_stored_networks_learnt_from():
    """The finer anatomy begins at its limit, and the same patient has one plain body below it."""
    patient = Patient.sample(4)
    assert FINE_FROM > 128 and not anatomy(patient).fine and anatomy(patient, True).fine
    assert anatomy(patient) == anatomy(patient, False) != anatomy(patient, True)


@pytest.mark.parametrize("seed", range(4))
def test_a_womans_breasts_shade_the_lower_lungs(seed):
    """The lower lung is whiter than in the same body without breasts; the upper is not."""
    woman = replace(Patient.sample(seed), sex="F", age=45.0, habitus=0.3)
    exam = _exam(seed, tilt=0.0)
    body = anatomy(woman, True)
    assert body.breast > 0.3
    frame, shape = aim(body, exam, LARGE), cage(body, exam)
    from readingroom.simulator.trunk import trunk

    flat = replace(body, breast=0.0)
    shadow = trunk(frame, shape, exam, seed) - trunk(frame, cage(flat, exam), exam, seed)
    lateral = (np.abs(frame.x) > 5) & (np.abs(frame.x) < 10)
    assert shadow[lateral & (frame.y > 14) & (frame.y < 18)].mean() > 0.8
    assert shadow[frame.y < 8].max() < 0.05
    # a border below: from most of the shadow to none within two centimetres
    column = shadow[:, int(np.argmax(shadow.max(0)))]
    last = np.flatnonzero(column > 0.5 * column.max())[-1]
    gone = np.flatnonzero(column > 0.05 * column.max())[-1]
    assert (gone - last) * frame.px < 2


@pytest.mark.parametrize("seed", range(3))
def test_clavicles_reach_the_midline_and_swell_there(seed):
    """Bone of the girdle lies within 3 units of the midline, with a thicker end than shaft."""
    patient = Patient.sample(seed)
    body, exam = anatomy(patient, True), _exam(seed)
    frame = aim(body, exam, LARGE)
    clouds = girdle(frame, body, exam, patient.seed)
    bone = sum(splat(*(np.ravel(v) for v in cloud), LARGE) for cloud in clouds)
    level = (frame.y > 1.5) & (frame.y < 8)
    medial = level & (np.abs(frame.x) > 1.2) & (np.abs(frame.x) < 2.8)
    shaft = level & (np.abs(frame.x) > 5.0) & (np.abs(frame.x) < 6.6)
    assert (bone[medial] > 0.1).any()
    assert (bone[medial] > 0.1).sum() > 1.1 * (bone[shaft] > 0.1).sum()


def test_a_toddler_is_no_small_adult():
    """Chest a cone, ribs level, mediastinum and heart wide for the chest, bones slender."""

    def mean(make, age):
        bodies = [anatomy(Patient(seed, age=age), True) for seed in range(40)]
        return np.mean([make(body) for body in bodies])

    def cone(body):
        shape = cage(body, _exam())
        return shape.half_width(4.0) / shape.half_width(18.0)

    assert mean(cone, 3.0) < mean(cone, 50.0) - 0.08
    assert mean(lambda b: b.rib_drop[0], 3.0) < 0.6 * mean(lambda b: b.rib_drop[0], 50.0)
    assert mean(lambda b: b.pedicle + b.thymus, 2.0) > 1.15 * mean(lambda b: b.pedicle, 50.0)
    assert mean(lambda b: b.heart_ratio, 3.0) > mean(lambda b: b.heart_ratio, 50.0) + 0.05
    assert mean(lambda b: b.rib_height, 3.0) < mean(lambda b: b.rib_height, 50.0)


def test_patients_differ_more_than_exposures_of_one():
    """Two exposures of one patient are more alike than films of two."""

    def film(patient, seed):
        exam = _exam(seed, marker="")
        return draw(Patient.sample(patient, sex="M"), exam, (), LARGE).image.astype(float)

    def alike(a, b):
        return np.corrcoef(a.ravel(), b.ravel())[0, 1]

    first = film(31, 1)
    again = np.mean([alike(first, film(31, seed)) for seed in (2, 3, 4)])
    others = np.mean([alike(first, film(patient, 1)) for patient in (32, 33, 34)])
    assert again > others


def test_a_collimated_edge_is_straight_and_soft():
    """Where a blade is closed, whole rows or columns are black up to one straight edge."""
    closed = 0
    for seed in range(12):
        exam = _exam(seed, site="Harbour", marker="")
        image = draw(Patient.sample(seed), exam, (), 224).image
        for rim in (image[:, 0], image[:, -1], image[-1]):
            if rim[20:-20].max() > 12:
                continue
            closed += 1
            assert (rim < 60).mean() > 0.95
    assert closed >= 3


def test_a_low_centring_moves_the_body_up_the_film():
    """The same body is seen lower down: apices leave the film, and belly fills it below."""
    plain = draw(Patient.sample(8), _exam(8), (), LARGE)
    low = twin(plain, low=9.5)
    assert plain.lung.any(1).argmax() > 10 and low.lung[0].any()
    assert np.median(low.image[-20:-6, 60:130]) > 80
