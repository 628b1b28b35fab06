"""What happens to a download when something goes wrong on the way."""

import errno
import multiprocessing
import socket
import threading
import time

import pytest

from readingroom import data
from readingroom.data import fetch, home

from .conftest import films_npz, write_registry


def get(listed, **more):
    return fetch.obtain(listed.files(listed["tiny"]), "Tiny set", progress=False, **more)[0]


def left_behind():
    """Return every file under the home folder, unfinished ones and locks included."""
    return sorted(p.name for p in home.home().rglob("*") if p.is_file())


def test_good_download_is_kept_and_not_asked_for_again(listed, origin, content):
    """A verified file lands in the cache; the next call does not touch the network."""
    at = get(listed)
    assert (at.where, at.rebuilt, at.path.read_bytes()) == ("origin", False, content)
    assert get(listed).where == "cache"
    assert origin.asked == [None]
    assert left_behind() == ["films.npz"]


def test_cut_download_goes_on_where_it_was_cut(listed, origin, content):
    """Two cuts in one call cost two further requests for the missing bytes only."""
    origin.cut_after = [5000, 7000]
    assert get(listed).path.read_bytes() == content
    assert origin.asked == [None, "bytes=5000-", "bytes=12000-"]
    assert left_behind() == ["films.npz"]


def test_next_call_resumes_after_the_network_went_away(listed, origin, content):
    """What arrived before the attempts ran out is not fetched again by the next call."""
    origin.cut_after = [5000] + [0] * 20
    with pytest.raises(data.Unreachable, match="cut"):
        get(listed)
    assert not (home.cache() / "tiny/films.npz").exists()
    origin.cut_after, origin.asked = [], []
    assert get(listed).path.read_bytes() == content
    assert origin.asked == ["bytes=5000-"]
    assert left_behind() == ["films.npz"]


def test_server_without_ranges_restarts_cleanly(listed, origin, content):
    """A server that ignores the request for the rest sends all, and nothing is doubled."""
    origin.ranges = False
    origin.cut_after = [5000]
    assert get(listed).path.read_bytes() == content


def test_part_of_another_file_is_thrown_away_once(listed, origin, content):
    """Old bytes that do not belong are noticed by the hash and fetched afresh."""
    file = listed.files(listed["tiny"])[0]
    part = home.partial() / fetch._part_name(file)
    for rubbish in (b"x" * 5000, b"x" * (len(content) + 5)):
        home.make(home.partial())
        part.write_bytes(rubbish)
        assert get(listed, again=True).path.read_bytes() == content
    assert left_behind() == ["films.npz"]


@pytest.mark.parametrize("same_length", [True, False])
def test_wrong_hash_stops_and_leaves_nothing(tmp_path, origin, content, same_length):
    """Bytes that are not the file's are refused in one sentence and not kept."""
    stated = films_npz(seed=1) if same_length else b"something else"
    listed = write_registry(tmp_path / "r.toml", origin.url, content, stated=stated)
    with pytest.raises(data.Damaged, match="not the file the course was built on") as caught:
        get(listed)
    assert len(str(caught.value).splitlines()) == 1
    assert left_behind() == []


def test_wrong_hash_never_falls_back(tmp_path, origin, content):
    """The automatic choice stops at a wrong hash; simulated patients do not hide it."""
    listed = write_registry(tmp_path / "r.toml", origin.url, content, stated=b"other")
    with pytest.raises(data.Damaged):
        data.choose([("tiny", 28)], registry=listed, progress=False)
    assert data.mode() is None


