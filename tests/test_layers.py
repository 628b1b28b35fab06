"""The house's layers: no circle of files, no library that names a lesson, heavy parts on demand."""

from __future__ import annotations

import subprocess
import sys

import grimp
import pytest

from tests.conftest import REPOSITORY

LIBRARIES = ("assess", "audit", "data", "dicom", "explain", "models", "node", "reader", "show",
             "simulator", "kernel", "questions")  # fmt: skip
HEAVY = ("torch", "pandas", "sklearn", "matplotlib", "pydicom")
# checks and rooms of lessons that train nothing
WITHOUT_TORCH = ("01", "02", "04", "06", "09")


def circles(graph: grimp.ImportGraph) -> list[set[str]]:
    """Groups of modules that import each other, directly or by way of others."""
    reach = {
        module: graph.find_downstream_modules(module) | {module}
        for module in graph.modules
        if graph.find_modules_that_directly_import(module)
        and graph.find_modules_directly_imported_by(module)
    }
    knots = {
        frozenset(other for other in reach if other in reach[one] and one in reach[other])
        for one in reach
    }
    return [set(knot) for knot in knots if len(knot) > 1]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Every import of the package, at the top of a file and inside functions."""
    return grimp.build_graph("readingroom", cache_dir=None)


def test_a_circle_would_be_found():
    """Three modules in a ring are one circle; a line of modules is none."""
    line = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "d")):
        line.add_import(importer=importer, imported=imported)
    assert circles(line) == []
    line.add_import(importer="c", imported="a")
    assert circles(line) == [{"a", "b", "c"}]


def test_no_file_imports_itself_by_way_of_others(graph):
    """There is no circle of files, imports inside functions counted."""
    assert circles(graph) == []


def test_no_library_imports_a_lesson(graph):
    """What serves every lesson knows none of them."""
    found = [
        (module, other)
        for module in graph.modules
        if module.split(".")[1:2] and module.split(".")[1] in LIBRARIES
        for other in graph.find_modules_directly_imported_by(module)
        if other.split(".")[1:2] in (["lessons"], ["checks"])
    ]
    assert found == []


def test_the_layers_hold():
    """import-linter finds each room importing only what lies below it."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
    ]
    done = subprocess.run([*command, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def _loaded(code: str) -> set[str]:
    code = f"import sys; {code}; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_opening_the_package_loads_nothing_heavy():
    """`import readingroom`, the command and the session come without torch, pandas or pydicom."""
    assert _loaded("import readingroom, readingroom.cli, readingroom.kernel.session") == set()


@pytest.mark.parametrize("number", WITHOUT_TORCH)
def test_a_lesson_without_networks_does_not_load_torch(number):
    """Neither its room's films and figures nor its checks bring torch in."""
    code = f"import readingroom.checks.lesson_{number}, readingroom.lessons.l{number}.figures"
    assert "torch" not in _loaded(code)
