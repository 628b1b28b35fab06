"""What a launch needs: memory, imports and seconds of each lesson, and what is installed for it.

Run ``python benchmarks/footprint.py --json benchmarks/footprint.json``. Each solved lesson runs
once in a kernel of its own, and the libraries it had loaded are then imported once more in a fresh
process, whose seconds and memory are the lesson's cost before its first cell. Sizes are those of
the files of every package that this project's own requirements lead to.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import subprocess
import sys
from datetime import date
from importlib import metadata
from pathlib import Path

from readingroom import __version__
from readingroom.author import rehearsal
from readingroom.catalogue import Lesson, catalogue, find
from readingroom.nbformats import nbformat

# What is worth a line of its own: libraries that take long or much.
HEAVY = ("captum", "highdicom", "ipywidgets", "matplotlib", "monai", "numpy", "pandas", "pydicom",
         "scipy", "skimage", "sklearn", "torch", "torchvision", "torchxrayvision")  # fmt: skip
LAST = f"import sys\nprint('LOADED', *(name for name in {HEAVY!r} if name in sys.modules))"
IMPORT = """
import importlib, sys, time
import psutil
start = time.perf_counter()
for name in sys.argv[1:]:
    importlib.import_module(name)
seconds = time.perf_counter() - start
print(seconds, psutil.Process().memory_info().rss / 1e6)
"""
GRAPHICS = re.compile(r"nvidia-|cuda-|triton$")  # comes with a CUDA build of torch only
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def of_lesson(lesson: Lesson, cohort: str | None, repeats: int) -> dict:
    """Run a lesson's solved notebook and measure it and its imports."""
    book = nbformat.read(lesson.notebook("solutions"), as_version=4)
    book.cells.append(nbformat.v4.new_code_cell(LAST))
    book, seconds, peak, error = rehearsal.execute(book, cohort)
    loaded = "".join(o.get("text", "") for o in book.cells[-1].get("outputs", []))
    heavy = loaded.split()[1:]
    runs = [
        subprocess.run([sys.executable, "-c", IMPORT, *heavy], capture_output=True, text=True,
                       check=True).stdout.split()
        for _ in range(repeats)
    ]  # fmt: skip
    fastest = min(float(run[0]) for run in runs)  # other work on the machine only slows it down
    return {
        "lesson": lesson.number,
        "passed": not error,
        "seconds": round(seconds, 1),
        "peak_mb": round(peak),
        "import_seconds": round(fastest, 2),
        "import_mb": round(float(runs[0][1])),
        "loaded": heavy,
    }


def _needs(name: str) -> list[str]:
    """Requirements of a package that hold here, without its extras."""
    from packaging.requirements import Requirement

    found = []
    for line in metadata.requires(name) or []:
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            found.append(wanted.name)
    return found


def closure(names: list[str]) -> list[str]:
    """Every installed package that some requirements lead to, sorted."""
    open_, seen = list(names), {}
    while open_:
        name = open_.pop()
        plain = re.sub(r"[-_.]+", "-", name).lower()
        if plain in seen:
            continue
        try:
            metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        seen[plain] = name
        open_ += _needs(name)
    return sorted(seen)


def installed_mb(name: str) -> float:
    """Size of a package's files in units of 10^6 bytes."""
    files = metadata.distribution(name).files or []
    paths = {Path(file.locate()) for file in files}
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def requirements(root: Path) -> list[str]:
    """What pyproject.toml asks for."""
    import tomllib

    facts = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    return [NAME.match(line).group() for line in facts["dependencies"]]


def main() -> None:
    """Print the tables and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="all by default")
    parser.add_argument("--cohort", default=None, help="real or simulated")
    parser.add_argument("--json", type=Path, help="write the record to this file")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--note", default="", help="a sentence for the record")
    options = parser.parse_args()
    chosen = [find(name) for name in options.lessons] or list(catalogue().values())
    rows = [of_lesson(lesson, options.cohort, options.repeats) for lesson in chosen]
    print("lesson  pass  seconds  peak MB  import s  import MB  loaded")
    for row in rows:
        print(f"{row['lesson']:>6}  {'yes' if row['passed'] else 'no':>4}  {row['seconds']:>7} "
              f"{row['peak_mb']:>8}  {row['import_seconds']:>8}  {row['import_mb']:>9}  "
              f"{', '.join(row['loaded'])}")  # fmt: skip
    names = closure(requirements(Path(__file__).resolve().parents[1]))
    sizes = {name: round(installed_mb(name), 1) for name in names}
    graphics = sum(mb for name, mb in sizes.items() if GRAPHICS.match(name))
    large = dict(sorted(sizes.items(), key=lambda entry: -entry[1])[:25])
    print(f"\n{len(sizes)} packages, {sum(sizes.values()):.0f} MB.")
    print(
        f"{graphics:.0f} MB of them serve graphics cards only; a CPU build of torch has none of it."
    )
    for name, size in large.items():
        print(f"{size:>9.1f} MB  {name}")
    if options.json:
        record = {
            "date": date.today().isoformat(),
            "note": options.note,
            "readingroom": __version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "torch": metadata.version("torch"),
            "cohort": options.cohort or "as each lesson chose",
            "lessons": rows,
            "packages": len(sizes),
            "installed_mb": round(sum(sizes.values())),
            "graphics_only_mb": round(graphics),
            "largest_mb": large,
        }
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
