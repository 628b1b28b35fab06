"""A learner's work as one file to download and to bring back: a Binder forgets everything."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from readingroom import files
from readingroom.catalogue import catalogue
from readingroom.exam import review, sitting
from readingroom.kernel import keeping, progress
from readingroom.learner import tracks

FILE = "my-reading-room.zip"
KEPT = (progress.NAME, sitting.NAME, review.NAME, tracks.NAME)
LARGEST = 50_000_000  # bytes of one notebook


class LuggageError(ValueError):
    """A file that was not packed by the course; the message is one sentence."""


def _notebooks(folder: Path) -> dict[str, Path]:
    """The lessons of a working copy by name: beside each other, or in a folder each."""
    found = {}
    for lesson in catalogue().values():
        name = f"{lesson.slug}.ipynb"
        for place in (folder / name, folder / lesson.slug / name):
            if place.is_file():
                found[name] = place
    return found


def pack(folder: Path, target: Path) -> tuple[list[str], str]:
    """Write progress, test results and lessons into one file.

    Parameters
    ----------
    folder : Path
        The working copy.
    target : Path
        What lies there is kept aside; it may be what another machine packed.

    Returns
    -------
    list of str
        What is in it.
    str
        A sentence that says where an older file is kept, or an empty text.
    """
    inside = {name: keeping.folder() / name for name in KEPT}
    inside = {name: path for name, path in inside.items() if path.is_file()} | _notebooks(folder)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, path in inside.items():
            out.write(path, name)
    return list(inside), files.give(target, stream.getvalue())


def unpack(source: Path, folder: Path) -> list[str]:
    """Put a packed file's contents back; what is there already is kept aside.

    Parameters
    ----------
    source : Path
        Written by `pack`.
    folder : Path
        The working copy.

    Returns
    -------
    list of str
        What was brought back.

    Raises
    ------
    LuggageError
        It is no such file; nothing was changed.
    """
    contents = _read(source)
    places = _notebooks(folder)
    for name, content in contents.items():
        target = keeping.folder() / name if name in KEPT else places.get(name, folder / name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.read_bytes() != content:
            files.put_aside(target)
        files.write_bytes(target, content)
    return list(contents)


def _read(source: Path) -> dict[str, bytes]:
    """The members of a packed file, each whole and of the course, before anything is written."""
    known = {*KEPT, *(f"{lesson.slug}.ipynb" for lesson in catalogue().values())}
    try:
        with zipfile.ZipFile(source) as packed:
            members = packed.infolist()
            if not members or {one.filename for one in members} - known:
                raise LuggageError(f"{source.name} was not written by rr.take_along().")
            if max(one.file_size for one in members) > LARGEST:
                raise LuggageError(f"A file in {source.name} is too large to be a lesson.")
            contents = {one.filename: packed.read(one) for one in members}
        for content in contents.values():
            json.loads(content)
    except FileNotFoundError as error:
        raise LuggageError(f"There is no file {source.name} here; upload it first.") from error
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        if isinstance(error, LuggageError):
            raise
        raise LuggageError(f"{source.name} is damaged; nothing was changed.") from error
    return contents


def take_along(file: str = FILE) -> None:
    """Write your progress and lessons to a file beside this notebook, to download.

    Parameters
    ----------
    file : str
        Its name.
    """
    inside, kept = pack(Path.cwd(), Path(file))
    print(f"Written: {file}, with {len(inside)} files. Save the notebooks first, then run it again")
    print("if you went on. Right-click it in the list of files and choose Download.")
    if kept:
        print(kept)


def bring_back(file: str = FILE) -> None:
    """Put back what `take_along` wrote; upload that file beside this notebook first.

    Parameters
    ----------
    file : str
        Its name.
    """
    try:
        brought = unpack(Path(file), Path.cwd())
    except LuggageError as error:
        print(error)
        return
    print(f"Back: {', '.join(brought)}. What was here before is kept beside it as .before.")
    print("Close the tabs of open lessons and open them again.")
