"""The DICOM node under load and under faults: what it lost, in which order it answered, how fast.

Run ``python benchmarks/node.py``; it draws simulated films and sends them to ``readingroom node``
in a process of its own, with an archive of this process as receiver: four senders at once, a sender
that breaks off, a receiver that is down, a full disk, and kills without warning. It stops with an
error where anything acknowledged is lost, out of order, or answered under another number, and
writes ``benchmarks/node.json``. ``tests/node`` does the same on a small scale.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from filelock import FileLock
from pydicom.dataset import FileDataset

from readingroom.node import Address, Archive, NodeError, Service, client, instance_uid, study
from readingroom.node.spool import Spool

RECORD = Path(__file__).with_name("node.json")
NETWORKS = "simulated-128"
SENDERS, PER_STUDY, SIZE = 4, 5, 256
LONG = 1800.0  # seconds until a part that does not end has failed
PARTS = ("load", "a_sender_breaks_off", "the_receiver_is_down", "a_full_disk", "killed")
SMALL_DISK = 120  # MB of the disk that is filled


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Node:
    """The command in a process of its own, which can be killed and started again."""

    def __init__(self, to: Address, folder: Path) -> None:
        self.to, self.folder, self.port = to, folder, free_port()
        self.address = Address("AI", "127.0.0.1", self.port)

    def start(self) -> Node:
        """Start it and wait until it listens."""
        words = ["node", "--to", str(self.to), "--port", str(self.port), "--folder", self.folder]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "readingroom", *map(str, words)], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        for line in self.process.stdout:
            if "End: Ctrl+C" in line:
                return self
        raise AssertionError("the node did not start")

    def kill(self) -> None:
        """Without warning."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As a service is ended."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(120) == 0, "the node did not end in peace"

    def log(self) -> list[str]:
        """Every line that it wrote."""
        return (self.folder / "node.log").read_text("utf-8").splitlines()

    def counts(self) -> dict[str, int]:
        """What its journal says; only while it does not run."""
        spool = Spool(self.folder)
        try:
            return spool.counts()
        finally:
            spool.close()


