"""Milliseconds of the film reader, warm: scores and map, a DICOM file, the whole picture.

Run ``python benchmarks/reader.py``; with ``--json FILE`` it writes the record. The median of many
readings is given, on as many cores as torch finds.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from readingroom.show.readings import as_html

from readingroom import data
from readingroom.lessons.l00 import simulated
from readingroom.reader import networks
from readingroom.reader.reading import read_film

ROUNDS = 25


def milliseconds(work: Callable[[], object]) -> float:
    """Median time of a piece of work, after two rounds that are not counted."""
    taken = []
    for _ in range(ROUNDS + 2):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return round(1000 * float(np.median(taken[2:])), 1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the record to this file")
    options = parser.parse_args()
    film, dicom = simulated.scope_set().images[0], data.sample("chest-cr")
    found = {
        "one film, five scores and heat map": milliseconds(lambda: read_film(film, networks.REAL)),
        "a DICOM file of 1841 x 1955 pixels": milliseconds(lambda: read_film(dicom)),
        "the same with its picture": milliseconds(lambda: as_html(read_film(dicom))),
    }
    for name, value in found.items():
        print(f"{name:40}{value:8.1f} ms")
    if options.json:
        record = {"python": platform.python_version(), "torch": torch.__version__,
                  "threads": torch.get_num_threads(), "milliseconds": found}  # fmt: skip
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
