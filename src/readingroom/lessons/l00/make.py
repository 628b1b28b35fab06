"""The stored scores of lesson 00: ``readingroom make 00`` makes them.

Nothing is trained here. The shipped networks score the test films, the same films inverted, upside
down and photographed, and the adults of other wards, so that the lesson needs torch for the film
reader only. Only scores are kept, no film; the maps kept are of simulated films.
"""

from __future__ import annotations

import time

import numpy as np

from readingroom import data, simulator
from readingroom.data.films import squared
from readingroom.explain import pointing_game
from readingroom.lessons.l00 import simulated
from readingroom.lessons.l00.films import positions
from readingroom.models.pixels import PixelRegression, pixel_regression
from readingroom.models.provenance import Run
from readingroom.reader import networks

MEGABYTES, MEGABITS_A_SECOND = 2.5, 10.0  # a telephone's photo, and a modest line
PHOTO_SEED = 500
LESION_SEED, LESION_FILMS = 300_000, 200
CLEAR = 3  # pixels between hottest point and outline, so that nobody has to argue


def _small(films: np.ndarray) -> np.ndarray:
    """Films at the 28 px of the see-through model."""
    return np.stack([squared(film, 28) for film in films])


def _code(names) -> np.ndarray:
    """Patients as numbers from 0: who they are is not kept."""
    return np.unique(np.asarray(names).astype(str), return_inverse=True)[1].astype(np.int32)


def _wards(mode: str) -> dict[str, tuple]:
    """Films, views and patients of both other wards.

    Returns
    -------
    dict
        ``ward``: adults whose films were read as normal; ``ill``: adults who are all ill. Each is
        (films (N, S, S), views (N,), patients (N,)).
    """
    if mode == "real":
        nih = data.load("nih-1000", size=64, mode="real")
        hannover = data.load("hannover", size=128, mode="real")
        normal = (nih.table["label"] == 0).to_numpy()
        tables = {"ward": (nih, normal), "ill": (hannover, np.ones(len(hannover.table), bool))}
        return {
            name: (c.images[rows], c.table["view"][rows], c.table["patient"][rows])
            for name, (c, rows) in tables.items()
        }
    drawn = simulator.cohort("other-ward", size=128)
    return {
        name: (drawn.images[rows], drawn.table["view"][rows], drawn.table["patient"][rows])
        for name, rows in (("ward", drawn.part("normals")), ("ill", drawn.part("all ill")))
    }


def _enlarged(films: np.ndarray, size: int) -> np.ndarray:
    return films if films.shape[1] == size else np.stack([squared(f, size) for f in films])


def scores(mode: str) -> Run:
    """Every score that lesson 00 reads, for one mode.

    Returns
    -------
    Run
        ``test_label`` (N,); ``test_score``, ``inverted_score``, ``turned_score`` (seeds, N);
        ``photo_score`` (seeds, 100) of the threshold set; ``pixel_test``, ``pixel_inverted`` (N,)
        of the see-through model; ``ward_score`` (seeds, M), ``ward_pixel``, ``ward_ap``,
        ``ward_patient`` (M,), and the same for ``ill_``; ``seconds_ai``, ``seconds_upload``.
    """
    panel = networks.of_mode(mode)
    children = data.load("children", size=128, mode=mode)
    films, labels = children.part("test")
    small = data.load("children", size=28, mode=mode)
    see_through = pixel_regression(*small.part("train"))
    thumbs = small.part("test")[0]
    out = {
        **_test(panel, films, labels),
        "pixel_test": see_through.scores(thumbs),
        "pixel_inverted": see_through.scores(255 - thumbs),
        "seconds_ai": np.array(_seconds(panel, films[:40])),
        "seconds_upload": np.array(8 * MEGABYTES / MEGABITS_A_SECOND),
    }
    for name, ward in _wards(mode).items():
        out |= {f"{name}_{what}": v for what, v in _ward(panel, see_through, *ward).items()}
    kept = {k: v.astype(np.float32) if v.dtype == float else v for k, v in out.items()}
    return Run(kept, children)


