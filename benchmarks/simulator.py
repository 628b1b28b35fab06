"""Films per second of the simulator at 128, 224 and 512 px on one core.

Run ``python benchmarks/simulator.py``; it prints a table and, with ``--json FILE``, writes the
record that the datasheet quotes. Seconds are the processor's; each film is drawn several times and
its fastest time counts, since other work on the machine only ever slows it down. The record says
how many tasks were waiting meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path
from time import process_time

# One core: numpy's matrix products would otherwise use several.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402

from readingroom import simulator  # noqa: E402

SIZES = {64: 16, 128: 16, 224: 10, 512: 5}
"""Pixels to number of different films."""


def _films(kind: str, number: int):
    """Patients, exams and findings of one kind of film."""
    for i in range(number):
        young = kind == "child, consolidation"
        patient = simulator.Patient.sample(5000 + i, "children" if young else "adults")
        view = {"PA, normal": "PA", "AP, devices": "AP"}.get(kind)
        exam = simulator.Exam.sample(patient, 5000 + i, "Northgate", view)
        if kind == "PA, normal":
            exam = exam.changed(devices=())
        found = (simulator.Finding("consolidation", seed=i + 1),) if young else ()
        yield patient, exam, found


def seconds_per_film(kind: str, size: int, repeats: int) -> float:
    """Mean over films of the fastest time of each."""
    fastest = []
    for patient, exam, findings in _films(kind, SIZES[size]):
        times = []
        for _ in range(repeats + 1):  # the first fills the caches
            start = process_time()
            simulator.draw(patient, exam, findings, size)
            times.append(process_time() - start)
        fastest.append(min(times[1:]))
    return float(np.mean(fastest))


def main() -> None:
    """Print films per second for each kind and size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the record to this file")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    record = {
        "simulator": simulator.VERSION,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "films_per_second": {},
    }
    print("kind".ljust(24) + "".join(f"{size:>5} px" for size in SIZES))
    for kind in ("PA, normal", "AP, devices", "child, consolidation"):
        rates = {size: 1 / seconds_per_film(kind, size, options.repeats) for size in SIZES}
        record["films_per_second"][kind] = {str(s): round(r, 1) for s, r in rates.items()}
        print(kind.ljust(24) + "".join(f"{rate:>8.1f}" for rate in rates.values()))
    if options.json:
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
