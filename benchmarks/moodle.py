"""A class of 40 as Moodle's "Download all submissions" gives it out, to try the grader with.

Run ``python benchmarks/moodle.py class.zip``, then do what `book/grading.md` says. Among the 40 are
people of one name, names in several scripts, right, wrong, empty and broken notebooks, answers in
the disguises of `disguises.py`, two copies, and what else people upload: a PDF, a text, a web page,
a second notebook, a zip.
"""

from __future__ import annotations

import argparse
import random
import sys
import zipfile
from pathlib import Path

from readingroom.catalogue import Lesson, find
from readingroom.nbformats import nbformat

sys.path.insert(0, str(Path(__file__).parent))
import disguises

NAMES = (
    "Anna Schmidt", "Seán O'Brien", "John Smith Jr.", "प्रिया शर्मा", "สมชาย ใจดี", "王 小明",
    "김 민준", "Müller, Jörg", "María José de la Cruz", "Ann Lee", "Ann Lee", "Łukasz Żak",
    "Νίκος Παππάς", "Олена Шевченко", "محمد الأحمد", "יעל כהן", "Nguyễn Văn An",
    "D'Angelo Rossi", "Björk Þórsdóttir", "Jean-Luc Picard", "Fatima_Zahra El Amrani",
    "Øystein Åse", "Mary  Ann Evans", "José", "Q. Ti",
)  # fmt: skip
STUDENTS = 40


def _answered(lesson: Lesson, disguise, share: float, rng: random.Random) -> bytes:
    """A notebook in a disguise, with a share of its answers left open."""
    release = nbformat.read(lesson.notebook("lessons"), as_version=4)
    typed = disguises.typed(lesson)
    open_ = [slug for slug in typed if rng.random() > share]
    names = {cell.id: cell.source for cell in release.cells}
    made = disguises.desk(release, {s: names[s] if s in open_ else t for s, t in typed.items()})
    disguise(made)
    return nbformat.writes(made.book).encode()


def files(lesson: Lesson, seed: int = 1) -> dict[str, bytes]:
    """Names in the zip, as Moodle writes them, to what was uploaded."""
    rng = random.Random(seed)
    ways = [d for d in disguises.DISGUISES if d.__name__ not in ("second_try", "turned_to_text")]
    out: dict[str, bytes] = {}
    for i in range(STUDENTS):
        who = NAMES[i] if i < len(NAMES) else f"Student Number{i}"
        folder = f"{who}_{7_700_000 + 13 * i}_assignsubmission_file_/"
        share = (1.0, 1.0, 0.8, 0.5, 0.0)[i % 5]
        out[f"{folder}{lesson.slug}.ipynb"] = _answered(lesson, ways[i % len(ways)], share, rng)
    folders = [name.partition("/")[0] + "/" for name in out]
    own = f"{lesson.slug}.ipynb"
    out[folders[3] + "report.pdf"] = b"%PDF-1.4"
    out[folders[4] + own.replace(".ipynb", ".ipynb.txt")] = out.pop(folders[4] + own)
    out[folders[5] + own.replace(".ipynb", " (2).ipynb")] = out[folders[5] + own]
    out[folders[6] + own.replace(".ipynb", "-Copy1.ipynb")] = out[folders[7] + own]
    out[folders[8] + "my answers.pdf"] = out.pop(folders[8] + own)[:100]
    out[folders[9] + own] = out[folders[9] + own][:3_000]
    out[folders[12] + own] = b"<!DOCTYPE html><title>Log in to the site</title>"
    out[folders[16] + "notebook.zip"] = out.pop(folders[16] + own)[:100]
    out[folders[21] + own] = out[folders[20] + own]
    out[folders[22] + "final version (really).ipynb"] = out.pop(folders[22] + own)
    out["__MACOSX/" + folders[22] + "._x.ipynb"] = b"\0\5\26\7"
    return out


def main() -> None:
    """Write the zip."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("zip", type=Path)
    parser.add_argument("--lesson", default="04")
    options = parser.parse_args()
    with zipfile.ZipFile(options.zip, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files(find(options.lesson)).items():
            archive.writestr(name, data)
    print(f"{options.zip}: now readingroom grade {options.zip} --out grades --export moodle")


if __name__ == "__main__":
    main()
