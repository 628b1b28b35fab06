"""What is on this machine of each data set, and in which state."""

from __future__ import annotations

from collections.abc import Iterator

from readingroom.data import fetch as getting, home, mirror, own
from readingroom.data.errors import Damaged, DataError
from readingroom.data.registry import DataSet, Registry, RemoteFile, Source, listing


def rows(registry: Source = None) -> list[dict]:
    """Return one row per data set: name, title, sizes, licence, origin, and what is here.

    The learner's own cohorts come last, with ``kind`` "own".
    """
    source = listing(registry)
    return [_row(source, entry) for entry in source] + [_own(name) for name in own.names()]


def _own(name: str) -> dict:
    record = own.named(name)
    return {
        "name": name,
        "title": f"your folder {record.folder.name}",
        "kind": "own",
        "sizes": [],
        "label": record.label_name,
        "licence": "yours",
        "origin": str(record.folder),
        "population": f"your own films, added on {record.added}",
        "stand_in": "",
        "films": record.films,
        "files": 0,
        "cached": 0,
        "mirrored": 0,
        "ready": True,
    }


def _row(source: Registry, entry: DataSet) -> dict:
    files = source.files(entry)
    here = [_present(f) for f in files]
    return {
        "name": entry.name,
        "title": entry.title,
        "kind": entry.layout,
        "sizes": entry.sizes(),
        "label": entry.label_name,
        "licence": entry.licence,
        "origin": entry.origin,
        "population": entry.population,
        "stand_in": entry.stand_in,
        "files": len(files),
        "cached": here.count("cache"),
        "mirrored": here.count("mirror"),
        "ready": bool(files) and all(here),
    }


def _present(file: RemoteFile) -> str:
    """Say where a file lies without reading it; hashes are for `verify`."""
    if (home.cache() / file.path).is_file():
        return "cache"
    folder = mirror.mirror()
    return "mirror" if folder and (folder / file.in_mirror).is_file() else ""


def said(row: dict) -> str:
    """Return a row as lines to read."""
    sizes = " / ".join(map(str, row["sizes"]))
    here = row["cached"] + row["mirrored"]
    state = f"{here:,} of {row['files']:,} files here" if row["files"] else "nothing to fetch"
    if row["kind"] == "learner":
        state = "you download it, then `readingroom data add`"
    if row["kind"] == "own":
        state = f"{row['films']:,} films, label 1 is {row['label']}"
    if row["mirrored"]:
        state += f", {row['mirrored']:,} in the mirror"
    pixels = f", {sizes} px" if sizes else ""
    lines = [f"{row['title']}{pixels}: {state}", f"licence: {row['licence']}"]
    if row["stand_in"]:
        lines.append(f"without it: simulated patients ({row['stand_in']})")
    return "\n".join(f"{row['name'] if k == 0 else '':<14}{line}" for k, line in enumerate(lines))


def fetch(
    name: str, size: int | None = None, again: bool = False, registry: Source = None
) -> Iterator[str]:
    """Bring a data set onto this machine and yield one line per place it was found at.

    Raises
    ------
    DataError
        As `readingroom.data.fetch.obtain`.
    """
    source = listing(registry)
    entry = source[name]
    files = source.files(entry, size)
    if not files:
        if entry.layout == "learner":
            raise DataError(f"{entry.title} is not fetched by the course: {entry.note}.")
        yield f"{entry.title}: nothing to fetch; {entry.note}."
        return
    located = getting.obtain(files, entry.title, again=again)
    said = {"cache": "already here", "mirror": "in the mirror", "origin": "fetched from its origin"}
    for where in ("cache", "mirror", "origin"):
        found = [at for at in located if at.where == where]
        if found:
            rebuilt = ", rebuilt" if any(at.rebuilt for at in found) else ""
            count = "1 file" if len(found) == 1 else f"{len(found):,} files"
            yield f"{entry.title}: {count} {said[where]}, verified{rebuilt}."


def verify(name: str | None = None, registry: Source = None) -> Iterator[tuple[str, str]]:
    """Compare every file that is here with its hash, own films with what they were when added.

    Yields
    ------
    state : "good", "rebuilt", "absent" or "damaged"
    line : str
    """
    source = listing(registry)
    mine = own.names() if name is None else [own.canonical(name)]
    for cohort in set(mine) & set(own.names()):
        yield from own.verify(cohort)
    if name is not None and own.canonical(name) in own.names():
        return
    for entry in [source[name]] if name else source:
        absent = 0
        good = {"good": 0, "rebuilt": 0}
        for file in source.files(entry):
            try:
                at = getting.local(file)
            except Damaged as problem:
                yield "damaged", str(problem)
                continue
            if at is None:
                absent += 1
            elif entry.manifest:
                good["rebuilt" if at.rebuilt else "good"] += 1
            else:
                state = "rebuilt" if at.rebuilt else "good"
                yield state, f"{file.path}: {SAID[state]} ({at.where})"
        for state, count in good.items():
            if count:
                yield state, f"{entry.title}: {count:,} files: {SAID[state]}"
        if absent:
            yield "absent", f"{entry.title}: {absent:,} of {len(source.files(entry)):,} not here"


SAID = {"good": "the origin's bytes", "rebuilt": "rebuilt, the mirror's own hash holds"}
