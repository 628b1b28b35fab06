"""A mirror is used only as far as its own hashes hold, and says when it differs."""

import hashlib

import pytest

from readingroom import data
from readingroom.data import fetch, home

from .conftest import films_npz


@pytest.fixture
def mirror(tmp_path, monkeypatch, content):
    """A mirror whose one file was rebuilt."""
    folder = tmp_path / "mirror"
    (folder / "tiny").mkdir(parents=True)
    rebuilt = films_npz(seed=7)
    (folder / "tiny/films.npz").write_bytes(rebuilt)
    digest = hashlib.sha256(rebuilt).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  ./tiny/films.npz\n")
    monkeypatch.setenv("READINGROOM_MIRROR", str(folder))
    return folder


def get(listed):
    return fetch.obtain(listed.files(listed["tiny"]), "Tiny set", progress=False)[0]


def test_rebuilt_file_is_used_and_said(listed, origin, mirror):
    """Other bytes under a hash that the mirror states load, and the banner says rebuilt."""
    at = get(listed)
    assert (at.where, at.rebuilt) == ("mirror", True)
    cohort = data.load("tiny", size=28, mode="real", registry=listed, progress=False)
    assert cohort.rebuilt and cohort.banner() == "REAL DATA: A test, CC0, rebuilt"
    assert origin.asked == [] and not home.home().exists()


def test_mirror_with_the_origins_bytes_is_not_rebuilt(listed, content, mirror):
    """A mirror that holds the origin's file needs no hash of its own."""
    (mirror / "tiny/films.npz").write_bytes(content)
    (mirror / "SHA256SUMS").unlink()
    assert not get(listed).rebuilt
    cohort = data.load("tiny", size=28, mode="real", registry=listed, progress=False)
    assert cohort.banner() == "REAL DATA: A test, CC0"


@pytest.mark.parametrize("fault", ["bytes", "unlisted", "no list", "rubbish list"])
def test_mirror_that_breaks_its_word_stops(listed, origin, mirror, fault):
    """A mirror file that no hash vouches for ends in one sentence, without fallback."""
    sums = mirror / "SHA256SUMS"
    if fault == "bytes":
        (mirror / "tiny/films.npz").write_bytes(films_npz(seed=8))
    elif fault == "unlisted":
        sums.write_text("")
    elif fault == "no list":
        sums.unlink()
    else:
        sums.write_text("<html>not found</html>\n")
    with pytest.raises(data.DataError) as caught:
        data.choose([("tiny", 28)], registry=listed, progress=False)
    assert not isinstance(caught.value, data.Unreachable)
    assert len(str(caught.value).splitlines()) == 1
    assert origin.asked == [] and data.mode() is None


def test_mirror_that_is_not_there_is_named(listed, monkeypatch, tmp_path):
    """A forgotten USB stick is said, rather than downloading behind the teacher's back."""
    monkeypatch.setenv("READINGROOM_MIRROR", str(tmp_path / "stick"))
    with pytest.raises(data.DataError, match="stick, which is not a folder"):
        get(listed)


def test_cache_goes_before_the_mirror(listed, content, mirror, monkeypatch):
    """A verified file of the origin in the cache is preferred to a rebuilt one."""
    kept = home.cache() / "tiny/films.npz"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(content)
    assert get(listed).where == "cache"


def test_set_the_mirror_lacks_is_downloaded(listed, content, mirror):
    """What a mirror does not hold comes from the origin."""
    (mirror / "tiny/films.npz").unlink()
    assert get(listed).where == "origin"
