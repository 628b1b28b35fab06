"""Getting a file: from the cache, from the mirror, else from its origin, and never unverified."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from readingroom.data import bars, home, mirror
from readingroom.data.errors import Damaged, Unreachable
from readingroom.data.registry import RemoteFile

CONNECT_SECONDS = 4.0  # to find out that there is no network; an offline lesson waits this long
READ_SECONDS = 15.0  # without one byte, before a slow server counts as gone
SLOWEST = 2048  # bytes a second over one such while; less is no download a lesson can wait for
ATTEMPTS = 4  # each one goes on where the last was cut
PAUSE_SECONDS = 0.5  # before the second attempt, doubled each time
BLOCK = 1 << 14  # a cut loses at most this much of what had arrived


@dataclass(frozen=True)
class Located:
    """A verified file on this machine."""

    path: Path
    where: str  # "cache" | "mirror" | "origin" (just downloaded)
    rebuilt: bool  # the mirror's bytes are not the origin's


def offline() -> bool:
    """Say whether ``READINGROOM_OFFLINE`` forbids any attempt to connect."""
    return os.environ.get("READINGROOM_OFFLINE", "").strip().lower() not in ("", "0", "no", "false")


def by_hand(file: RemoteFile) -> str:
    """Say how a person fetches this file without the course."""
    return f"fetch {file.url} with a browser and put it at {home.cache() / file.path}"


def check(path: Path, file: RemoteFile) -> None:
    """Compare a file's length and hash with what the origin states.

    Raises
    ------
    Damaged
        If either differs.
    """
    algorithm, _, expected = file.hash.partition(":")
    length = path.stat().st_size
    if file.bytes is not None and length != file.bytes:
        raise Damaged(
            f"{path.name} has {length:,} bytes where its origin states {file.bytes:,}; "
            f"{by_hand(file)}."
        )
    if _hash(path, algorithm) != expected:
        raise Damaged(
            f"{path.name} is not the file its origin states (its {algorithm} differs); "
            f"{by_hand(file)}."
        )


def _hash(path: Path, algorithm: str) -> str:
    import hashlib

    if algorithm == "table":
        from readingroom.data import ratings

        return ratings.digest(path)
    if algorithm == "cube":
        from readingroom.data import cubes

        return cubes.digest(path)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, algorithm).hexdigest()


def local(file: RemoteFile) -> Located | None:
    """Return the verified file from cache or mirror, or None where neither has it.

    Raises
    ------
    Damaged
        If the file is there and its hash is wrong; it is never passed over in silence.
    """
    kept = home.cache() / file.path
    if kept.is_file():
        try:
            check(kept, file)
        except Damaged:
            raise Damaged(
                f"The stored file {kept} is damaged (its length or hash is wrong); delete it and "
                "run `readingroom data fetch` to get it again."
            ) from None
        return Located(kept, "cache", False)
    folder = mirror.mirror()
    if folder and (folder / file.in_mirror).is_file():
        return Located(folder / file.in_mirror, "mirror", mirror.check(folder, file))
    return None


def obtain(
    files: Iterable[RemoteFile],
    label: str,
    progress: bool = True,
    again: bool = False,
    workers: int = 4,
) -> list[Located]:
    """Return every file verified and on this machine, downloading what is missing.

    Parameters
    ----------
    files : iterable of RemoteFile
    label : str
        What the progress bar and the queue of waiting processes call them.
    progress : bool
        Draw a progress bar while bytes arrive.
    again : bool
        Download from the origin even where cache or mirror has the file.
    workers : int
        Connections at a time, for sets of many small files.

    Raises
    ------
    Damaged
        If bytes are not the origin's (or, in a mirror, not what the mirror states).
    Unreachable
        If the origin cannot be reached or the bytes stop coming.
    DataError
        If the disk is full or may not be written to.
    """
    files = list(files)
    found = {} if again else {f.path: at for f in files if (at := local(f))}
    missing = [f for f in files if f.path not in found]
    if missing:
        if offline():
            raise Unreachable(
                f"{label} is not on this machine and READINGROOM_OFFLINE forbids fetching it; "
                f"{by_hand(missing[0])}, or name a mirror in READINGROOM_MIRROR."
            )
        with home.turn(label.replace(" ", "-").replace("/", "-")):
            # Whoever waited for its turn may find the work done.
            waited = {} if again else {f.path: at for f in missing if (at := local(f))}
            missing = [f for f in missing if f.path not in waited]
            found |= waited | _download_all(missing, label, progress, workers)
    return [found[f.path] for f in files]


def _download_all(
    files: list[RemoteFile], label: str, progress: bool, workers: int
) -> dict[str, Located]:
    if not files:
        return {}
    _knock(files[0])
    if len(files) == 1:
        with bars.arriving(f"Fetching {label}", progress) as seen:
            return {files[0].path: download(files[0], seen)}
    from concurrent.futures import ThreadPoolExecutor, as_completed

    bar = bars.counting(f"Fetching {label}, files", progress)
    with bar as done, ThreadPoolExecutor(workers) as pool:
        jobs = {pool.submit(download, f): f.path for f in files}
        try:
            found = {}
            for job in as_completed(jobs):
                found[jobs[job]] = job.result()
                done(len(found), len(jobs))
            return found
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _knock(file: RemoteFile) -> None:
    """Find out within a few seconds whether the origin's door opens at all.

    A name server that does not answer can hold a connection attempt for half a minute, and no
    time-out covers that; a thread that may be left behind does.
    """
    from requests.utils import select_proxy

    proxy = None
    with contextlib.suppress(ValueError):
        from requests.utils import get_environ_proxies

        proxy = select_proxy(file.url, get_environ_proxies(file.url))
    door = urlsplit(proxy if proxy and "://" in proxy else (f"//{proxy}" if proxy else file.url))
    port = door.port or (443 if door.scheme == "https" else 80)
    answer: list[OSError | None] = []

    def knock() -> None:
        try:
            socket.create_connection((door.hostname, port), timeout=CONNECT_SECONDS).close()
            answer.append(None)
        except OSError as problem:
            answer.append(problem)

    visitor = threading.Thread(target=knock, daemon=True)
    visitor.start()
    visitor.join(CONNECT_SECONDS)
    if not answer or answer[0] is not None:
        raise _gone(file, _plain(answer[0] if answer else None))


def _plain(problem: OSError | None) -> str:
    """Why the door did not open, in words without a number of the operating system."""
    if isinstance(problem, socket.gaierror):
        return "this machine is offline, or its network does not know that address"
    if problem is None or isinstance(problem, TimeoutError):
        return f"no answer in {CONNECT_SECONDS:g} s"
    return (problem.strerror or str(problem)).lower()


def _gone(file: RemoteFile, reason: str) -> Unreachable:
    return Unreachable(
        f"{Path(file.path).name} could not be fetched from {urlsplit(file.url).hostname} "
        f"({reason}); check the network and try again, {by_hand(file)}, or name a mirror in "
        "READINGROOM_MIRROR."
    )


def download(file: RemoteFile, seen: Callable[[int, int | None], None] | None = None) -> Located:
    """Download one file from its origin, verify it, and put it into the cache by renaming.

    A cut is resumed where it happened, now or at the next call; bytes that prove wrong after a
    resumed download are fetched once more from the start before they count as wrong.

    Parameters
    ----------
    seen : callable or None
        Told (bytes just arrived, total bytes or None) as they come; negative when bytes that
        were counted are thrown away.

    Raises
    ------
    Damaged, Unreachable, DataError
        As `obtain`.
    """
    seen = seen or (lambda arrived, total: None)
    part = home.make(home.partial()) / _part_name(file)
    target = home.cache() / file.path
    resumed = part.exists()
    try:
        while True:
            resumed |= _collect(file, part, seen)
            try:
                check(part, file)
                break
            except Damaged:
                length = part.stat().st_size
                part.unlink()
                if not resumed:
                    raise Damaged(
                        f"What {urlsplit(file.url).hostname} sent as {target.name} is not the "
                        "file the course was built on (its hash differs), so it was not kept; "
                        "try again later, and report it if it stays so."
                    ) from None
                resumed = False
                seen(-length, None)
        home.make(target.parent)
        part.replace(target)
    except OSError as problem:
        with contextlib.suppress(OSError):
            part.unlink()  # a full disk needs the space back
        raise home.disk_fault(problem, home.cache()) from problem
    return Located(target, "origin", False)


def _part_name(file: RemoteFile) -> str:
    """Name an unfinished download by its place and hash, so that a later call finds it again."""
    digest = file.hash.partition(":")[2][:12]
    return f"{file.path.replace('/', '-')}-{digest}.part"


def _collect(file: RemoteFile, part: Path, seen: Callable) -> bool:
    """Bring the whole file into `part`; return whether it took more than one piece."""
    import requests

    pieces, reason = 0, ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
        had = _length(part)
        try:
            if _piece(file, part, seen):
                return pieces > 0
            reason = "the connection was cut"
            pieces += 1
        except requests.HTTPError as problem:
            status = getattr(problem.response, "status_code", 0)
            if status == 416:  # nothing after what we have: the part is not of this file
                part.unlink(missing_ok=True)
            reason = f"the server answered {status}"
            if status < 500 and status not in (408, 416, 429):
                break
        except requests.RequestException as problem:
            slow = "timed out" in str(problem)
            reason = "the server was too slow" if slow else "the connection was cut"
            if slow and _length(part) == had:
                break  # it had its chance; a lesson is waiting
            pieces += 1
    if not _length(part):
        part.unlink(missing_ok=True)
    raise _gone(file, reason)


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _piece(file: RemoteFile, part: Path, seen: Callable) -> bool:
    """Ask for what is missing and append it; return whether the file is complete."""
    import requests

    have = _length(part)
    # No compression on the way: the bytes counted must be the bytes that are hashed.
    headers = {"Accept-Encoding": "identity", "User-Agent": "readingroom"}
    if have:
        headers["Range"] = f"bytes={have}-"
    limits = (CONNECT_SECONDS, READ_SECONDS)
    with requests.get(file.url, headers=headers, stream=True, timeout=limits) as answer:
        answer.raise_for_status()
        goes_on = answer.status_code == 206 and answer.headers.get("Content-Range", "").startswith(
            f"bytes {have}-"
        )
        if not goes_on:
            have = 0
        left = answer.headers.get("Content-Length")
        total = have + int(left) if left and left.isdigit() else None
        seen(0, total)
        with part.open("ab" if goes_on else "wb") as out:
            since, arrived = time.monotonic(), 0
            for block in answer.iter_content(BLOCK):
                write(out, block)
                have, arrived = have + len(block), arrived + len(block)
                seen(len(block), total)
                elapsed = time.monotonic() - since
                if elapsed > READ_SECONDS:
                    if arrived < SLOWEST * elapsed:
                        raise requests.Timeout("timed out: too few bytes a second")
                    since, arrived = time.monotonic(), 0
        return total is None or have >= total


def write(out: Any, block: bytes) -> None:
    """Write one block; a function of its own so that a test can fill the disk."""
    out.write(block)
