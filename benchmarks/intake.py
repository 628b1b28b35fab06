"""Mutated notebooks through the grader's intake: no crash, no batch lost, memory flat.

Run ``python benchmarks/intake.py``; it mutates a solved lesson 2,000 times from a fixed seed, reads
every one as ``readingroom grade`` does, and matches its cells. With ``--json FILE`` it writes the
dated record. The suite runs a fixed sample of the same mutations.
"""

from __future__ import annotations

import argparse
import copy
import json
import platform
import random
import resource
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import psutil

from readingroom.catalogue import find
from readingroom.grading import batch, gathering, intake, rebuild
from readingroom.nbformats import nbformat

ODD = (None, True, -1, 1e308, float("nan"), 10**400, "", "\ud800", "\u202e", "x" * 50_000, [], {},
       [[]], {"a": {"b": {}}}, ["a", 5], b"\x00".decode())  # fmt: skip


def _places(value: object, path: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    out = []
    for key, item in inner:
        out.append((*path, key))
        if isinstance(item, dict | list):
            out += _places(item, (*path, key))
    return out


def _put(book: dict, rng: random.Random) -> None:
    """One value somewhere replaced, taken out or doubled."""
    path = rng.choice(_places(book))
    at = book
    for key in path[:-1]:
        at = at[key]
    how = rng.random()
    if how < 0.6:
        at[path[-1]] = copy.deepcopy(rng.choice(ODD))
    elif how < 0.8 and isinstance(at, list):
        at.insert(path[-1], json.loads(json.dumps(at[path[-1]])))
    else:
        del at[path[-1]]


def _bytes(data: bytes, rng: random.Random) -> bytes:
    """Bytes cut, turned, doubled, or packed into another encoding."""
    at, to = sorted(rng.randrange(len(data)) for _ in range(2))
    ways: list[Callable[[], bytes]] = [
        lambda: data[:at],
        lambda: data[:at] + data[to:],
        lambda: data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :],
        lambda: data[:at] + b"\0" * 40 + data[at:],
        lambda: b"\xef\xbb\xbf" + data,
        lambda: data.decode().encode("utf-16"),
        lambda: data[:at] + b"[" * 5_000 + data[at:],
        lambda: data[:to] + data[at:],
    ]
    return rng.choice(ways)()


def mutated(text: str, number: int) -> bytes:
    """Mutation `number` of a notebook; the same number gives the same bytes."""
    rng = random.Random(number)
    book = json.loads(text)
    for _ in range(rng.randrange(4)):
        _put(book, rng)
    if rng.random() < 0.25:
        book["nbformat"] = rng.choice([1, 2, 3, 5, 0, -1, "4", 3.5])
        book["worksheets"] = [{"cells": book.pop("cells", [])}]
    data = json.dumps(book).encode()
    return _bytes(data, rng) if rng.random() < 0.5 else data


def run(text: str, numbers: range) -> dict:
    """Take mutations in as a class: outcomes, seconds, growth of memory after a tenth."""
    lesson = find("04")
    settings = batch.Settings(seed=1)
    start, used = perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    told: Counter = Counter()
    early = 0
    with intake.Reader() as reader:
        for position, number in enumerate(numbers):
            one = gathering.Submission(
                f"s{number}", lesson.number, "x.ipynb", mutated(text, number)
            )
            task = batch.take_in(one, settings, reader)
            if task.rows:
                told[task.rows[0].status] += 1
                json.dumps([row.as_dict() for row in task.rows]).encode()
            else:
                told["read"] += 1
                assert [c.name for c in task.built.cells if c.role == rebuild.CHECK]
            if position == len(numbers) // 10:
                early = psutil.Process().memory_info().rss
    done = resource.getrusage(resource.RUSAGE_SELF)
    own = done.ru_utime + done.ru_stime - used.ru_utime - used.ru_stime
    return {
        "mutations": len(numbers),
        "outcomes": dict(told),
        "seconds": round(perf_counter() - start, 1),
        "user_and_system_seconds_of_the_grader": round(own, 1),
        "memory_grew_mb": round((psutil.Process().memory_info().rss - early) / 1e6, 1),
        "memory_mb": round(psutil.Process().memory_info().rss / 1e6),
    }


def main() -> None:
    """Print, and write, what 2,000 mutations did."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--json", type=Path, help="write the record to this file")
    options = parser.parse_args()
    text = nbformat.writes(nbformat.read(find("04").notebook("solutions"), as_version=4))
    found = run(text, range(options.count))
    record = {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        **found,
    }
    print(json.dumps(record, indent=2))
    if options.json:
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
