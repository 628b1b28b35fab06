"""Hostile and broken submissions: no undeserved point, honest points kept, nothing left behind.

Two classes are graded: one of honest students, one of the same students among all the cases of
`tests.grading.hostile`. Each case is a test of its own.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import stat
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from readingroom.grading import gathering, sandbox
from tests.grading.conftest import POINTS, SLUG, hand_in
from tests.grading.hostile import ALL, CASES

pytestmark = pytest.mark.skipif(not sandbox.available(), reason="bubblewrap is not installed")

HONEST = ("honest-a", "zz-honest-b")
OPTIONS = ("--jobs", 4, "--cell-seconds", 5, "--memory", 0.4)


def _tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _strays(course) -> list[str]:
    """Processes of the grader, or of a submission, that are still there."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "environ", "status"]):
        words = " ".join(process.info["cmdline"] or [])
        mine = str(course.root) in str((process.info["environ"] or {}).get("PYTHONPATH"))
        graders = "readingroom.grading" in words and mine
        if process.info["status"] != psutil.STATUS_ZOMBIE and (graders or "9876" in words):
            found.append(f"{process.info['pid']} {words}")
    return found


@pytest.fixture(scope="module")
def quiet(course, tmp_path_factory) -> Path:
    """The honest students alone."""
    folder = tmp_path_factory.mktemp("quiet")
    for student in HONEST:
        hand_in(folder / "submitted", student, course.answered())
    seed = folder / "seed"
    done = course.run(
        "grade", folder / "submitted", "--out", folder / "out", "--seed-file", seed, *OPTIONS
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def attacked(course, quiet, tmp_path_factory) -> Path:
    """The honest students among all cases, with the same seed."""
    folder = tmp_path_factory.mktemp("attacked")
    submitted = folder / "submitted"
    for student in HONEST:
        hand_in(submitted, student, course.answered())
    for case in CASES:
        hand_in(submitted, case.name.replace("/", "∕"), case.build(course))
    link = submitted / "link" / SLUG
    link.mkdir(parents=True)
    (link / f"{SLUG}.ipynb").symlink_to(submitted / HONEST[0] / SLUG / f"{SLUG}.ipynb")
    before = {"course": _tree(course.root), "submitted": _tree(submitted)}
    start = time.monotonic()
    done = course.run(
        "grade", submitted, "--out", folder / "out", "--seed-file", quiet / "seed", *OPTIONS,
        timeout=800,
    )  # fmt: skip
    (folder / "before.json").write_text(json.dumps(before))
    print(f"{len(CASES)} cases in {time.monotonic() - start:.0f} s")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def rows(attacked) -> list[dict]:
    """The table of the class with the attackers."""
    with (attacked / "out" / "grades.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


def of(rows: list[dict], student: str) -> dict[str, dict]:
    """A student's rows by exercise, formula marks taken off."""
    name = gathering.clean(student)
    return {row["exercise"]: row for row in rows if row["student"].lstrip("'") == name}


def test_there_are_at_least_fifty_cases():
    """The suite keeps its size, and no two cases share a name."""
    assert len({case.name for case in CASES}) == len(CASES) >= 50
    assert all(case.why for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: gathering.clean(case.name))
def test_a_case_earns_what_it_deserves(rows, case):
    """Only the exercises answered honestly earn points, and each failure has its name."""
    own = of(rows, case.name)
    known = own.pop("", None)
    if known is not None:  # a file of which not even the lesson is known
        own = {slug: known for slug in ALL}
    assert set(own) == ALL
    for slug, row in own.items():
        expected = POINTS if slug in case.right else 0.0
        told = f"{slug}: {row['status']}, {row['reason']}"
        assert float(row["points"]) == expected, told
        assert row["reason"] and row["status"], told
    for slug, status in case.status.items():
        assert own[slug]["status"] == status, own[slug]


@pytest.mark.parametrize("student", HONEST)
def test_others_are_the_same_with_and_without_attackers(attacked, quiet, student):
    """An honest student's rows and page are the same bytes whoever else hands in."""
    pages = [next((f / "out" / "feedback").glob(f"{student}-*")) for f in (quiet, attacked)]
    assert pages[0].read_bytes() == pages[1].read_bytes()
    lines = [
        [x for x in (f / "out" / "grades.csv").read_text().splitlines() if x.startswith(student)]
        for f in (quiet, attacked)
    ]
    assert lines[0] == lines[1] and len(lines[0]) == len(ALL)
    kept = [{p.name: p.read_bytes() for p in (f / "out" / ".results").glob("*.json")}
            for f in (quiet, attacked)]  # fmt: skip
    assert all(kept[1][name] == text for name, text in kept[0].items())


def test_nothing_is_left_behind(course, attacked):
    """No process, no file in the course, among the submissions or in the temporary folder."""
    assert _strays(course) == []
    before = json.loads((attacked / "before.json").read_text())
    assert _tree(course.root) == before["course"]
    assert _tree(attacked / "submitted") == before["submitted"]
    for place in ("/tmp", "/dev/shm", "/var/tmp"):
        assert not list(Path(place).glob("attack-98765*"))
    out = {path.relative_to(attacked / "out").parts[0] for path in (attacked / "out").rglob("*")}
    assert out == {".results", "feedback", "grades.csv", "class.html"}


def test_pages_hold_no_markup_and_no_hidden_input(attacked, rows):
    """No page runs anything, names another student, or shows a hidden input or a reference."""
    names = {row["student"] for row in rows}
    assert len(list((attacked / "out" / "feedback").iterdir())) == len(names)
    for path in [*(attacked / "out" / "feedback").iterdir(), attacked / "out" / "class.html"]:
        text = path.read_text()
        assert "<script" not in text and "<img" not in text and "14133" not in text, path
        assert "default-src 'none'" in text
    table = (attacked / "out" / "grades.csv").read_text()
    assert not any(word.isdigit() and len(word) == 7 for word in table.replace(",", " ").split())
    for row in csv.reader(table.splitlines()):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_a_link_is_not_followed(rows):
    """A symbolic link to another student's notebook earns nothing."""
    assert {row["status"] for row in of(rows, "link").values()} == {"unreadable file"}


def _zipped(path: Path, entries: dict[str, bytes], **facts) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = facts.get("mode", 0) << 16
            archive.writestr(info, data)
    return path


ZIPS = {
    "bomb": ({"a_1_assignsubmission_file_/x.ipynb": b" " * 50_000_000}, {}),
    "traversal": ({"../../../tmp/attack-98765.ipynb": b"{}"}, {}),
    "absolute": ({"/tmp/attack-98765.ipynb": b"{}"}, {}),
    "windows-drive": ({"C:\\x\\attack-98765.ipynb": b"{}"}, {}),
    "link": ({"a/x.ipynb": b"/etc/passwd"}, {"mode": stat.S_IFLNK | 0o777}),
    "larger-than-any": ({"a/x.ipynb": os.urandom(1000) * 61_000}, {}),
}


@pytest.mark.parametrize("name", ZIPS)
def test_a_hostile_zip_is_refused_entry_by_entry(tmp_path, name):
    """Bombs, names that lead out, and links are not unpacked; each says why."""
    entries, facts = ZIPS[name]
    found = gathering.gather(_zipped(tmp_path / "x.zip", entries, **facts))
    assert len(found) == 1 and found[0].problem and found[0].data == b""
    assert not list(Path("/tmp").glob("attack-98765*"))


def test_a_damaged_zip_entry_is_refused(tmp_path):
    """An entry whose bytes were changed is unreadable; it stops nothing."""
    path = _zipped(tmp_path / "x.zip", {"a/x.ipynb": bytes(range(256)) * 100, "b/x.ipynb": b"{}"})
    data = bytearray(path.read_bytes())
    data[60:70] = b"0123456789"
    path.write_bytes(data)
    found = {one.student: one for one in gathering.gather(path)}
    assert "damaged" in found["a"].problem and found["b"].data == b"{}"
