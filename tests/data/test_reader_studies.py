"""Reader studies: R's file or a mirror's table, and simulated readers instead."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata

from readingroom.assess import readers
from readingroom.data import Damaged, DataError, ratings, readerstudies
from readingroom.data.registry import listing

from .conftest import Origin


@pytest.fixture
def rows() -> pd.DataFrame:
    """Two readers, two ways, six cases."""
    made = [
        (way, reader, case, case % 2, 1 + (way * reader + case) % 5)
        for way in (1, 2)
        for reader in (1, 2)
        for case in range(1, 7)
    ]
    return pd.DataFrame(made, columns=ratings.COLUMNS)


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz"])
def test_a_file_of_r_is_the_same_table(tmp_path, rows, compression):
    """What R writes, with levels and capital letters, has the hash of the CSV."""
    rows.to_csv(tmp_path / "study.csv", index=False)
    there = rows.sample(frac=1, random_state=1)
    there = there.assign(case=there["case"].astype(str).astype("category"))
    there.columns = [name.title() for name in there.columns]
    rdata.write_rda(tmp_path / "study.RData", {"Study": there}, compression=compression)
    one, other = (ratings.digest(tmp_path / f"study.{end}") for end in ("csv", "RData"))
    assert one == other


@pytest.mark.parametrize("raw", [b"", b"\x1f\x8b broken", b"reader,case\n1,2\n", b"RDX3\n junk"])
def test_another_file_is_refused(tmp_path, raw):
    """An empty, broken or foreign file is no study, in one sentence."""
    (tmp_path / "study").write_bytes(raw)
    with pytest.raises(Damaged, match="holds no table"):
        ratings.table(tmp_path / "study")


def test_one_changed_rating_is_another_table(tmp_path, rows):
    """The hash is of every row."""
    rows.to_csv(tmp_path / "a.csv", index=False)
    other = rows.assign(rating=rows["rating"].where(rows.index != 5, 5))
    other.to_csv(tmp_path / "b.csv", index=False)
    assert ratings.digest(tmp_path / "a.csv") != ratings.digest(tmp_path / "b.csv")


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "shape", "ill"), [("vandyke", (2, 5, 114), 45), ("franken", (2, 4, 100), 67)]
)
def test_the_studies_are_as_registered(real_mirror, name, shape, ill):
    """The mirror's table has the registered hash, readers, cases and share of ill."""
    entry = listing()[name]
    path = real_mirror / entry.files[0].in_mirror
    assert entry.files[0].hash == f"table:{ratings.digest(path)}"
    found = readerstudies.study(name)
    assert found.ratings.shape == shape and found.truth.sum() == ill
    assert found.tag == "REAL READERS" and "rebuilt" in found.films


def test_it_is_fetched_and_verified(tmp_path, rows):
    """R's file comes from its origin once; with another table inside it is refused."""
    rdata.write_rda(tmp_path / "study.RData", {"Study": rows})
    rows.to_csv(tmp_path / "study.csv", index=False)
    right = ratings.digest(tmp_path / "study.csv")
    server = Origin((tmp_path / "study.RData").read_bytes())
    try:
        for name, digest in (("good", right), ("bad", "0" * 64)):
            (tmp_path / f"{name}.toml").write_text(
                '[study]\ntitle = "S"\nlayout = "reader-study"\npopulation = "p"\norigin = "o"\n'
                'licence = "l"\ncitation = "c"\npage = "p"\nconstants = { ways = ["a", "b"] }\n'
                f'[[study.file]]\npath = "{name}/study.RData"\nurl = "{server.url}"\n'
                f'hash = "table:{digest}"\n'
            )
        found = readerstudies.study("study", "real", tmp_path / "good.toml")
        assert found.ratings.shape == (2, 2, 6) and found.ways == ("a", "b")
        again = readerstudies.study("study", "real", tmp_path / "good.toml")
        assert server.asked == [None] and (again.ratings == found.ratings).all()
        with pytest.raises(Damaged):
            readerstudies.study("study", "real", tmp_path / "bad.toml")
    finally:
        server.close()


@pytest.mark.parametrize("name", ["vandyke", "franken"])
def test_simulated_readers_say_so(name):
    """Without the film's mode real, readers are drawn, always the same, and called simulated."""
    one, other = (readerstudies.study(name, "simulated") for _ in range(2))
    assert one.simulated and "SIMULATED" in one.tag and "Nobody" in one.about
    assert (one.ratings == other.ratings).all()
    assert set(one.ratings.ravel()) == {1, 2, 3, 4, 5}


def test_planted_readers_disagree_as_the_real_ones_do():
    """Two of the three intervals leave out 0, the one for other readers and cases does not."""
    found = readers.compare(*_truth_and_ratings("vandyke"))
    assert found.cases.lo > 0 and found.readers.lo > 0 and found.both.lo < 0 < found.both.hi


def _truth_and_ratings(name: str):
    drawn = readerstudies.drawn(name)
    return drawn.truth, drawn.ratings


def test_films_are_no_reader_study():
    """A set of films is refused by name."""
    with pytest.raises(DataError, match="no reader study"):
        readerstudies.study("children")