def _test(panel, films: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of the test films as they are, inverted, upside down, and some of them as photos."""

    hundred = films[positions(labels)["hundred"]]
    photos = np.stack([simulator.photo(f, PHOTO_SEED + i) for i, f in enumerate(hundred)])
    return {
        "test_label": labels.astype(np.uint8),
        "test_score": networks.scores(panel, films),
        "inverted_score": networks.scores(panel, 255 - films),
        "turned_score": networks.scores(panel, films[:, ::-1, ::-1]),
        "photo_score": networks.scores(panel, photos),
    }


def _ward(panel, see_through: PixelRegression, films, view, patient) -> dict[str, np.ndarray]:
    """Scores of a ward's films with their views, and patients as numbers."""
    return {
        "score": networks.scores(panel, _enlarged(films, networks.SIZE)),
        "pixel": see_through.scores(_small(films)),
        "ap": (np.asarray(view) == "AP").astype(np.uint8),
        "patient": _code(patient),
    }


def _seconds(panel, films: np.ndarray) -> float:
    """Median seconds of one film, score and map, with the networks loaded."""
    taken = []
    for film in films:
        start = time.perf_counter()
        networks.read(panel, film)
        taken.append(time.perf_counter() - start)
    return round(float(np.median(taken)), 3)


def lesions() -> Run:
    """Eight simulated lesion films, chosen so that each thing that can happen does.

    Of 200 films the first four are taken that are called ill with the hottest point well inside the
    lesion, the first three that are called ill with it well outside, and the first that is not
    called ill. The counts over all 200 are kept beside them.

    Returns
    -------
    Run
        ``seed`` (8,), ``score`` (seeds, 8), ``heat`` (8, h, w), ``peak`` (8, 2) rows and columns at
        128 px; ``all_called``, ``all_hit`` (200,).
    """
    seeds = np.arange(LESION_SEED, LESION_SEED + LESION_FILMS)
    panel = networks.of_mode("simulated")
    films = [simulated.lesion_film(int(seed)) for seed in seeds]
    read = [networks.read(panel, film) for film, _ in films]
    peaks = np.array(
        [pointing_game.peak(pointing_game.smooth(heat, networks.SIZE)) for _, heat in read],
        np.int32,
    )
    inside = np.array([_depth(m, peak) for (_, m), peak in zip(films, peaks, strict=True)])
    called = np.array([scores.mean() >= 0.5 for scores, _ in read])
    warm = np.array([heat.max() > 0 for _, heat in read])  # else there is no hottest point
    kinds = ((4, called & (inside >= CLEAR)), (3, called & (inside <= -CLEAR)),
             (1, ~called & warm & (np.abs(inside) >= CLEAR)))  # fmt: skip
    chosen = np.concatenate([np.flatnonzero(kind)[:n] for n, kind in kinds])
    if len(chosen) != 8:
        raise RuntimeError("200 films hold too few of one kind; the lesson's text must change")
    chosen = np.random.default_rng(LESION_SEED).permutation(chosen)
    arrays = {
        "seed": seeds[chosen],
        "score": np.stack([read[i][0] for i in chosen], axis=1).astype(np.float32),
        "heat": np.stack([read[i][1] for i in chosen]).astype(np.float32),
        "peak": peaks[chosen],
        "all_called": called,
        "all_hit": inside > 0,
    }
    # the films that the networks were trained on stand in the provenance
    return Run(arrays, data.load("children", size=128, mode="simulated"))


def _depth(mask: np.ndarray, peak: np.ndarray) -> float:
    """How far a point lies inside an outline (pixels); negative outside."""
    from scipy.ndimage import distance_transform_edt

    row, column = peak
    far = distance_transform_edt(mask) if mask[row, column] else -distance_transform_edt(~mask)
    return float(far[row, column])


RUNS = {"scores": scores, "lesions": lesions}
