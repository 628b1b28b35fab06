"""A course of one tiny lesson, in a checkout of its own, for tests of the grader."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

TINY = Path(__file__).parent / "tiny"
REPOSITORY = Path(__file__).resolve().parents[2]
SLUG = "90-tiny"
HONEST = {
    "share": "part = test_y.mean()",
    "secret-number": "number = 14133",
    "double": "def double(x):\n    return 2 * x",
    "films": "seen = {1, 3, 5}",
    "reason": 'letter, because = "B", 2',
}
POINTS = 2.0  # of each exercise


@dataclass(frozen=True)
class Course:
    """The tiny course: where it lies, and how its command is run."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which its package is found instead of the checkout's."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("READINGROOM_")}
        home = str(self.root / "home")
        return {**kept, "PYTHONPATH": str(self.root / "src"), "READINGROOM_HOME": home}

    def run(self, *arguments: object, timeout: float = 300) -> subprocess.CompletedProcess:
        """Run the command to its end."""
        command = [sys.executable, "-m", "readingroom", *map(str, arguments)]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=timeout
        )

    def release(self) -> nbformat.NotebookNode:
        """The learner's notebook."""
        return nbformat.read(self.root / "lessons" / SLUG / f"{SLUG}.ipynb", as_version=4)

    def answered(self, **changed: str) -> nbformat.NotebookNode:
        """The learner's notebook with right answers, but for those given (``_`` for ``-``)."""
        typed = {**HONEST, **{name.replace("_", "-"): text for name, text in changed.items()}}
        book = self.release()
        for cell in book.cells:
            if cell.metadata.get("nbgrader", {}).get("solution") and cell.id in typed:
                cell.source = typed[cell.id]
        return book


def make_course(root: Path) -> Course:
    """Make a checkout with the tiny lesson and print its notebooks."""
    source = root / "src" / "readingroom"
    shutil.copytree(
        REPOSITORY / "src" / "readingroom",
        source,
        ignore=shutil.ignore_patterns("__pycache__", "lesson_*.py", "l[0-9][0-9]", "runs"),
    )
    shutil.copy(TINY / "lessons.toml", source / "catalogue.toml")
    (source / "lessons" / "l90").mkdir()
    (source / "lessons" / "l90" / "__init__.py").write_text('"""The tiny lesson has no room."""\n')
    shutil.copy(TINY / "lesson_90.py", source / "checks" / "lesson_90.py")
    shutil.copy(TINY / "drawn.py", source / "data" / "drawn.py")
    (root / "book" / "lessons").mkdir(parents=True)
    shutil.copy(TINY / f"{SLUG}.md", root / "book" / "lessons")
    shutil.copy(REPOSITORY / "book" / "glossary.md", root / "book")
    shutil.copytree(REPOSITORY / "datasets", root / "datasets")
    course = Course(root)
    done = course.run("build")
    assert done.returncode == 0, done.stderr
    return course


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course, made once."""
    return make_course(tmp_path_factory.mktemp("course"))


def hand_in(folder: Path, student: str, book: nbformat.NotebookNode | bytes) -> Path:
    """Put a notebook where nbgrader would have collected it."""
    path = folder / student / SLUG / f"{SLUG}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(book if isinstance(book, bytes) else nbformat.writes(book).encode())
    return path


def benchmark(name: str) -> ModuleType:
    """A script of ``benchmarks/`` as a module."""
    path = REPOSITORY / "benchmarks" / f"{name}.py"
    told = importlib.util.spec_from_file_location(f"benchmark_{name}", path)
    made = importlib.util.module_from_spec(told)
    sys.modules[told.name] = made  # dataclasses look their module up
    told.loader.exec_module(made)
    return made


def slug_safe(name: str) -> str:
    """A name as pytest shows it."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
