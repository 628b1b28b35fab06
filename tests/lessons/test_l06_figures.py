"""The sliders of lesson 06, moved in a kernel as a hand moves them."""

from __future__ import annotations

import os
import re

import nbformat
import numpy as np
from nbclient import NotebookClient

from readingroom.assess import metrics
from readingroom.kernel import stored
from readingroom.lessons.l06 import retraining

NETWORKS = """
from readingroom.lessons.l06 import retraining
from readingroom.kernel import stored
from readingroom.lessons.l06 import figures
habits = retraining.stored_aucs(stored.load("06", "network", "simulated"))
figures.condition_slider(habits, "training")
"""
SEXES = """
run = stored.load("06", "sexes", "simulated")
mix = figures.sex_mix(run)
figures.sex_mix_slider(mix, run)
"""
MOVE = """
from ipywidgets.widgets import widget
for slider in list(widget._instances.values()):
    if getattr(slider, "description", "").startswith({name!r}):
        slider.value = {value!r}
"""


def _after(environment: dict[str, str], *moves: tuple[str, object]) -> list[str]:
    """The picture above the slider at first, and after each of these moves."""
    first = NETWORKS if moves[0][0] == "training" else NETWORKS.split("habits")[0] + SEXES
    cells = [first, *(MOVE.format(name=name, value=value) for name, value in moves)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    out = []
    client = NotebookClient(notebook, timeout=120)
    with client.setup_kernel(env={**os.environ, **environment}):
        for place, cell in enumerate(notebook.cells):
            client.execute_cell(cell, place)
            pictures = [o["data"] for o in notebook.cells[0].outputs if "data" in o]
            moved = [p for p in pictures if "Typed, this is" in p.get("text/html", "")]
            assert len(moved) == 1, "one picture, redrawn in place"
            out.append(moved[0]["text/html"])
    return out


def _alt(html: str) -> str:
    return re.search(r'alt="([^"]*)"', html)[1]


def _drawn(html: str) -> str:
    return re.search(r'base64,([^"]+)"', html)[1]


def test_the_slider_of_trainings_shows_the_numbers_of_the_one_it_names(runs):
    """Each stop redraws the picture and says the package's own means; the line to type follows."""
    aucs = retraining.stored_aucs(stored.load("06", "network", "simulated"))
    first, *names = list(aucs)[:3]
    pages = _after(runs.planned("sliders", "06"), *(("training", name) for name in names))
    for name, page in zip([first, *names], pages, strict=True):
        for shown, values in aucs[name].items():
            assert f"{name} {shown} {np.mean(values):.2f}" in _alt(page)
        assert f"<code>training = '{name}'</code>" in page
    assert len({_drawn(page) for page in pages}) == len(pages)


def test_the_slider_of_sexes_shows_the_intervals_of_the_mix_it_names(runs):
    """Moved from 0 to 50 to 100 %, it says for women and men what the stored scores give."""
    run = stored.load("06", "sexes", "simulated")
    shares = [round(100 * float(share)) for share in run["shares"]]
    stops = [shares[0], shares[len(shares) // 2], shares[-1]]
    pages = _after(runs.planned("sliders", "06"), *(("women", stop) for stop in stops[1:]))
    truth, woman = run["label"] == 1, run["woman"].astype(bool)
    for stop, page in zip(stops, pages, strict=True):
        scores = run["score"][shares.index(stop)]
        for who, inside in (("women", woman), ("men", ~woman)):
            aucs = [metrics.auc(truth[inside], s[inside], draws=2).value for s in scores]
            assert f"in {who} {metrics.mean(aucs).short()}" in _alt(page)
        assert f"{stop} % women" in _alt(page) and f"<code>women = {stop}</code>" in page
    assert len({_drawn(page) for page in pages}) == len(pages)
