"""The film reader's page: its networks, rules, and twelve films to try, gathered before a build."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image

from readingroom import simulator
from readingroom.assess import metrics
from readingroom.kernel import stored
from readingroom.lessons.l00 import simulated
from readingroom.reader import browser

SIZE = 320  # pixels of a film to try
CALLED = 0.5  # a score from here on is a call


def films() -> list[dict]:
    """Twelve simulated films with what is known of each; no patient was examined.

    Returns
    -------
    list of dict
        ``title``, ``alt``, ``age`` (years), ``view`` and ``png`` (base64).
    """
    child, adult = "children", "adults"

    def frontal(seed: int, *what, **fields) -> tuple[np.ndarray, int]:
        return simulated.frontal(seed, *what, size=SIZE, **fields)

    inverted, inverted_age = frontal(43, child)
    over, over_age = frontal(46, child, True)
    rows = [
        ("a child with a consolidation", *frontal(40, child, True), "AP"),
        ("a child without a finding", *frontal(48, child), "AP"),
        ("a child with a consolidation", *frontal(60, child, True), "AP"),
        ("a child without a finding", *frontal(62, child), "AP"),
        ("a child, turned on the table", *frontal(44, child, rotation=13.0, tilt=9.0), "AP"),
        ("a child, little dose", *frontal(49, child, dose=0.08), "AP"),
        ("a child, greys inverted", 255 - inverted, inverted_age, "AP"),
        ("a child, upside down", over[::-1, ::-1], over_age, "AP"),
        ("a child from the side", simulator.lateral(45, SIZE, child=True), 4, "lateral"),
        ("a child's hand", simulator.hand(42, SIZE, child=True), 5, "AP"),
        ("an adult without a finding", *frontal(51, adult, view="PA"), "PA"),
        ("an adult with a consolidation", *frontal(57, adult, True, view="AP"), "AP"),
    ]
    return [
        {"title": title, "age": age, "view": view, "png": _png(image),
         "alt": f"A simulated film of {title}, {age} years."}
        for title, image, age, view in rows
    ]  # fmt: skip


def _png(image: np.ndarray) -> str:
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(out, "png", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def adults() -> str:
    """How many normal adult films the page's networks call ill: lesson 00's stored scores."""
    run = stored.load("00", "scores", "real")
    called = (run["ward_score"].mean(axis=0) >= CALLED).astype(float)
    share = metrics.bootstrap(np.mean, called, patient=run["ward_patient"], name="called")
    return (
        f"Of {len(called)} adult films that were filed as normal (NIH ChestX-ray14, {share.n} "
        f"patients), these five networks call {called.sum():.0f} pneumonia: "
        f"{100 * share.value:.0f} %, 95 % interval {100 * share.lo:.0f} to {100 * share.hi:.0f} %."
    )


def gather(target: Path) -> None:
    """Write all that the page loads besides its own scripts."""
    browser.export(target)
    told = browser.script("films", films()) + browser.script("adults", adults())
    (target / "films.js").write_text(told, "utf-8")
