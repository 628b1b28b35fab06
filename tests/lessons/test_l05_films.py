"""What lesson 05's page reads from stored runs holds together with the films drawn again."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from readingroom import data
from readingroom.explain import pointing_game
from readingroom.lessons.l05 import films as drawn, make, make_cases, saliency
from readingroom.models.findings import FINDINGS


@pytest.mark.parametrize("name", make.RUNS)
def test_each_stored_run_says_how_it_was_made(name):
    """Command, date, versions and a fingerprint stand beside each run; it is called simulated."""
    run = make.stored_run(name)
    assert {"command", "date", "torch", "readingroom", "fingerprint"} <= set(run.made)
    assert run.made["command"] == f"readingroom make 05 {name}"
    assert "SIMULATED" in run.made["cohort"]
    assert not run.stands_in


def test_stored_outlines_are_those_of_the_films_drawn_again():
    """Outlines and lungs of the stored run fit the films that the page draws beside them."""
    run = make.stored_run("localise")
    numbers = [0, drawn.FILMS + 3, 2 * drawn.FILMS + 7, 3 * drawn.FILMS + 1, 4 * drawn.FILMS]
    films = drawn.localise_films(numbers)
    masks, lungs = (drawn.unpacked(run[name])[numbers] for name in ("mask", "lung"))
    assert (films.masks == masks).mean() > 0.999 and (films.lungs == lungs).mean() > 0.999
    assert films.kind.tolist() == [*FINDINGS, ""]
    assert not masks[4].any() and masks[:4].any((1, 2)).all()
    assert run["kind"][numbers].tolist() == [0, 1, 2, 3, 4]


def test_the_stored_scores_follow_from_the_stored_maps():
    """Hits of Grad-CAM by the first network are the same in the runs `localise` and `compare`."""
    maps, scores = make.stored_run("localise"), make.stored_run("compare")
    rows = [k * drawn.FILMS + i for k in range(len(FINDINGS)) for i in range(make.COMPARED)]
    masks = drawn.unpacked(maps["mask"])[rows]
    hit = pointing_game.hits(maps["cam"][rows].astype(float), masks)
    assert (hit == scores["trained"][0, 0, 0]).mean() > 0.97


@pytest.mark.slow
def test_a_stored_map_is_what_the_shipped_network_draws():
    """Grad-CAM drawn today, on films drawn today, is the stored one."""
    from readingroom.explain import maps
    from readingroom.models import reference

    numbers = list(range(0, 4 * drawn.FILMS, 10))
    films, stored = drawn.localise_films(numbers), make.stored_run("localise")["cam"]
    net = reference.load(make.NETWORK)
    for i, number in enumerate(numbers):
        found = maps.grad_cam(net, films.images[i : i + 1], int(films.output[i]))[0]
        assert np.allclose(found, stored[number], atol=0.02 * max(1, found.max()))


def test_a_patient_of_the_evaluation_is_never_one_of_the_training():
    """No seed of the films that are scored is a seed of the films that were learnt."""
    from readingroom.models import findings

    learnt = {case.patient.seed for case in findings.plan()}
    shown = {film.patient.seed for film in drawn.eight_films().films}
    assert not learnt & shown and max(learnt) < 50_000_000 <= min(shown)


def test_films_with_one_finding_have_one_and_its_outline():
    """The finding asked for is there alone, with its size, in the outline's millimetres."""
    found = drawn.films_with("nodule", 3, first=4000, size_mm=30)
    assert set(found.kind) == {"nodule"} and (found.output == 2).all()
    across = 2 * np.sqrt(found.masks.sum((1, 2)) / np.pi) * found.spacing_mm
    assert np.allclose(across, 30, rtol=0.15)
    assert not found.devices[0][found.masks[0]].any()
    again = drawn.films_with("nodule", 1, first=4001, size_mm=30)
    assert (again.images[0] == found.images[1]).all()


def test_boxes_lie_around_the_outlines():
    """The course's own boxes keep to the film, and their centres lie in the findings."""
    eight = drawn.eight_films()
    for (r0, r1, c0, c1), mask in zip(drawn.boxes_around(eight.masks), eight.masks, strict=True):
        assert 0 <= r0 < r1 < 128 and 0 <= c0 < c1 < 128
        assert mask[r0 : r1 + 1, c0 : c1 + 1].any()


def test_the_sanity_maps_tell_pass_from_fail():
    """The three kinds of map lie clear of the line at .5, and not all on one side."""
    truth = saliency.sanity_maps().truth()
    assert truth["edge filter"] == pytest.approx(1)
    assert all(abs(rho - 0.5) > 0.1 for rho in truth.values())
    assert min(truth.values()) < 0.5


def test_the_wrong_places_are_on_the_drain_and_off_the_finding():
    """Each ticked film's hottest point is near the drain and far from the outline; others hit."""
    case = saliency.wrong_place()
    assert 2 <= case.on_device.sum() <= 6 and (case.logits[:, 0] > 0).all()
    for i, astray in enumerate(case.on_device):
        spacing = case.films.spacing_mm[i]
        lesion = make_cases.distance(case.maps[i], case.films.masks[i], spacing)
        drain = make_cases.distance(case.maps[i], case.films.devices[i], spacing)
        if astray:
            assert drain < make_cases.NEAR_MM < lesion
        else:
            assert lesion == 0


def test_every_comparison_line_has_its_interval():
    """Each map and control gives three estimates with an interval."""
    lines = saliency.comparison()
    assert len(lines) == 3 * len(saliency.compared())
    assert all(" to " in line and "n = " in line for line in lines)


@pytest.fixture
def own(monkeypatch):
    """A cohort of four films of one's own, outlines included."""
    found = drawn.films_with("consolidation", 4, first=5000)
    import pandas as pd

    table = pd.DataFrame({"split": "test", "index": range(4), "label": 1})
    return data.Cohort(
        name="mine", images=found.images, table=table, label_name="pneumonia", source="own",
        rebuilt=False, population="", origin="", licence="", citation="", masks=found.masks,
    )  # fmt: skip


def test_own_films_are_scored_where_they_have_outlines(own, capsys):
    """With outlines the own films are scored, with intervals; without, the stand-in is named."""
    saliency.own_localisation(own)
    said = capsys.readouterr().out
    assert "children-128" in said and "n = 4 films" in said and "excess" in said
    saliency.own_localisation(dataclasses.replace(own, masks=None))
    assert "simulated films above stood in" in capsys.readouterr().out
    saliency.own_localisation(dataclasses.replace(own, masks=np.zeros_like(own.masks)))
    assert "simulated films stood in" in capsys.readouterr().out
    saliency.own_localisation(dataclasses.replace(own, source="simulated"))
    assert "No cohort of your own" in capsys.readouterr().out
