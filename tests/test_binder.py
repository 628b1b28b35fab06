"""Binder: what repo2docker reads, what the badge opens, and that nothing is listed twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from readingroom.catalogue import catalogue

REPOSITORY = Path(__file__).resolve().parents[1]
BADGE = re.compile(r"\[!\[[^\]]+\]\(https://mybinder\.org/badge_logo\.svg\)\]\(([^)]+)\)")
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def project() -> dict:
    """What pyproject.toml says."""
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def environment() -> list:
    """The dependencies that environment.yml names."""
    return yaml.safe_load((REPOSITORY / "environment.yml").read_text("utf-8"))["dependencies"]


def badge() -> str:
    """Where README's badge leads."""
    found = BADGE.findall((REPOSITORY / "README.md").read_text("utf-8"))
    assert len(found) == 1, "README has one Binder badge"
    return found[0]


def names(requirements: list[str]) -> set[str]:
    """The bare names of a list of requirements."""
    return {NAME.match(entry.strip()).group().lower() for entry in requirements}


def tracked(target: Path) -> Path:
    """Copy what a clone of the working tree would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout, so Binder's view of it cannot be copied")
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (REPOSITORY / name).is_file():
            copy = target / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPOSITORY / name, copy)
    return target


@pytest.mark.slow
def test_repo2docker_plans_an_image(tmp_path: Path) -> None:
    """repo2docker accepts the repository as it is and plans a conda image that installs it."""
    if sys.platform == "win32":
        pytest.skip("repo2docker does not run on Windows")
    copy = tracked(tmp_path / "clone")
    made = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=copy, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    said = made.stdout + made.stderr
    assert made.returncode == 0, said[-2000:]
    assert "Building conda environment for python=3.11" in said
    assert "environment.yml" in said and "postBuild" in said


def _post_build(tmp_path: Path, readingroom: str) -> subprocess.CompletedProcess:
    """Run postBuild with a stand-in for the command."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in (("readingroom", readingroom), ("python", "exit 1")):
        (tools / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (tools / name).chmod(0o755)
    path = f"{tools}:/usr/bin:/bin"
    return subprocess.run(["bash", str(REPOSITORY / "postBuild")], cwd=tmp_path, text=True,
                          env={"PATH": path}, capture_output=True)  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="Binder's images are Linux")
def test_post_build_prepares_the_working_copy(tmp_path: Path) -> None:
    """The build makes lessons and films ready, by the command that exists for it."""
    done = _post_build(tmp_path, 'echo "$@" > asked')
    assert done.returncode == 0
    assert (tmp_path / "asked").read_text("utf-8").split()[:2] == ["start", "--prepare"]
    assert os.access(REPOSITORY / "postBuild", os.X_OK)


@pytest.mark.skipif(sys.platform == "win32", reason="Binder's images are Linux")
def test_a_build_without_a_network_does_not_fail(tmp_path: Path) -> None:
    """Whatever fails while films are fetched, the image is built."""
    done = _post_build(tmp_path, "exit 1")
    assert done.returncode == 0 and "not ready" in done.stdout


def test_environment_repeats_no_dependency() -> None:
    """environment.yml names Python, a CPU torch and this package; the rest is in pyproject.toml."""
    found = environment()
    conda = names([entry for entry in found if isinstance(entry, str)])
    pip = [line for entry in found if isinstance(entry, dict) for line in entry["pip"]]
    facts = project()["project"]
    extras = [line for group in facts["optional-dependencies"].values() for line in group]
    assert pip == ["."]
    assert "pytorch-cpu" in conda
    assert not conda & names([*facts["dependencies"], *extras])


def test_environment_has_the_python_the_package_wants() -> None:
    """Binder's Python satisfies requires-python."""
    version = next(e for e in environment() if isinstance(e, str) and e.startswith("python="))
    asked = project()["project"]["requires-python"].removeprefix(">=")
    assert [*map(int, version.partition("=")[2].split("."))] >= [*map(int, asked.split("."))]


def test_badge_opens_the_lesson_in_jupyterlab() -> None:
    """README's badge opens the first lesson's learner notebook, which is there, in JupyterLab."""
    first = next(iter(catalogue().values()))
    opened = parse_qs(urlsplit(badge()).query)["urlpath"][0]
    assert opened == f"lab/tree/lessons/{first.slug}/{first.slug}.ipynb"
    assert (REPOSITORY / opened.removeprefix("lab/tree/")).is_file()


def test_badge_agrees_with_the_one_address() -> None:
    """The badge's repository and branch are those of [tool.readingroom]."""
    address = project()["tool"]["readingroom"]
    owner_and_name = urlsplit(address["repository"]).path.strip("/")
    assert urlsplit(badge()).path == f"/v2/gh/{owner_and_name}/{address['branch']}"


def test_address_is_written_once() -> None:
    """Outside pyproject.toml and README's badge no tracked file spells the repository's address."""
    owner_and_name = urlsplit(project()["tool"]["readingroom"]["repository"]).path.strip("/")
    listed = subprocess.run(
        ["git", "grep", "-l", "--fixed-strings", owner_and_name],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode not in (0, 1):
        pytest.skip("not a git checkout")
    assert set(listed.stdout.split()) <= {"pyproject.toml", "README.md"}


def test_readme_states_memory_and_disk_of_the_record() -> None:
    """Numbers of README's machine section are the record's, and every lesson fits Binder's 2 GB."""
    record = json.loads((REPOSITORY / "benchmarks" / "footprint.json").read_text("utf-8"))
    said = (REPOSITORY / "README.md").read_text("utf-8").split("## Machine")[1].split("\n## ")[0]
    peaks = {one["lesson"]: one["peak_mb"] for one in record["lessons"]}
    assert set(peaks) == set(catalogue())
    assert f"peaked at {max(peaks.values()) / 1000:.2f} GB" in said
    assert max(peaks.values()) < 2000
    assert all(peaks[number] < 600 for number in ("01", "02", "04", "06", "08", "09", "13", "99"))
    for key in ("installed_mb", "graphics_only_mb"):
        assert f"{record[key] / 1000:.1f} GB" in said
