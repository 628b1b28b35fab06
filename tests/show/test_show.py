"""Figures carry a sentence for who cannot see them, and films are shown as they are."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from readingroom.kernel import stored
from readingroom.lessons.l03 import figures as curves, films as moves
from readingroom.show import figures, windows


@pytest.fixture
def shown(monkeypatch):
    """What would have been displayed, in order."""
    out: list[dict] = []
    monkeypatch.setattr(figures, "display", lambda found, **_: out.append(found))
    return out


def picture(html: str) -> np.ndarray:
    """The image inside a displayed figure, grey."""
    data = re.search(r"base64,([^\"]+)", html).group(1)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L"))


def test_a_figure_without_a_sentence_is_refused():
    """No figure is shown without an alt sentence that says something."""
    figure, _ = figures.axes()
    for alt in ("", "   ", "a curve"):
        with pytest.raises(ValueError, match="alt sentence"):
            figures.show(figure, alt)


def test_the_sentence_cannot_carry_markup(shown):
    """Alt text and caption are escaped, since they may hold a learner's names."""
    figure, _ = figures.axes()
    figures.show(figure, 'a curve of "<script>" that rises', "<b>caption</b>")
    html = shown[0]["text/html"]
    assert "<script>" not in html and "<b>" not in html and "&lt;b&gt;" in html


def test_black_stays_black_and_white_stays_white(shown):
    """Films are drawn on the full grey scale, without a window of their own."""
    film = np.full((1, 32, 32), 100, np.uint8)
    film[:, :, :8], film[:, :, -8:] = 0, 255
    figures.films(film, alt="a film with a black and a white margin")
    drawn = picture(shown[0]["text/html"])
    row = drawn[drawn.shape[0] // 2]
    assert row.min() <= 3 and 95 <= np.median(row) <= 105 and row.max() >= 252


def test_every_film_of_a_sheet_is_drawn(shown):
    """A sheet that does not fill its last row still shows each film and title once."""
    films = np.stack([np.full((16, 16), 25 * i + 20, np.uint8) for i in range(7)])
    figures.films(films, [f"film {i}" for i in range(7)], columns=3, alt="seven plain grey films")
    drawn = picture(shown[0]["text/html"])
    values, counts = np.unique(drawn, return_counts=True)
    large = values[counts > 5000].astype(int)
    # drawing may round a grey by a level or two
    assert all(np.abs(large - (25 * i + 20)).min() <= 2 for i in range(7))


@pytest.mark.parametrize("draw", [figures.films, windows.panels])
@pytest.mark.parametrize("titles", [1, 2])
def test_no_title_is_cut_at_the_upper_edge(shown, draw, titles):
    """Letters of one line or two keep a white margin above them."""
    films = np.full((3, 60, 50), 90, np.uint8)
    draw(
        films,
        ["8-bit PNG, lung\n(12, 30)" if titles == 2 else "lung"] * 3,
        alt="three plain grey films",
    )
    rows = (picture(shown[0]["text/html"]) < 200).any(axis=1)
    assert np.flatnonzero(rows)[0] >= 3


@pytest.mark.parametrize(
    "draw",
    [
        lambda run: curves.training_curves(run("curves"), 200),
        lambda run: curves.stopping_curve(run("curves"), 200),
        lambda run: curves.learning_curve(run("curves"), 0.03),
        lambda run: curves.shuffle_dots(run("shuffles"), (0.7, 0.6)),
    ],
)
def test_stored_runs_are_drawn_with_their_origin(shown, monkeypatch, draw):
    """Each figure of a stored run says when and how the run was made."""
    monkeypatch.setattr(curves, "show", figures.show)
    draw(lambda name: stored.load("03", name, "simulated"))
    html = shown[0]["text/html"]
    assert "Made beforehand, on 20" in html
    assert picture(html).shape[0] > 200


def test_the_moves_are_what_they_are_called():
    """Mirror, quarter turn and inversion are exact; mild moves leave the film nearly as it is."""
    rows, columns = np.mgrid[:96, :96]
    film = (125 + 60 * np.sin(rows / 9) * np.cos(columns / 13)).astype(np.uint8)
    made = dict(zip(moves.MOVES, moves.moved(film), strict=True))
    assert np.array_equal(made["mirrored left to right"], film[:, ::-1])
    assert np.array_equal(made["turned by 90 degrees"], np.rot90(film))
    assert np.array_equal(made["greys inverted"], 255 - film)
    for mild in ("a little noise", "a little more contrast"):
        assert np.corrcoef(made[mild].ravel(), film.ravel())[0, 1] > 0.97


def test_the_curve_counts_training_time_only(monkeypatch):
    """Scoring and drawing do not count as training time, and each epoch leaves one point."""
    handle = type("Handle", (), {"update": lambda self, _: None})()
    monkeypatch.setattr(curves, "display", lambda *_, **__: handle)
    clock = iter(np.arange(0, 1000, 1.0))
    monkeypatch.setattr(curves.time, "perf_counter", lambda: float(next(clock)))
    curve = curves.LiveCurve(2)

    class Net:
        training = False

        def eval(self):
            return self

        def train(self, _mode):
            return self

        def __call__(self, films):
            return films.mean(dim=(1, 2, 3))

    images, labels = np.arange(8, dtype=np.uint8).reshape(8, 1, 1), np.array([0, 1] * 4)
    before = curve.seconds
    curve.add([0.5, 0.7], Net(), images, labels)
    assert curve.seconds == before + 1  # one tick from start to pause, none for what follows
    assert curve.history[0]["train_loss"] == pytest.approx(0.6)
    assert curve.history[0]["val_loss"] > 0


def test_a_picture_drawn_once_is_the_one_that_matplotlib_saves():
    """Pixel by pixel what `savefig` writes, of films under a colour bar and of a curve."""
    rng = np.random.default_rng(3)

    def sheet():
        figure, grid = figures._axes(2, 3, 7, 5)
        for i, axis in enumerate(grid.ravel()):
            axis.set_axis_off()
            axis.set_title(f"film {i}")
            drawn = axis.imshow(films[i], cmap="gray", vmin=0, vmax=255, interpolation="bicubic")
        figure.colorbar(drawn, ax=list(grid[0]), shrink=0.8).set_label("grey")
        return figure

    def curve():
        figure, axis = figures.axes()
        axis.plot(line, label="loss")
        axis.set(xlabel="epoch", ylabel="loss")
        axis.legend(frameon=False)
        return figure

    films, line = rng.integers(0, 255, (6, 64, 64), np.uint8), rng.random(30)
    for make in (sheet, curve):
        saved = io.BytesIO()
        make().savefig(saved, format="png", dpi=figures.DOTS_PER_INCH, facecolor="white")
        wanted = np.asarray(Image.open(saved).convert("RGB"))
        found = np.asarray(Image.open(io.BytesIO(figures.picture(make()))))
        assert found.shape == wanted.shape and (found == wanted).all()
