"""The wheel carries lessons and registry, works without the repository, and hides no answers."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from readingroom.catalogue import catalogue

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """A wheel built from this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    done = subprocess.run([*command, str(root)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next(out.glob("*.whl"))


def test_the_wheel_carries_what_a_learner_needs(wheel):
    """Both kinds of notebook, the registry, weights, stored runs and licences are inside."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for lesson in catalogue().values():
        for kind in ("lessons", "solutions"):
            assert f"readingroom/_course/{kind}/{lesson.slug}/{lesson.slug}.ipynb" in names
    assert "readingroom/_course/datasets/registry.toml" in names
    assert "readingroom/models/shipped/children-64/seed-0.safetensors" in names
    assert "readingroom/lessons/l03/runs/simulated/curves.npz" in names
    for part in ("exam/items.toml", "learner/bundled/install.sh", "learner/bundled/install.ps1",
                 "author/skeletons/page.md", "catalogue.toml",
                 "learner/labextensions/readingroom/static/remoteEntry.js",
                 "learner/labextensions/readingroom/static/stack.js"):  # fmt: skip
        assert f"readingroom/{part}" in names
    # a hub and Binder find the extension where JupyterLab looks for it
    shared = "share/jupyter/labextensions/readingroom/static/remoteEntry.js"
    assert any(name.endswith(f".data/data/{shared}") for name in names)
    assert any(name.endswith("LICENSE-TEXT") for name in names)
    assert not [name for name in names if name.endswith((".pkl", ".pt", ".pth", ".part"))]


def test_the_learners_files_in_the_wheel_hold_no_answer(wheel):
    """Learner notebooks in the wheel are the committed ones, without solution marks or outputs."""
    with zipfile.ZipFile(wheel) as archive:
        for lesson in catalogue().values():
            name = f"readingroom/_course/lessons/{lesson.slug}/{lesson.slug}.ipynb"
            text = archive.read(name).decode("utf-8")
            assert text == lesson.notebook("lessons").read_text("utf-8")
            assert "SOLUTION" not in text and "items.toml" not in text
            book = nbformat.reads(text, as_version=4)
            assert not any(cell.get("outputs") for cell in book.cells)


def test_it_works_without_the_repository(wheel, tmp_path):
    """Unpacked in an empty folder, the command copies lessons, lists data and finds no fault."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        "import sys, json, pathlib; sys.path.insert(0, sys.argv[1]);"
        "import readingroom; assert readingroom.__file__.startswith(sys.argv[1]);"
        "from readingroom.learner import desk; from readingroom import places;"
        "print(len(desk.working_copy(pathlib.Path('desk'))), places.repository());"
        "from readingroom.cli import app; app(['data', 'list'])"
    )
    environment = {**os.environ, "READINGROOM_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(site)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith(f"{len(catalogue())} None") and "children" in done.stdout
