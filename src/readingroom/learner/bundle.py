"""A folder for a room without a network: software, films, lessons, and what installs them.

It is made on a machine that has a network and copied to USB sticks. Films go in only where their
licence lets copies travel, with citation and hashes beside them.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readingroom import __version__, places
from readingroom.catalogue import catalogue
from readingroom.data import fetch
from readingroom.data.errors import Unreachable
from readingroom.data.registry import listing
from readingroom.files import sha256
from readingroom.learner import desk
from readingroom.learner.repacking import repack

CARRIED = Path(__file__).with_name("bundled")
SOFTWARE, FILMS, LESSONS = "software", "films", "lessons"
SUMS = "SHA256SUMS"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"  # of this machine


class BundleError(RuntimeError):
    """The folder cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Bundle:
    """What was made.

    Attributes
    ----------
    folder : Path
    wheels : int
        Packages in it.
    films : tuple of str
        One line for each set of films: title, files, licence.
    missing : tuple of str
        Why a set is not in it.
    bytes : int
        Size of the whole folder.
    """

    folder: Path
    wheels: int
    films: tuple[str, ...]
    missing: tuple[str, ...]
    bytes: int


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        if "No space left" in done.stdout + done.stderr:
            raise BundleError("The disk is full: name a folder on one with 5 GB to spare.")
        last = [line for line in done.stderr.splitlines() if "ERROR" in line] or ["no reason given"]
        raise BundleError(f"pip could not gather the software: {last[-1].strip()}")


def own_wheel(target: Path, given: Path | None = None) -> Path:
    """Put the course's own wheel into `target`.

    Parameters
    ----------
    target : Path
        The folder of wheels.
    given : Path, optional
        A wheel made before; without it one is built from the checkout, or from what is installed.

    Raises
    ------
    BundleError
        The file is no wheel, or the installation cannot be made one again.
    """
    target.mkdir(parents=True, exist_ok=True)
    if given is not None:
        if not given.is_file() or not zipfile.is_zipfile(given) or given.suffix != ".whl":
            raise BundleError(f"{given} is no wheel; leave out --wheel, and one is made.")
        return Path(shutil.copy(given, target))
    root = places.repository()
    if root is None:
        try:
            return repack(target)
        except (LookupError, OSError) as error:
            raise BundleError(
                "The installed course cannot be packed again; name a wheel of it with --wheel FILE "
                "(in a copy of the repository, `pip wheel --no-deps .` makes one)."
            ) from error
    _pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(target), str(root))
    return next(target.glob("readingroom-*.whl"))


def gather_software(
    target: Path, wheel: Path, platforms: Sequence[str] = (), python: str = "",
    pip: Sequence[str] = (),
) -> None:  # fmt: skip
    """Gather the wheels of everything the course needs.

    Parameters
    ----------
    target : Path
        The folder of wheels.
    wheel : Path
        The course's own.
    platforms : sequence of str
        pip's names of other kinds of machine, such as ``win_amd64``; empty means this one.
    python : str
        Python version of those machines, such as ``3.12``; by default this one's.
    pip : sequence of str
        Further options of pip, such as another index.

    Raises
    ------
    BundleError
        pip found no wheel for a package.
    """
    where = str(target)
    if not platforms:
        # "wheel" and not "download": a package that comes as source is built here, not in the room
        _pip("wheel", "--quiet", "--wheel-dir", where, "--find-links", where, *pip, str(wheel))
        return
    for kind in platforms:
        _pip("download", "--quiet", "--dest", where, "--only-binary=:all:", "--platform", kind,
             "--python-version", python or PYTHON, *pip, str(wheel))  # fmt: skip


def wanted_films() -> list[tuple[str, int | None]]:
    """Sets and sizes that go into a bundle: those whose licence lets copies travel.

    Sets that the lessons name come in the lessons' sizes, the others whole.
    """
    named: dict[str, set[int]] = {}
    for lesson in catalogue().values():
        for name, size in lesson.cohorts:
            named.setdefault(name, set()).add(size)
    out: list[tuple[str, int | None]] = []
    for entry in listing():
        if entry.carry:
            sizes = sorted(named.get(entry.name, set()) & set(entry.sizes()))
            out += [(entry.name, size) for size in sizes] or [(entry.name, None)]
    return out


def gather_films(target: Path, wanted: Sequence[tuple[str, int | None]]) -> tuple[list, list]:
    """Copy verified films into a folder that serves as a mirror.

    Returns
    -------
    list of str
        One line for each set that is there.
    list of str
        One line for each that could not be had.

    Raises
    ------
    BundleError
        A licence lets no copy travel.
    DataError
        A file is damaged, or the disk is full.
    """
    here: dict[str, list[str]] = {}
    missing = []
    for name, size in wanted:
        entry = listing()[name]
        if not entry.carry:
            raise BundleError(f"The licence of {entry.title} lets no copy travel: {entry.licence}.")
        try:
            here.setdefault(name, []).append(_copy_films(target, entry, size))
        except Unreachable as error:
            missing.append(str(error))
    notes = [_note(listing()[name], parts) for name, parts in here.items() if parts]
    if notes:
        (target / "LICENCES.txt").write_text("\n\n".join(notes) + "\n", "utf-8", newline="\n")
        _sums(target, besides=("LICENCES.txt",))
    return notes, missing


