"""NIfTI-1 volumes as research archives publish PET and CT: one file, gzipped or not.

Only what the course reads: three axes, one scanner grid, plain numbers. Whatever else a file may
hold is refused in one sentence, never guessed.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import numpy as np

from readingroom.data.errors import Damaged
from readingroom.data.volumes import Volume

HEADER = 348  # bytes, https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h
LARGEST = 200_000_000  # bytes when unpacked
TYPES = {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4"}


def volume(path: Path, unit: str = "", films: str = "") -> Volume:
    """Read a volume.

    Parameters
    ----------
    path : Path
        A ``.nii`` or ``.nii.gz`` file.
    unit, films : str
        What its values are, and the banner; the file states neither.

    Returns
    -------
    Volume
        Axial slices from the feet up, rows from front to back, columns from the patient's right.

    Raises
    ------
    Damaged
        It is no such file, is cut short, or its grid is oblique.
    """
    raw = _unpacked(path)
    order = "<" if raw[:4] == HEADER.to_bytes(4, "little") else ">"
    if int.from_bytes(raw[:4], "little" if order == "<" else "big") != HEADER:
        raise Damaged(f"{path.name} is no NIfTI file; delete it and fetch it again.")

    def at(place: int, kind: str, count: int = 1) -> np.ndarray:
        return np.frombuffer(raw, order + kind, count, place)

    dims, code = at(40, "i2", 8), int(at(70, "i2")[0])
    if dims[0] < 3 or (dims[4 : dims[0] + 1] > 1).any() or (dims[1:4] < 1).any():
        raise Damaged(f"{path.name} holds no single volume of three axes.")
    if code not in TYPES:
        raise Damaged(f"{path.name} holds values of a kind ({code}) that the course does not read.")
    shape = tuple(int(n) for n in dims[3:0:-1])  # (D, H, W): the first axis of the file is last
    start = int(at(108, "f4")[0])
    kind = np.dtype(order + TYPES[code])
    if len(raw) < start + int(np.prod(shape)) * kind.itemsize:
        raise Damaged(f"{path.name} is cut short; delete it and fetch it again.")
    values = np.frombuffer(raw, kind, int(np.prod(shape)), start).reshape(shape)
    slope, intercept = (float(n) for n in at(112, "f4", 2))
    if slope:
        values = values * slope + intercept
    elif kind.byteorder not in "=|":
        values = values.astype(kind.newbyteorder("="))
    spacing = tuple(float(step) for step in at(80, "f4", 3)[::-1])
    return Volume(_turned(values, at, path), spacing, unit, films=films)  # type: ignore[arg-type]


def _unpacked(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise Damaged(f"{path.name} cannot be read; delete it and fetch it again.") from problem
    if not HEADER + 4 <= len(raw) <= LARGEST:
        raise Damaged(f"{path.name} is no NIfTI file of a size that a lesson reads.")
    return raw


def _turned(values: np.ndarray, at: object, path: Path) -> np.ndarray:
    """Axes turned so that slices ascend, rows run to the back and columns to the left.

    NIfTI's x runs to the patient's right, y to the front, z up (its qform and sform).
    """
    axes = _axes(at)
    if np.abs(np.abs(axes) - np.eye(3)).max() > 1e-2:
        raise Damaged(f"{path.name} has an oblique grid, which the course does not resample.")
    x, y, z = axes.diagonal()
    # in (z, y, x): up; to the back, so against y; to the left, so against x
    steps = (1 if z > 0 else -1, 1 if y < 0 else -1, 1 if x < 0 else -1)
    return np.ascontiguousarray(values[tuple(slice(None, None, step) for step in steps)])


def _axes(at: object) -> np.ndarray:
    """Directions of the file's axes, one a column, (3, 3)."""
    if int(at(254, "i2")[0]) > 0:  # type: ignore[operator]
        found = np.stack([at(280 + 16 * row, "f4", 3) for row in range(3)])  # type: ignore[operator]
        return found / np.linalg.norm(found, axis=0)
    if int(at(252, "i2")[0]) > 0:  # type: ignore[operator]
        b, c, d = (float(n) for n in at(256, "f4", 3))  # type: ignore[operator]
        a = np.sqrt(max(0.0, 1 - b * b - c * c - d * d))
        turn = np.array([
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ])  # fmt: skip
        turn[:, 2] *= -1 if float(at(76, "f4")[0]) < 0 else 1  # type: ignore[operator]
        return turn
    return np.eye(3)
