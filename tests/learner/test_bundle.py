"""The folder for a room without a network: whole, allowed, and it installs with no way out."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from readingroom import __version__
from readingroom.catalogue import catalogue
from readingroom.cli import app
from readingroom.data.registry import listing
from readingroom.learner import bundle

ALONE = ["unshare", "--map-root-user", "--net"]
REPOSITORY = Path(__file__).resolve().parents[2]


def stub(folder: Path, name: str, version: str, requires: tuple[str, ...] = ()) -> Path:
    """An empty wheel of some package, enough for pip."""
    plain = name.replace("-", "_")
    inside = f"{plain}-{version}.dist-info"
    told = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}",
            *(f"Requires-Dist: {line}" for line in requires)]  # fmt: skip
    path = folder / f"{plain}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{inside}/METADATA", "\n".join(told) + "\n")
        wheel.writestr(f"{inside}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
                       "Tag: py3-none-any\n")  # fmt: skip
        wheel.writestr(f"{inside}/RECORD", "")
    return path


@pytest.fixture
def own(tmp_path):
    """A stand-in for the course's own wheel, with its real list of dependencies."""
    facts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    (tmp_path / "own").mkdir()
    return stub(tmp_path / "own", "readingroom", __version__, tuple(facts["dependencies"]))


def test_only_films_whose_licence_allows_it_travel():
    """What goes along is marked in the registry, and its licence is one that lets copies travel."""
    wanted = bundle.wanted_films()
    assert {name for name, _ in wanted} == {entry.name for entry in listing() if entry.carry}
    for name, _ in wanted:
        licence = listing()[name].licence
        assert licence.startswith(("CC BY ", "no restriction")) and listing()[name].citation
    sizes = {size for name, size in wanted if name == "children"}
    asked = {s for lesson in catalogue().values() for n, s in lesson.cohorts if n == "children"}
    assert sizes == asked


@pytest.mark.parametrize("name", ["shenzhen", "montgomery"])
def test_films_whose_terms_bind_the_downloader_never_travel(tmp_path, name):
    """Sets that a learner must fetch under their own name are refused, whoever asks."""
    with pytest.raises(bundle.BundleError, match="lets no copy travel"):
        bundle.gather_films(tmp_path, [(name, None)])