def test_refused_connection_is_one_sentence_within_seconds(tmp_path, content):
    """A closed door is noticed at once, and the sentence says how to fetch by hand."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/films.npz"
    listed = write_registry(tmp_path / "r.toml", url, content)
    start = time.monotonic()
    with pytest.raises(data.Unreachable) as caught:
        get(listed)
    assert time.monotonic() - start < 20
    said = str(caught.value)
    assert url in said and str(home.cache() / "tiny/films.npz") in said
    assert left_behind() == []


def test_name_server_that_never_answers_costs_seconds(tmp_path, content, monkeypatch):
    """Looking up a name without a network can hang; the course waits its few seconds only."""

    answers = threading.Event()

    def hang(*_args, **_kwargs):
        answers.wait(60)
        raise socket.gaierror("late")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    listed = write_registry(tmp_path / "r.toml", "https://origin.invalid/films.npz", content)
    start = time.monotonic()
    try:
        with pytest.raises(data.Unreachable, match="no answer"):
            get(listed)
        assert time.monotonic() - start < 20
    finally:
        answers.set()


def test_slow_server_times_out(listed, origin):
    """A server that sends nothing for too long counts as gone."""
    origin.delay = 1.0
    with pytest.raises(data.Unreachable, match="slow"):
        get(listed)
    assert left_behind() == []


def test_dripping_server_counts_as_slow(listed, origin, monkeypatch):
    """A server that sends a few bytes now and then is given up, and its bytes are kept."""
    monkeypatch.setattr(fetch, "BLOCK", 100)
    monkeypatch.setattr(fetch, "ATTEMPTS", 1)
    origin.drip = 0.1
    start = time.monotonic()
    with pytest.raises(data.Unreachable, match="slow"):
        get(listed)
    assert time.monotonic() - start < 20
    assert left_behind() == ["tiny-films.npz-" + listed["tiny"].files[0].hash[4:16] + ".part"]


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_server_error_is_told_by_number(listed, origin, status):
    """A refusal by the server is said with its number, and a hopeless one is asked once."""
    origin.status = status
    with pytest.raises(data.Unreachable, match=str(status)):
        get(listed)
    assert len(origin.asked) == (1 if status < 500 else fetch.ATTEMPTS)
    assert left_behind() == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_stops_and_gives_the_space_back(listed, monkeypatch, number):
    """A disk that fills up half-way is said in one sentence, and the part is removed."""
    written = []

    def fill(out, block):
        written.append(block)
        if len(written) > 1:
            raise OSError(number, "No space left on device")
        out.write(block[:100])

    monkeypatch.setattr(fetch, "BLOCK", 4096)
    monkeypatch.setattr(fetch, "write", fill)
    with pytest.raises(data.DataError, match="disk is full") as caught:
        get(listed)
    assert not isinstance(caught.value, data.Unreachable)  # no fallback: the person must act
    assert left_behind() == []


def test_home_that_may_not_be_written_to_is_one_sentence(listed, tmp_path, monkeypatch):
    """A home folder that cannot be made is named, with what to do."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("READINGROOM_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(data.DataError, match="READINGROOM_HOME"):
        get(listed)


@pytest.mark.parametrize("fault", ["wrong", "cut", "slow", "status"])
def test_failed_fetch_never_touches_the_good_file(listed, origin, content, fault):
    """Fetching again over a good file leaves it as it was when the fetch fails."""
    kept = get(listed).path
    origin.content = films_npz(seed=1) if fault == "wrong" else content
    origin.cut_after = [100] * 50 if fault == "cut" else []
    origin.delay = 1.0 if fault == "slow" else 0.0
    origin.status = 500 if fault == "status" else 200
    with pytest.raises(data.DataError):
        get(listed, again=True)
    assert kept.read_bytes() == content


def test_damaged_stored_file_stops(listed, origin):
    """A stored file that has rotted is not used, and not silently replaced either."""
    kept = get(listed).path
    kept.write_bytes(kept.read_bytes()[:-1] + b"?")
    with pytest.raises(data.Damaged, match="delete it"):
        get(listed)
    assert get(listed, again=True).where == "origin"
    assert get(listed).where == "cache"


def test_offline_switch_makes_no_attempt(listed, origin, monkeypatch):
    """READINGROOM_OFFLINE=1 keeps the course from knocking at all."""
    monkeypatch.setenv("READINGROOM_OFFLINE", "1")
    with pytest.raises(data.Unreachable, match="READINGROOM_OFFLINE"):
        get(listed)
    assert origin.asked == []
    assert left_behind() == []


def test_length_is_checked_before_the_hash(listed, origin, content):
    """A stated length that differs is enough to refuse."""
    from dataclasses import replace

    file = replace(listed.files(listed["tiny"])[0], bytes=len(content) + 1)
    with pytest.raises(data.Damaged):
        fetch.obtain([file], "Tiny set", progress=False)
    assert left_behind() == []


def _one_process(path, barrier, answers):
    from readingroom.data.registry import Registry

    barrier.wait()
    at = get(Registry(path))
    answers.put((at.where, at.path.read_bytes()))


def test_two_processes_at_once_do_not_disturb_each_other(listed, origin, content):
    """Both get the whole file and it crosses the network once."""
    origin.delay = 0.2
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(2), context.Queue()
    both = [
        context.Process(target=_one_process, args=(listed.path, barrier, answers)) for _ in range(2)
    ]
    for process in both:
        process.start()
    got = sorted(answers.get(timeout=20) for _ in both)
    for process in both:
        process.join()
    assert got == [("cache", content), ("origin", content)]
    assert origin.asked == [None]
    assert left_behind() == ["films.npz"]


def test_progress_counts_every_byte_once(listed, origin, content):
    """What the bar is told adds up to the file, also over a cut."""
    origin.cut_after = [5000]
    told = []
    fetch.download(listed.files(listed["tiny"])[0], lambda n, total: told.append(n))
    assert sum(told) == len(content)


def test_many_small_files_come_in_together(origin, content):
    """A set of many files is fetched over several connections, each file verified."""
    from dataclasses import replace

    from readingroom.data.registry import RemoteFile

    first = RemoteFile("many/0.npz", origin.url, "md5:" + _md5(content))
    files = [replace(first, path=f"many/{k}.npz") for k in range(20)]
    located = fetch.obtain(files, "Many", progress=False)
    assert [at.path.name for at in located] == [f"{k}.npz" for k in range(20)]
    assert all(at.path.read_bytes() == content for at in located)
    assert len(origin.asked) == 20


def _md5(content):
    import hashlib

    return hashlib.md5(content).hexdigest()
