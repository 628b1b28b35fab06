"""The film reader reads what it can, warns of what it knows, and refuses in one sentence."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from pydicom.data import get_testdata_file

from readingroom.lessons.l00 import simulated
from readingroom.reader import networks
from readingroom.reader.reading import NOT_FOR_CLINICAL_USE, NoFilm, read_film
from readingroom.show.reading import as_html


@pytest.fixture(scope="module")
def film() -> np.ndarray:
    """A simulated child's film."""
    return simulated.scope_set().images[0]


def test_a_film_gets_a_score_a_spread_and_a_map(film):
    """Each network scores in 0 to 1, the mean lies between, the map is 0 or more, it warns."""
    found = read_film(film)
    low, high = found.spread
    assert found.scores.ndim == 1 and 0 <= low <= found.score <= high <= 1
    assert found.heat.ndim == 2 and found.heat.min() >= 0
    assert found.milliseconds > 0 and NOT_FOR_CLINICAL_USE in str(found)
    assert len(read_film(film, networks.REAL).scores) == networks.SEEDS[networks.REAL]
    assert "%" not in str(found) and "probab" not in str(found)


def test_the_score_is_that_of_the_shipped_networks(film):
    """Reading one film gives what `models.scores` gives the five networks for it."""
    found = read_film(film, networks.REAL)
    whole = networks.scores(networks.PANELS[networks.REAL], found.seen[None])
    np.testing.assert_allclose(found.scores, whole[:, 0], atol=1e-5)


@pytest.mark.parametrize("name", list(networks.PANELS))
def test_the_map_is_grad_cam(film, name):
    """MONAI's Grad-CAM on the last feature map has the same shape up to a factor."""
    import torch
    from monai.visualize import GradCAM

    from readingroom.models.nets import tensor_of

    panel = networks.PANELS[name]
    seen = read_film(film).seen
    net = copy.deepcopy(networks.networks(name)[0])  # MONAI leaves its hooks behind
    maps: list = []
    with torch.no_grad():
        networks._score(net, tensor_of(seen[None]), panel.output, maps)

    class Columns(torch.nn.Module):
        """MONAI wants one column for each class."""

        def __init__(self):
            super().__init__()
            self.net = net

        def forward(self, x):
            """(B, classes)."""
            out = self.net(x)
            return out if out.ndim == 2 else out[:, None]

    camera = GradCAM(Columns(), "net.stages", postprocessing=torch.relu,
                     upsampler=lambda size: lambda grid: grid)  # fmt: skip
    theirs = camera(tensor_of(seen[None]), class_idx=panel.output)[0, 0].detach().numpy()
    ours = maps[0] / max(maps[0].max(), 1e-9)
    np.testing.assert_allclose(ours, theirs / max(theirs.max(), 1e-9), atol=1e-4)


def test_a_png_and_the_array_in_it_read_alike(film, tmp_path):
    """The same grey values give the same score, from a file or from memory."""
    path = tmp_path / "film.png"
    Image.fromarray(film).save(path)
    one, other = read_film(path), read_film(film, networks.REAL)
    np.testing.assert_allclose(one.scores, other.scores, atol=1e-6)
    assert not one.out_of_scope and any("does not say: age and view" in n for n in one.notes)
    assert not other.notes  # the lesson's own films


def test_a_real_dicom_film_is_shown_upright_and_warned_about():
    """MONOCHROME1 is turned (air dark at the rim), and view and name are remarked on."""
    path = get_testdata_file("RG1_UNCR.dcm", download=False)
    found = read_film(path)
    corner, middle = found.film[:20, :20].mean(), found.film[200:300, 240:270].mean()
    assert corner < 100 < middle  # air beside the neck, spine: the film's own window
    assert any("PA" in said for said in found.out_of_scope) and "OUT OF SCOPE" in str(found)
    page = as_html(found, "a film")
    assert page.index("color:#a50f15") < page.index("Out of scope.") < page.index("<img")
    assert any("names its patient" in note for note in found.notes)


def test_nonsense_is_scored_all_the_same(film):
    """Inverted, turned, lateral, hand and noise each get a score: the lesson's point."""
    pictures, titles = simulated.gallery(film)
    assert len(pictures) == len(titles) == 7
    assert all(0 <= read_film(one).score <= 1 for one in pictures)


REFUSED = {
    "blank": (np.zeros((64, 64), np.uint8), "blank"),
    "a stack": (np.zeros((3, 64, 64), np.uint8), "not a stack"),
    "too small": (np.eye(20, dtype=np.uint8), "at least 28"),
    "a strip": (np.eye(30, 400, dtype=np.uint8), "crop it"),
    "words": (np.array([["a", "b"]]), "grey values"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_no_film_is_refused_in_one_sentence(name):
    """The message says what is wrong."""
    value, says = REFUSED[name]
    with pytest.raises(NoFilm, match=says):
        read_film(value)


@pytest.mark.parametrize(
    ("sample", "says"),
    [("SC_rgb_rle_2frame.dcm", "multi-frame"), ("rtplan.dcm", "without pixels")],
)
def test_dicom_without_one_picture_is_refused(sample, says):
    """Several frames, or none, are no film."""
    with pytest.raises(NoFilm, match=says):
        read_film(get_testdata_file(sample, download=False))


def test_files_that_are_no_pictures_are_refused(tmp_path):
    """Text, an empty file, a cut PNG and a missing one get a sentence, no traceback."""
    (tmp_path / "notes.txt").write_text("no film")
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 40)
    for name in ("notes.txt", "empty.png", "cut.png", "missing.dcm"):
        with pytest.raises(NoFilm, match=name):
            read_film(tmp_path / name)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(
    arrays.arrays(
        st.sampled_from([np.uint8, np.uint16, np.int32, np.float32]),
        st.tuples(st.integers(1, 90), st.integers(1, 90)),
    )
)
def test_any_picture_is_read_or_refused(picture):
    """Whatever the grey values, there is a score in 0 to 1 or a sentence."""
    try:
        found = read_film(picture)
    except NoFilm as problem:
        assert str(problem).endswith(".")
    else:
        assert 0 <= found.score <= 1 and found.film.dtype == np.uint8
