"""The list of data sets: what each is, where it comes from, and the hash of every file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache as once
from pathlib import Path

from readingroom import places
from readingroom.data.errors import DataError

FIELDS = ("title", "layout", "population", "origin", "licence", "citation", "page")


@dataclass(frozen=True)
class RemoteFile:
    """One file of a data set.

    Attributes
    ----------
    path : str
        Where it lies in cache and mirror, with ``/``: ``"pneumoniamnist/pneumoniamnist_64.npz"``.
    url : str
        Its address at the origin.
    hash : str
        ``"md5:..."`` or ``"sha256:..."`` of the origin's file; where its origin states no hash,
        ``"table:..."`` of the rows of a reader study, ``"cube:..."`` of the greys of a cube.
    bytes : int or None
        Its length where the origin states one.
    size : int or None
        Edge of its films in pixels, where the file holds films of one size.
    mirrored : str
        Where a mirror keeps it, if elsewhere and in another form.
    """

    path: str
    url: str
    hash: str
    bytes: int | None = None
    size: int | None = None
    mirrored: str = ""

    @property
    def in_mirror(self) -> str:
        """Its path in a mirror."""
        return self.mirrored or self.path


@dataclass(frozen=True)
class DataSet:
    """One entry of the registry; the fields are those of ``datasets/registry.toml``."""

    name: str
    title: str
    layout: str
    population: str
    origin: str
    licence: str
    citation: str
    page: str
    label_name: str = ""
    stand_in: str = ""
    splits: dict = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    constants: dict = field(default_factory=dict)
    defects: tuple[str, ...] = ()
    files: tuple[RemoteFile, ...] = ()
    manifest: str = ""
    folder: str = ""
    base_url: str = ""
    note: str = ""
    members: dict = field(default_factory=dict)
    carry: bool = False  # the licence lets copies travel, with the citation beside them

    def sizes(self) -> list[int]:
        """Return the film sizes (pixels) that the origin offers as files of their own."""
        return sorted(f.size for f in self.files if f.size)

    def file(self, size: int | None = None) -> RemoteFile:
        """Return the file that holds the films of one size.

        Raises
        ------
        DataError
            If the set has no file of that size.
        """
        for candidate in self.files:
            if candidate.size == size:
                return candidate
        offered = ", ".join(map(str, self.sizes()))
        raise DataError(f"{self.title} comes in {offered} px, not {size}; ask for one of those.")


class Registry:
    """All data sets the course knows, by name.

    Parameters
    ----------
    path : Path
        A TOML file with one table per data set; manifests lie beside it.
    """

    def __init__(self, path: Path):
        self.path = Path(path)
        try:
            tables = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise DataError(
                f"The list of data sets {self.path} cannot be read ({problem}); install the course "
                "again."
            ) from problem
        self.sets = {name: _entry(name, table, self.path) for name, table in tables.items()}

    def __iter__(self) -> Iterator[DataSet]:
        return iter(self.sets.values())

    def __contains__(self, name: object) -> bool:
        return name in self.sets

    def __getitem__(self, name: str) -> DataSet:
        try:
            return self.sets[name]
        except KeyError:
            known = ", ".join(self.sets)
            raise DataError(
                f"There is no data set called {name!r}; the course knows {known}, and "
                "`readingroom data list` says what each one is."
            ) from None

    def files(self, entry: DataSet, size: int | None = None) -> tuple[RemoteFile, ...]:
        """Return the files needed to load a set, those of the manifest included.

        Parameters
        ----------
        size : int or None
            Edge in pixels; None means every size.
        """
        if entry.manifest:
            return self._listed(entry)
        if size is None or not entry.sizes():
            return entry.files
        return (entry.file(size),)

    def _listed(self, entry: DataSet) -> tuple[RemoteFile, ...]:
        path = self.path.parent / entry.manifest
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as problem:
            raise DataError(
                f"The list of files {path} is missing; install the course again."
            ) from problem
        return tuple(_line(entry, line) for line in text.splitlines() if line.strip())


def _line(entry: DataSet, line: str) -> RemoteFile:
    """A line of a manifest: hash, name, and behind a tab a mirror's own path, if another."""
    digest, rest = line.split(maxsplit=1)
    name, _, mirrored = rest.partition("\t")
    return RemoteFile(
        f"{entry.folder}/{name}",
        entry.base_url + name,
        digest if ":" in digest else f"sha256:{digest}",
        mirrored=mirrored,
    )


def _entry(name: str, table: dict, path: Path) -> DataSet:
    missing = [key for key in FIELDS if not table.get(key)]
    if missing:
        raise DataError(f"{path}: the entry {name!r} lacks {', '.join(missing)}.")
    table = dict(table)
    files = tuple(RemoteFile(**f) for f in table.pop("file", []))
    for listed in ("findings", "defects"):
        table[listed] = tuple(table.get(listed, ()))
    try:
        return DataSet(name=name, files=files, **table)
    except TypeError as problem:
        raise DataError(f"{path}: the entry {name!r} has an unknown field ({problem}).") from None


def shipped() -> Path:
    """Return the registry of this installation: the wheel's, else the repository's."""
    path = places.course() / "datasets" / "registry.toml"
    if path.is_file():
        return path
    raise DataError("The list of data sets is missing from this installation; install it again.")


@once
def _read(path: Path) -> Registry:
    return Registry(path)


Source = Registry | Path | str | None
"""A registry, the path of one, or None for the shipped one."""


def listing(source: Source = None) -> Registry:
    """Return a registry: the shipped one, or the one at a path (tests point to their server)."""
    if isinstance(source, Registry):
        return source
    return _read(Path(source) if source else shipped())


def known_defects(name: str, source: Registry | Path | str | None = None) -> tuple[str, ...]:
    """What is known to be wrong with a set, one sentence each, for a lesson to print.

    Parameters
    ----------
    name : str
        A set of the registry.
    source : Registry or path, optional
        Another registry.
    """
    return listing(source)[name].defects
