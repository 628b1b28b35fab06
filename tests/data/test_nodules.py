"""Cubes of nodules: fetched by name, verified by their greys, drawn where they cannot be had."""

from __future__ import annotations

import numpy as np
import pytest

from readingroom.data import Damaged, DataError, cubes, fetch, nodules
from readingroom.data.registry import RemoteFile, listing
from readingroom.simulator import cubes as simulated

from .conftest import Origin


def write(path, values):
    """A numpy file, and where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, values)
    return path


def test_the_hash_is_of_the_greys(tmp_path):
    """Doubles, singles and steps of one cube have one hash; one changed voxel has another."""
    values = np.random.default_rng(1).integers(0, cubes.STEPS + 1, (5, 4, 3))
    shares = values / cubes.STEPS
    forms = (shares, shares.astype("float32"), values.astype("uint16"))
    found = [cubes.digest(write(tmp_path / f"{k}.npy", form)) for k, form in enumerate(forms)]
    assert len(set(found)) == 1
    values[0, 0, 0] ^= 1
    assert cubes.digest(write(tmp_path / "other.npy", values / cubes.STEPS)) != found[0]


@pytest.mark.parametrize(
    "held",
    [
        np.array([{"code": 1}], dtype=object),  # only pickle could read it
        np.zeros((3, 3)),
        np.full((2, 2, 2), 1.5),
        np.full((2, 2, 2), np.nan),
    ],
)
def test_no_other_file_is_a_cube(tmp_path, held):
    """Pickled objects, a picture, greys beyond 1 or missing: refused, never run."""
    np.save(tmp_path / "cube.npy", held, allow_pickle=True)
    with pytest.raises(Damaged):
        cubes.digest(tmp_path / "cube.npy")


@pytest.mark.parametrize("raw", [b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04 broken", b"text"])
def test_a_broken_file_is_told(tmp_path, raw):
    """One sentence, whatever numpy says."""
    (tmp_path / "cube.npy").write_bytes(raw)
    with pytest.raises(Damaged, match="holds no cube"):
        cubes.array(tmp_path / "cube.npy")


def test_a_cube_is_fetched_once_and_verified(tmp_path):
    """From its origin with the registered hash; with another picture inside it is refused."""
    raw = write(tmp_path / "cube.npy", np.full((4, 4, 4), 0.25)).read_bytes()
    digest = cubes.digest(tmp_path / "cube.npy")
    server = Origin(raw)
    try:
        right = RemoteFile("a/cube.npy", server.url, f"cube:{digest}")
        for _ in range(2):
            (at,) = fetch.obtain([right], "cube", progress=False)
        assert server.asked == [None] and not at.rebuilt
        with pytest.raises(Damaged):
            fetch.obtain([RemoteFile("b/cube.npy", server.url, "cube:" + "0" * 64)], "cube", False)
    finally:
        server.close()


def test_the_list_has_two_files_for_each_nodule():
    """90 files at a fixed commit; the mirror keeps both of a nodule in one."""
    files = listing().files(listing()["lidc-nodules"])
    assert len(files) == 2 * nodules.MANY and len(nodules.names()) == nodules.MANY
    assert all(f.hash.startswith("cube:") and "/0c693b4ac" in f.url for f in files)
    assert len({f.mirrored for f in files}) == nodules.MANY


def test_an_unknown_nodule_is_refused():
    """By name, before anything is fetched."""
    with pytest.raises(DataError, match="no nodule 9_nod9"):
        nodules.load(["9_nod9"])


def test_a_simulated_nodule_is_one_piece_with_its_true_region():
    """The same at every call, brighter inside than outside, and called simulated."""
    one, other = (nodules.load(["9_nod2_ann0"], "simulated")[0] for _ in range(2))
    assert (one.image == other.image).all() and one.simulated and one.tag == "SIMULATED"
    image, mask = simulated.cube(3, 9.0)
    assert image[mask].mean() > 0.5 > image[~mask].mean()
    from scipy import ndimage

    assert ndimage.label(mask)[1] == 1
    # volumes of balls of 9 mm, give or take bumps
    assert 250 < mask.sum() < 620


@pytest.mark.real
def test_the_mirror_is_what_was_registered(real_mirror):
    """Every rebuilt cube has the registered greys, and is axial: slices from the feet up."""
    files = listing().files(listing()["lidc-nodules"])
    by_nodule = {f.mirrored: f for f in files if "/images/" in f.path}
    for name in list(by_nodule)[::9]:
        held = cubes.array(real_mirror / name, "image")
        assert cubes.steps(held).shape == (51, 51, 51)
    (found,) = nodules.load(["9_nod2_ann0"])
    assert found.films == "REAL CT: LIDC nodules, rebuilt" and found.mask.sum() == 179
    # outlined on slices 1.25 mm apart over 3.75 mm: about five slices, and wider than that
    extent = [len(np.unique(at)) for at in np.nonzero(found.mask)]
    assert extent == [5, 8, 9]


@pytest.mark.real
def test_the_registered_hashes_are_those_of_the_mirrors_greys(real_mirror, tmp_path):
    """What the origin's file must hash to follows from the mirror's steps."""
    files = listing().files(listing()["lidc-nodules"])
    for file in files[:6]:
        kind = "image" if "/images/" in file.path else "mask"
        held = cubes.array(real_mirror / file.mirrored, kind)
        shares = held.astype(float) / (cubes.STEPS if kind == "image" else 1)
        assert file.hash == f"cube:{cubes.digest(write(tmp_path / 'cube.npy', shares))}"
