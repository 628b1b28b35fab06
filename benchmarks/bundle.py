"""A room without Wi-Fi, tried: make the folder, then install and rehearse without any network.

Run ``python benchmarks/bundle.py --json benchmarks/bundle.json`` on Linux. The folder is made with
the network there is; installing and rehearsing happen in a network namespace of their own that
holds a loopback device and nothing else. It prints what it measured and writes a dated record.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("software", "films", "lessons")
ALONE = ["unshare", "--map-root-user", "--net"]
# kernels talk over 127.0.0.1, which a new namespace has, but switched off
LOOPBACK = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    fcntl.ioctl(probe, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))
    try:
        probe.connect(("192.0.2.1", 9))
        sys.exit("there is a way out of this namespace")
    except OSError:
        pass
os.execvp(sys.argv[1], sys.argv[1:])
"""


def timed(command: list[str], environment: dict[str, str], *, alone: bool) -> float:
    """Run a command, if asked without any network; returns seconds."""
    if alone:
        command = [*ALONE, sys.executable, "-c", LOOPBACK, *command]
    start = perf_counter()
    subprocess.run(command, check=True, env=environment, cwd=ROOT)
    return round(perf_counter() - start, 1)


def size(folder: Path) -> int:
    """Bytes of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Make, install, rehearse; print and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the record to this file")
    parser.add_argument("--lessons", nargs="*", default=[], help="rehearse these; all by default")
    parser.add_argument("--within", type=Path, help="work below this folder; a temporary one else")
    parser.add_argument("--note", default="", help="a sentence for the record")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="readingroom-room-", dir=options.within))
    here = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    # the room's machine knows nothing of this one: no mirror, no packages, a home of its own
    room = {name: value for name, value in os.environ.items()
            if name in ("PATH", "LANG", "USER", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}  # fmt: skip
    room |= {"HOME": str(work / "home"), "PYTHON": sys.executable,
             "PIP_CONFIG_FILE": os.devnull}  # fmt: skip
    (work / "home").mkdir()
    stick, target, rows = work / "stick", work / "course", work / "rows.json"
    try:
        made = timed([sys.executable, "-m", "readingroom", "bundle", str(stick)], here, alone=False)
        installed = timed(["sh", str(stick / "install.sh"), str(target)], room, alone=True)
        command = ["sh", str(target / "readingroom.sh"), "rehearse", *options.lessons]
        rehearsed = timed([*command, "--json", str(rows)], room, alone=True)
        kept = ("lesson", "cohort", "seconds", "peak_mb", "passed")
        record = {
            "date": date.today().isoformat(),
            "note": options.note,
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "stick_gb": {
                part: round(size(stick / part) / 1e9, 2)
                for part in ("software", "films", "lessons")
            },
            "installed_gb": round(size(target) / 1e9, 2),
            "wheels": len(list((stick / "software").glob("*.whl"))),
            "seconds": {"make": made, "install": installed, "rehearse": rehearsed},
            "rehearsal": [
                {key: row[key] for key in kept} for row in json.loads(rows.read_text("utf-8"))
            ],
        }
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(json.dumps(record, indent=1))
    if options.json:
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