def test_every_dependency_is_gathered(tmp_path, own, monkeypatch):
    """The software folder holds a wheel of each package that the course's own wheel names."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)  # no index of whoever runs the tests
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    index = tmp_path / "index"
    index.mkdir()
    facts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    names = [line.split(">")[0].split("[")[0] for line in facts["dependencies"]]
    for name in names:
        stub(index, name, "999.0")
    target = tmp_path / "stick"
    only = ("--no-index", "--find-links", str(index))
    made = bundle.make(target, films=False, wheel=own, pip=only)
    here = {path.name.split("-")[0] for path in (target / "software").glob("*.whl")}
    assert here == {name.replace("-", "_") for name in [*names, "readingroom"]}
    assert made.wheels == len(names) + 1
    (index / "torch-999.0-py3-none-any.whl").unlink()
    with pytest.raises(bundle.BundleError, match="torch"):
        bundle.make(tmp_path / "again", films=False, wheel=own, pip=only)


def test_the_folder_can_be_checked_and_notices_damage(tmp_path, own):
    """verify.py finds a whole folder whole, a changed file damaged and a lost one missing."""
    target = tmp_path / "stick"
    bundle.make(target, films=False, dependencies=False, wheel=own)
    verify = [sys.executable, str(target / "verify.py")]
    assert subprocess.run(verify, capture_output=True).returncode == 0
    lesson = next((target / "lessons").glob("*.ipynb"))
    lesson.write_text(lesson.read_text("utf-8") + " ", "utf-8")
    (target / "install.sh").unlink()
    done = subprocess.run(verify, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert f"{lesson.name} is damaged" in done.stderr and "install.sh is missing" in done.stderr


def test_another_python_is_told_before_anything_is_installed(tmp_path, own):
    """Wheels are made for one Python: with another one, the first step says which is needed."""
    target = tmp_path / "stick"
    bundle.make(target, films=False, dependencies=False, wheel=own, python="3.99")
    done = subprocess.run([sys.executable, str(target / "verify.py")], capture_output=True,
                          text=True)  # fmt: skip
    assert done.returncode == 1 and "made for Python 3.99" in done.stderr


def test_the_folder_explains_itself(tmp_path, own):
    """A page of instructions for both kinds of shell, scripts, and every lesson are in it."""
    target = tmp_path / "stick"
    bundle.make(target, films=False, dependencies=False, wheel=own)
    text = (target / "README.txt").read_text("utf-8")
    assert "sh install.sh" in text and "install.ps1" in text and "simulated patients only" in text
    assert len(text.splitlines()) <= 60 and "{" not in text and "Never for clinical use" in text
    assert b"\r\n" in (target / "install.ps1").read_bytes()
    assert b"\r" not in (target / "install.sh").read_bytes()
    lessons = {path.stem for path in (target / "lessons").glob("*.ipynb")}
    assert lessons == {lesson.slug for lesson in catalogue().values()}
    sums = (target / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(sums) == sum(p.is_file() for p in target.rglob("*")) - 1


def faults(script: bytes) -> list[str]:
    """What a grammar of PowerShell cannot read, by line; no PowerShell is needed for it."""
    import tree_sitter_powershell
    from tree_sitter import Language, Parser

    open_ = [Parser(Language(tree_sitter_powershell.language())).parse(script).root_node]
    found = []
    while open_:
        node = open_.pop()
        open_ += node.children
        if node.is_error or node.is_missing:
            found.append(f"line {node.start_point.row + 1}: {node.type}")
    return found


def test_the_powershell_scripts_can_be_read(tmp_path, own):
    """The installer, as it lies on the stick, and the command it writes are whole PowerShell."""
    target = tmp_path / "stick"
    bundle.make(target, films=False, dependencies=False, wheel=own)
    script = (target / "install.ps1").read_bytes()
    written = script.split(b"@'\r\n")[1].split(b"\r\n'@")[0]
    assert b"READINGROOM_OFFLINE" in written
    assert not faults(script) and not faults(written)
    assert faults(script.replace(b"'@ |", b"' |")), "an open text would go unnoticed"
    assert faults(script.replace(b"exit $LASTEXITCODE }", b"exit $LASTEXITCODE", 1))


def test_a_full_disk_is_called_full(tmp_path, own, monkeypatch):
    """pip says in many lines that a wheel failed; the reason is the disk."""
    said = "ERROR: Failed to build one or more wheels"
    full = subprocess.CompletedProcess([], 1, "", f"OSError: No space left on device\n{said}")
    monkeypatch.setattr(bundle.subprocess, "run", lambda *_, **__: full)
    with pytest.raises(bundle.BundleError, match="disk is full"):
        bundle.gather_software(tmp_path / "software", own)


def test_what_cannot_be_made_is_told_in_one_sentence(tmp_path):
    """A folder in use and a file that is no wheel end the command with one sentence each."""
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "x").write_text("mine", "utf-8")
    (tmp_path / "x.whl").write_text("no", "utf-8")
    for arguments, says in (
        ([str(tmp_path / "used")], "not empty"),
        ([str(tmp_path / "new"), "--wheel", str(tmp_path / "x.whl")], "is no wheel"),
    ):
        done = CliRunner().invoke(app, ["bundle", *arguments])
        assert done.exit_code == 1 and says in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert (tmp_path / "used" / "x").read_text("utf-8") == "mine"


@pytest.mark.real
def test_films_travel_with_licence_citation_and_hashes(tmp_path, monkeypatch):
    """The folder of films serves as a mirror: verified, listed, and with every citation."""
    from readingroom.data import fetch

    target = tmp_path / "films"
    notes, missing = bundle.gather_films(target, [("children", 28), ("hannover", None)])
    assert len(notes) == 2 and missing == []
    told = (target / "LICENCES.txt").read_text("utf-8")
    for name in ("children", "hannover"):
        assert listing()[name].licence in told and listing()[name].citation in told
    for line in (target / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((target / name).read_bytes()).hexdigest() == digest
    monkeypatch.setenv("READINGROOM_MIRROR", str(target))
    monkeypatch.setenv("READINGROOM_OFFLINE", "1")
    assert all(fetch.local(f) for f in listing().files(listing()["children"], 28))


def _alone() -> None:
    if (
        not shutil.which("unshare")
        or subprocess.run([*ALONE, "true"], capture_output=True).returncode
    ):
        pytest.skip("this machine makes no network namespace")


@pytest.mark.slow
def test_it_installs_and_runs_where_there_is_no_network(tmp_path):
    """In a namespace without any network the script installs, and the installed command works.

    The room's Python finds the dependencies of this one, so that no gigabytes are copied; the
    course itself comes from the folder, even where this Python has one. The whole of it is tried
    by benchmarks/bundle.py.
    """
    _alone()
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(("readingroom", "_readingroom", "__editable__")):
            (libraries / path.name).symlink_to(path)
    stick, target = tmp_path / "stick", tmp_path / "course"
    bundle.make(stick, films=False, dependencies=False)
    room = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "PYTHON": sys.executable,
            "PYTHONPATH": str(libraries), "PIP_CONFIG_FILE": os.devnull,
            "READINGROOM_HOME": str(tmp_path / "rr")}  # fmt: skip

    def alone(*command: str) -> subprocess.CompletedProcess:
        return subprocess.run([*ALONE, *command], env=room, cwd=tmp_path, capture_output=True,
                              text=True)  # fmt: skip

    reach = "import socket; socket.create_connection(('192.0.2.1', 9), 2)"
    assert alone(sys.executable, "-c", reach).returncode != 0
    done = alone("sh", str(stick / "install.sh"), str(target))
    assert done.returncode == 0, done.stderr
    assert "Every file of the folder is whole" in done.stdout
    installed = list((target / "software" / "lib").glob("python*/site-packages/readingroom"))
    assert len(installed) == 1
    done = alone("sh", str(target / "readingroom.sh"), "--version")
    assert done.stdout.strip() == f"readingroom {__version__}", done.stderr
    made = alone("sh", str(target / "readingroom.sh"), "reset", next(iter(catalogue())),
                 "--folder", str(tmp_path / "work"))  # fmt: skip
    assert made.returncode == 0 and list((tmp_path / "work").glob("*.ipynb")), made.stderr


def test_the_teachers_page_names_the_lessons_that_travel_without_their_films():
    """It lists the lessons that need a set whose licence lets no copy travel, and no other."""
    text = (REPOSITORY / "book" / "teachers.md").read_text("utf-8")
    (said,) = re.findall(r"Lessons ([\d, and]+) read such a set", text)
    kept = [lesson.number for lesson in catalogue().values()
            for need in lesson.needs
            if not listing()[need if isinstance(need, str) else need[0]].carry]  # fmt: skip
    assert re.findall(r"\d\d", said) == sorted(set(kept))