def drawn(films: int) -> list[study.Study]:
    """Studies of five films each; half of the patients have a consolidation."""
    found = []
    for number in range(-(-films // PER_STUDY)):
        findings = ("consolidation",) if number % 2 else ()
        found.append(study.simulated(700 + number, findings, PER_STUDY, size=SIZE))
    return found


def send_all(films: list[FileDataset], to: Address, acknowledged: list[str]) -> None:
    """Send until each film is acknowledged; whatever was not, is sent again, in order."""
    left, end = list(films), time.monotonic() + LONG
    while left and time.monotonic() < end:
        try:
            with client.association(to, client.contexts_for(left), "MODALITY", 30) as talk:
                while left:
                    answer = talk.send_c_store(left[0])
                    if answer.get("Status") != 0:
                        raise NodeError("not now")
                    acknowledged.append(str(left.pop(0).SOPInstanceUID))
        except (NodeError, RuntimeError, ValueError):
            time.sleep(0.2)
    assert not left, f"{len(left)} films could not be sent"


def at_once(studies: list[study.Study], to: Address) -> tuple[list[str], float]:
    """Four senders at the same time, each with every fourth study: acknowledged films, seconds."""
    lists: list[list[str]] = [[] for _ in range(SENDERS)]
    threads = [
        threading.Thread(
            target=send_all,
            args=([f for one in studies[i::SENDERS] for f in one.films], to, lists[i]),
        )
        for i in range(SENDERS)
    ]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [uid for one in lists for uid in one], time.monotonic() - start


def until_answered(pacs: Archive, node: Node, studies: list[study.Study]) -> float:
    """Wait until each film has its report or a line that refuses it; seconds of waiting."""
    start = time.monotonic()
    while missing(pacs, node, studies):
        if time.monotonic() > start + LONG:
            raise AssertionError(f"no answer for {missing(pacs, node, studies)[:3]}")
        time.sleep(0.2)
    time.sleep(1.0)  # the picture comes after the report
    return time.monotonic() - start - 1.0


def missing(pacs: Archive, node: Node, studies: list[study.Study]) -> list[str]:
    """Films without a report in the archive and without a line that refuses them."""
    there = set(pacs.arrivals)
    refused = " ".join(line for line in node.log() if "refused" in line)
    return [
        str(film.SOPInstanceUID) for one in studies for film in one.films
        if instance_uid(film, NETWORKS, "SC") not in there
        and str(film.SOPInstanceUID) not in refused
    ]  # fmt: skip


def in_order(pacs: Archive, studies: list[study.Study]) -> None:
    """Within each study reports arrive in the order in which the films were sent."""
    first = {uid: place for place, uid in reversed(list(enumerate(pacs.arrivals)))}
    for one in studies:
        reports = [instance_uid(film, NETWORKS, "SR") for film in one.films]
        places = [first[uid] for uid in reports if uid in first]
        assert places == sorted(places), f"study {one.uid} was answered out of order"


def held(pacs: Archive, counts: dict[str, int], films: int) -> dict:
    """What came of the films, by the journal and by what the archive has; they must agree."""
    answered, refused = counts.get("films answered", 0), counts.get("films refused", 0)
    assert answered + refused == films, counts
    assert counts.get("films received", 0) == counts.get("results waiting", 0) == 0, counts
    sent = counts["results sent"]
    assert len(pacs) == sent and counts.get("results declined", 0) == 0, (len(pacs), counts)
    return {"films": films, "answered": answered, "refused_by_the_gate": refused,
            "results": sent, "lost": 0, "out_of_order": 0}  # fmt: skip


def load(place: Path, studies: list[study.Study]) -> dict:
    """Four senders at once."""
    films = sum(len(one.films) for one in studies)
    with Archive("PACS", place / "pacs") as pacs:
        node = Node(pacs.address, place / "node").start()
        uids, sending = at_once(studies, node.address)
        assert len(set(uids)) == films
        rest = until_answered(pacs, node, studies)
        node.stop()
        in_order(pacs, studies)
        assert len(pacs.arrivals) == len(pacs), "a result was sent twice without need"
        found = held(pacs, node.counts(), films)
    return {**found, "senders": SENDERS, "seconds_to_acknowledge": round(sending, 1),
            "seconds_to_the_last_result": round(sending + rest, 1)}  # fmt: skip


def breaking_off(place: Path, studies: list[study.Study]) -> dict:
    """Three films of five, then the line goes; and once in the middle of a film."""
    one, other = studies[0], studies[1]
    with Archive("PACS", place / "pacs") as pacs:
        node = Node(pacs.address, place / "node").start()
        with client.association(node.address, client.contexts_for(one.films)) as talk:
            for film in one.films[:3]:
                assert talk.send_c_store(film).Status == 0
            talk.abort()
        with client.association(node.address, client.contexts_for(other.films)) as talk:
            line, plain, passed = talk.dul.socket, talk.dul.socket.send, [0]

            def half(raw: bytes) -> None:
                passed[0] += len(raw)
                if passed[0] > 40_000 and line.socket:
                    line.socket.shutdown(socket.SHUT_RDWR)
                plain(raw)

            line.send = half
            talk.send_c_store(other.films[0])
        kept = study.Study(one.films[:3])
        until_answered(pacs, node, [kept])
        in_order(pacs, [kept])
        said = [line for line in node.log() if "broke off" in line]
        node.stop()
        found = held(pacs, node.counts(), 3)
    assert len(said) == 2 and "came in part and is not kept" in said[1], said
    return {**found, "broken_off": 2, "lines_that_say_so": len(said)}


def down(place: Path, studies: list[study.Study]) -> dict:
    """The receiver is down while the films come, and starts later."""
    films = sum(len(one.films) for one in studies)
    with Archive("PACS") as gone:
        there = gone.address
    node = Node(there, place / "node").start()
    at_once(studies, node.address)
    time.sleep(8)
    tries = sum("results are kept, next try" in line for line in node.log())
    assert tries >= 2, "it did not try again"
    with Archive("PACS", place / "pacs", there.port) as pacs:
        waited = until_answered(pacs, node, studies)
        node.stop()
        in_order(pacs, studies)
        found = held(pacs, node.counts(), films)
    return {**found, "tries_in_vain": tries, "seconds_until_all_had_arrived": round(waited, 1)}


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[str]:
    """A disk of few megabytes where this may be mounted; else a seam says so."""
    place.mkdir()
    told = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(told, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield f"tmpfs of {SMALL_DISK} MB" if mounted else "reserve set above what is free"
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)


def full(place: Path, studies: list[study.Study]) -> dict:
    """The disk fills while films come; later there is room again."""
    import shutil

    films = [film for one in studies for film in one.films]
    room = sum(len(film.PixelData) for film in films) // 2 + 2**19
    with Archive("PACS", place / "pacs") as pacs, small_disk(place / "disk") as how:
        mounted = how.startswith("tmpfs")
        free = shutil.disk_usage(place / "disk").free
        with Service(pacs.address, place / "disk" / "node",
                     reserve=0 if mounted else free - room) as node:  # fmt: skip
            filler = place / "disk" / "filler"
            if mounted:
                filler.write_bytes(b"\0" * (shutil.disk_usage(node.folder).free - room))
            statuses = client.send(films, node.address)
            if mounted:
                filler.unlink()
            else:
                node._arrival.reserve = 0
            taken = [film for film, status in zip(films, statuses, strict=True) if status == 0]
            refused = [line for line in node.log if "A700" in line]
            assert set(statuses) == {0, 0xA700}, set(statuses)
            assert len(refused) == statuses.count(0xA700), (len(refused), statuses.count(0xA700))
            assert node.wait(LONG), node.spool.counts()
            in_order(pacs, [study.Study(tuple(taken))])
            left = client.send([f for f in films if f not in taken], node.address)
            assert set(left) == {0} and node.wait(LONG)
            found = held(pacs, node.spool.counts(), len(films))
    return {**found, "disk": how, "acknowledged_before_it_was_full": len(taken),
            "refused_with_A700_and_said": len(refused)}  # fmt: skip


def killed(place: Path, studies: list[study.Study], kills: int) -> dict:
    """SIGKILL at random moments while four senders send; started again each time."""
    films = sum(len(one.films) for one in studies)
    moments = random.Random(10)
    with Archive("PACS", place / "pacs") as pacs:
        node = Node(pacs.address, place / "node").start()
        uids: list[str] = []
        sending = threading.Thread(target=lambda: uids.extend(at_once(studies, node.address)[0]))
        sending.start()
        after, while_sending = [], 0
        for _ in range(kills):
            moment = moments.uniform(0.3, 4.0)
            time.sleep(moment)
            while_sending += sending.is_alive()
            node.kill()
            after.append(round(moment, 1))
            node.start()
        sending.join()
        assert len(set(uids)) == films
        until_answered(pacs, node, studies)
        node.stop()
        in_order(pacs, studies)
        counts = node.counts()
        repeated = len(pacs.arrivals) - len(pacs)
        found = held(pacs, counts, films)
    return {**found, "kills": kills, "kills_while_films_came": while_sending,
            "killed_after_seconds": after,
            "results_sent_again_under_their_own_number": repeated}  # fmt: skip


def main() -> None:
    """Measure each part, print it, and put it into the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=500)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS,
                        help="measure these anew and keep the others of the record")  # fmt: skip
    parser.add_argument("--json", type=Path, default=RECORD, help="where the record goes")
    asked = parser.parse_args()
    some = max(10, asked.films // 5)
    studies = drawn(asked.films if "load" in asked.parts else some)
    few = studies[: some // PER_STUDY]
    found: dict[str, dict] = {}
    parts: dict[str, Callable[[Path], dict]] = {
        "load": lambda place: load(place, studies),
        "a_sender_breaks_off": lambda place: breaking_off(place, studies),
        "the_receiver_is_down": lambda place: down(place, few),
        "a_full_disk": lambda place: full(place, studies[:5]),
        "killed": lambda place: killed(place, few, asked.kills),
    }
    with tempfile.TemporaryDirectory(prefix="readingroom-node-") as folder:
        for name in asked.parts:
            part = parts[name]
            place, start = Path(folder) / name, time.monotonic()
            place.mkdir()
            load_before = round(os.getloadavg()[0], 1)
            came = part(place)
            found[name] = {
                "date": datetime.now(UTC).date().isoformat(),
                **came,
                "seconds": round(time.monotonic() - start, 1),
                "machine_load_before": load_before,
            }
            print(name, json.dumps(found[name]), flush=True)
    told = {
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("pynetdicom", "highdicom", "pydicom")},
        "cores": os.cpu_count(),
        "film": f"{SIZE} x {SIZE} pixels, 12 bits, simulated",
        "networks": NETWORKS,
    }
    with FileLock(f"{asked.json}.lock"):  # parts may be measured beside each other
        kept = json.loads(asked.json.read_text("utf-8")) if asked.json.is_file() else {}
        record = {**told, **{name: kept[name] for name in PARTS if name in kept}, **found}
        asked.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    Path(f"{asked.json}.lock").unlink(missing_ok=True)
    print(f"Written: {asked.json}")


if __name__ == "__main__":
    main()
