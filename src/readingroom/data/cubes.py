"""Cubes of voxels as published: numpy files, read without pickle, and their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from readingroom.data.errors import Damaged

LARGEST = 20_000_000  # bytes of one file
STEPS = 4095  # grey values 0 to 1 are kept, and hashed, in this many steps


def array(path: Path, member: str = "") -> np.ndarray:
    """The array in a ``.npy`` file, or a member of a ``.npz``; never a pickled object.

    Raises
    ------
    Damaged
        The file is no such array, is too large, or holds Python objects.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        held = np.load(path, allow_pickle=False)
        if isinstance(held, np.ndarray):
            return held
        with held:
            return held[member]
    except Exception as problem:  # whatever numpy finds wrong, the file is no such cube
        raise Damaged(
            f"{path.name} holds no cube of voxels; delete it and fetch it again."
        ) from problem


def steps(values: np.ndarray) -> np.ndarray:
    """Grey values in steps, (D, H, W): uint16 from 0 to 4095, or True and False of a mask."""
    if values.dtype == bool or values.dtype == np.uint16:
        return values
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= 1):
        raise Damaged(f"The grey values run from {low:.3g} to {high:.3g}, not from 0 to 1.")
    return np.round(values.astype(np.float64) * STEPS).astype(np.uint16)


def digest(path: Path) -> str:
    """Hash (sha256, hex) of a cube's grey values in steps, whatever type of number keeps them.

    The origin states no hash, and its copies differ in the type of number; what is verified is the
    picture. A mask hashes as the cube of its 0 and 4095.
    """
    values = array(path)
    if values.ndim != 3:
        raise Damaged(f"{path.name} has {values.ndim} dimensions; a cube has three.")
    held = steps(values.astype(float) if values.dtype == bool else values)
    shape = " ".join(map(str, held.shape)).encode()
    return hashlib.sha256(shape + b"\n" + held.astype("<u2").tobytes()).hexdigest()
