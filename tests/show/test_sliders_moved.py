"""Lesson 04's sliders, moved as a browser moves them: the picture's numbers follow the formula."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from sklearn.metrics import confusion_matrix

from readingroom.lessons.l04 import figures, films as scored

OPEN = """
import readingroom as rr
here = rr.lesson("04")
scores = here.scores()
test, local = scores.test, scores.local
"""
MOST = 60  # seconds until a picture must have been drawn again


class Page:
    """A notebook page without a browser: it runs cells, moves widgets, and reads what is drawn."""

    def __init__(self, client) -> None:
        self.client, self.sliders, self.texts = client, {}, []

    def _take(self, message: dict) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "comm_open":
            state = content["data"]["state"]
            if state.get("_model_name") == "SelectionSliderModel":
                self.sliders[state["description"]] = (content["comm_id"], state)
        elif kind in ("display_data", "update_display_data"):
            self.texts.append(content["data"].get("text/plain", ""))
        assert kind != "error", content

    def run(self, source: str) -> str:
        """Run a cell; the text form of the first picture it shows."""
        self.sliders, self.texts = {}, []
        self.client.execute_interactive(source, output_hook=self._take, timeout=MOST)
        return next(text for text in self.texts if text.startswith("Figure:"))

    def move(self, name: str, to: str) -> str:
        """Move a slider to a step, by its label; the text form of the picture drawn for it."""
        comm, state = self.sliders[name]
        moved = {"method": "update", "state": {"index": state["_options_labels"].index(to)}}
        content = {"comm_id": comm, "data": moved}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", content))
        while True:
            message = self.client.get_iopub_msg(timeout=MOST)
            if message["msg_type"] == "update_display_data":
                return message["content"]["data"]["text/plain"]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Lesson 04 open on simulated scores."""
    environment = {
        **os.environ,
        "READINGROOM_COHORT": "simulated",
        "READINGROOM_PROGRESS": str(tmp_path_factory.mktemp("progress")),
    }
    environment.pop("NBGRADER_EXECUTION", None)
    manager, client = start_new_kernel(env=environment)
    try:
        client.execute_interactive(OPEN, output_hook=lambda message: None, timeout=MOST)
        yield Page(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def films():
    """The same scores, read in this process."""
    return scored.load("simulated")


def _after(words: str, text: str) -> float:
    return float(re.search(rf"{re.escape(words)}\D*?(-?\d*\.?\d+)", text)[1])


def test_the_threshold_slider_moves_both_rates(page, films):
    """Sensitivity and specificity are those of scikit-learn's table at the threshold moved to."""
    before = page.run("here.roc_slider(test, threshold=0.5)")
    for step in ("0.9", "0.1"):
        text = page.move("threshold", step)
        well, alarms, missed, found = confusion_matrix(
            films.test.y, films.test.a >= float(step)
        ).ravel()
        assert _after("sensitivity", text) == pytest.approx(found / (found + missed), abs=0.0051)
        assert _after("specificity", text) == pytest.approx(well / (well + alarms), abs=0.0051)
        assert text != before and f"threshold = {float(step):.2f}" in text


def test_the_ppv_slider_follows_bayes(page):
    """At each prevalence the PPV is true alarms by all alarms, and the dots say the same."""
    page.run("here.ppv_slider(rr.metrics.share(450, 500), rr.metrics.share(425, 500), ill=0.01)")
    for step in ("0.005", "0.1", "0.3", "0.8"):
        text, ill = page.move("share of ill patients", step), float(step)
        true, false = ill * 0.90, (1 - ill) * 0.15
        ppv = true / (true + false)
        assert _after("at this prevalence", text) == pytest.approx(ppv, abs=0.0051)
        assert _after("prevalence, about", text) == round(100 * ppv)
        assert f"ill = {step}" in text


def test_the_price_sliders_move_the_lowest_cost(page, films):
    """The least cost is found again by trying every threshold, for each price and prevalence."""
    page.run("here.cost_sliders(test, local, ill=0.3, miss=10, alarm=1)")
    y, s = films.test.y[films.local], films.test.a[films.local]
    prices = {"ill": 0.3, "miss": 10, "alarm": 1}
    sliders = {"ill": "share of ill patients", "miss": "a miss costs"}
    sliders["alarm"] = "a false alarm costs"
    for name, step in (("miss", "50"), ("ill", "0.05"), ("alarm", "5"), ("miss", "1")):
        prices[name] = float(step)
        text = page.move(sliders[name], step)
        ill, miss, alarm = prices.values()
        costs = [
            1000 * miss * ill * np.mean(s[y == 1] < t)
            + 1000 * alarm * (1 - ill) * np.mean(s[y == 0] >= t)
            for t in [*np.unique(s), 1.1]
        ]
        assert _after("and lowest,", text) == pytest.approx(min(costs), abs=0.51)
        assert _after("an alarm,", text) == pytest.approx(1000 * miss * ill, abs=0.51)
        assert _after("false alarm:", text) == pytest.approx(1000 * alarm * (1 - ill), abs=0.51)


def test_the_sample_slider_narrows_the_intervals(page, films):
    """With more films in a sample the twelve AUCs lie closer; values are those of the samples."""
    few = page.run("here.auc_samples(test, n=60)")
    many = page.move("films in a sample", "450")
    spread = []
    for text, n in ((few, 60), (many, 450)):
        low, high = map(float, re.search(r"values from (\S+) to (\S+),", text).groups())
        aucs = [scored.sampled_auc(films.test, n, k).value for k in range(figures.SAMPLES)]
        assert (low, high) == pytest.approx((min(aucs), max(aucs)), abs=0.0051)
        spread.append(high - low)
    assert spread[1] < spread[0] / 2
