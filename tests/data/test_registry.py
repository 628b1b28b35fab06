"""The list of data sets is complete, and refuses entries that are not."""

import re
from pathlib import Path

import pytest

from readingroom import data
from readingroom.data.registry import Registry, listing, shipped

PAGES = Path(__file__).parents[2] / "datasets"


def test_every_set_has_its_datasheet_and_hashes():
    """Each entry names a page that exists, and each file has an address and a whole hash."""
    for entry in listing():
        assert (PAGES / entry.page).is_file(), entry.name
        for file in listing().files(entry):
            assert file.url.startswith("https://")
            assert re.fullmatch(r"md5:[0-9a-f]{32}|(sha256|table|cube):[0-9a-f]{64}", file.hash)
            assert not Path(file.path).is_absolute() and ".." not in file.path


def test_official_hashes_of_the_childrens_films():
    """The four MD5 sums are those the origin publishes."""
    sums = {f.size: f.hash for f in listing()["children"].files}
    assert sums == {
        28: "md5:28209eda62fecd6e6a2d98b1501bb15f",
        64: "md5:8f4eceb4ccffa70c672198ea285246c6",
        128: "md5:05b46931834c231683c68f40c47b2971",
        224: "md5:d6a3c71de1b945ea11211b03746c1fe1",
    }


def test_unknown_set_and_size_are_named_in_one_sentence():
    """A typo is answered with what there is."""
    with pytest.raises(data.DataError, match=r"no data set called 'childern'.*children"):
        listing()["childern"]
    with pytest.raises(data.DataError, match="28, 64, 128, 224 px, not 100"):
        listing()["children"].file(100)


@pytest.mark.parametrize(
    "text, said",
    [
        ("[a\n", "cannot be read"),
        ("[a]\ntitle = 'x'\n", "lacks layout"),
        (
            "[a]\ntitle='x'\nlayout='x'\npopulation='x'\norigin='x'\nlicence='x'\ncitation='x'\n"
            "page='x'\ncolour='x'\n",
            "unknown field",
        ),
    ],
)
def test_broken_registry_is_one_sentence(tmp_path, text, said):
    """A registry that cannot be used says why."""
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(data.DataError, match=said):
        Registry(tmp_path / "r.toml")


def test_shipped_registry_is_the_repositorys():
    """In a checkout the registry is the one under datasets/."""
    assert shipped() == PAGES / "registry.toml"