def _copy_films(target: Path, entry, size: int | None) -> str:
    """Copy one set in one size, and say how many files that is."""
    files = listing().files(entry, size)
    found = fetch.obtain(files, entry.title)
    for file, at in zip(files, found, strict=True):
        copy = target / file.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(at.path, copy)
    count = f"{len(found)} {'file' if len(found) == 1 else 'files'}"
    pixels = f" of {size} px" if size else ""
    rebuilt = ", rebuilt (not the origin's bytes)" if any(at.rebuilt for at in found) else ""
    return f"{count}{pixels}{rebuilt}"


def _note(entry, parts: Sequence[str]) -> str:
    return (
        f"{entry.title}: {'; '.join(parts)}. Licence: {entry.licence}. Cite: {entry.citation}. "
        f"Origin: {entry.origin}."
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _read_me(folder: Path, notes: Sequence[str], platforms: Sequence[str], python: str) -> None:
    there = bool(notes)
    text = (CARRIED / "README.txt").read_text("utf-8")
    titles = "; ".join(note.split(":", 1)[0] for note in notes)
    filled = text.format(
        films_word="real films" if there else "simulated patients only",
        films_line=f"{titles} (see LICENCES.txt)" if there else "none: patients are simulated",
        films_note="Every set of films keeps its licence and asks for the citation in "
        "films/LICENCES.txt." if there else "Without films every lesson runs on simulated patients "
        "and says so.",
        day=date.today().isoformat(),
        platforms=", ".join(platforms) or f"{platform.system()} {platform.machine()}",
        python=python or PYTHON,
        version=__version__,
        size=f"{_size(folder) / 1e9:.1f} GB",
    )  # fmt: skip
    (folder / "README.txt").write_text(filled, "utf-8", newline="\r\n")  # Notepad reads it too


def _sums(folder: Path, besides: Sequence[str] = ()) -> None:
    """Note the hash of every file of a folder, itself and `besides` left out."""
    left_out = {folder / name for name in (SUMS, *besides)}
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p not in left_out)
    lines = [f"{sha256(path)}  {path.relative_to(folder).as_posix()}" for path in files]
    (folder / SUMS).write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def _scripts(folder: Path, python: str) -> None:
    """Put what installs and what verifies into the folder, with each system's line ends."""
    for name in ("verify.py", "install.sh"):
        text = (CARRIED / name).read_text("utf-8")
        (folder / name).write_text(text, "utf-8", newline="\n")
    text = (CARRIED / "install.ps1").read_text("utf-8")
    (folder / "install.ps1").write_text(text, "utf-8-sig", newline="\r\n")
    (folder / "PYTHON").write_text(f"{python or PYTHON}\n", "utf-8", newline="\n")


def make(
    folder: Path,
    *,
    films: bool = True,
    dependencies: bool = True,
    wheel: Path | None = None,
    platforms: Sequence[str] = (),
    python: str = "",
    pip: Sequence[str] = (),
    said: Callable[[str], None] = lambda text: None,
) -> Bundle:
    """Make the folder.

    Parameters
    ----------
    folder : Path
        New, or empty.
    films : bool
        Carry the films whose licence allows it.
    dependencies : bool
        Carry everything the course needs; False carries the course's own wheel alone.
    wheel, platforms, python, pip
        See `own_wheel` and `gather_software`.
    said : callable
        Told what is going on.

    Returns
    -------
    Bundle

    Raises
    ------
    BundleError
        The folder holds something already, or pip could not gather the software.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BundleError(f"{folder} is there and not empty; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    said("Building the course's own wheel.")
    own = own_wheel(folder / SOFTWARE, wheel)
    if dependencies:
        said("Gathering the software; with torch this is some gigabytes.")
        gather_software(folder / SOFTWARE, own, platforms, python, pip)
    notes: list[str] = []
    missing: list[str] = []
    if films:
        said("Gathering the films that may travel.")
        notes, missing = gather_films(folder / FILMS, wanted_films())
    desk.working_copy(folder / LESSONS)
    _scripts(folder, python)
    said("Noting the hash of every file.")
    _read_me(folder, notes, platforms, python)
    _sums(folder)
    wheels = len(list((folder / SOFTWARE).glob("*.whl")))
    return Bundle(folder, wheels, tuple(notes), tuple(missing), _size(folder))
