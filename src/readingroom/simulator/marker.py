"""Letters on a film: side letters and PORTABLE, in the habit of each department."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from readingroom.simulator.exam import Exam
from readingroom.simulator.streams import stream

__all__ = ["letter", "lettering"]


@lru_cache(maxsize=256)
def lettering(text: str, height: int, stroke: int = 0) -> np.ndarray:
    """Return text as a coverage map (height, width) in 0..1, smooth at any size.

    Drawn large with the font that Pillow carries, then averaged down, so that small letters
    are grey rather than broken.
    """
    font = ImageFont.load_default(size=96)
    left, top, right, bottom = font.getbbox(text)
    page = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8), 0)
    ImageDraw.Draw(page).text((4 - left, 4 - top), text, fill=255, font=font, stroke_width=stroke)
    width = max(2, round(page.width * height / page.height))
    small = page.resize((width, max(3, height)), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255


def _place(grey: Any, top: int, left: int, ink: np.ndarray, level: float) -> Any:
    """Lay ink on the picture in place; returns the box (row0, row1, col0, col1)."""
    size = grey.shape[0]
    h, w = ink.shape
    top, left = int(np.clip(top, 0, size - h)), int(np.clip(left, 0, size - w))
    region = grey[top : top + h, left : left + w]
    region += ink * np.maximum(level - region, 0)
    return top, top + h, left, left + w


def _plate(grey: Any, top: int, left: int, shape: tuple[int, int]) -> None:
    """Grey plate behind a letter, a third wider than the letter, changed in place."""
    pad = max(1, shape[0] // 5)
    rows = slice(max(0, top - pad), top + shape[0] + pad)
    columns = slice(max(0, left - pad), left + shape[1] + pad)
    grey[rows, columns] = 0.6 * grey[rows, columns] + 0.12


def letter(grey: np.ndarray, px: float, exam: Exam) -> dict:
    """Print the exam's markers into the picture; returns their boxes.

    Parameters
    ----------
    grey : ndarray, (S, S) float32
        Changed in place.
    px : float
        Pixel size, cm.
    """
    if not exam.marker:
        return {}
    rng = stream(exam.seed, "marker")
    place, size = exam.place, grey.shape[0]
    height = max(6, round(place.letter_height * min(1.0, px * size / 30) / px))
    across, down = rng.uniform(0.03, 0.09), rng.uniform(0.04, 0.16)
    top = size * (down if place.corner == "upper" else 0.94 - down) - height / 2
    ink = lettering(exam.marker, height, 3)
    left = size * across if exam.marker == "R" else size * (1 - across) - ink.shape[1]
    if place.boxed:
        _plate(grey, round(top), round(left), ink.shape)
    boxes = {"marker": _place(grey, round(top), round(left), ink, 0.95)}
    if exam.portable_text:
        words = lettering("PORTABLE", max(5, round(0.45 * height)), 4)
        row = boxes["marker"][1] + max(1, height // 5)
        left = size * 0.03 if exam.marker == "R" else size * 0.97 - words.shape[1]
        boxes["portable"] = _place(grey, row, round(left), words, 0.92)
    return boxes
