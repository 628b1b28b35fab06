"""Compare every file of this folder with SHA256SUMS; needs nothing but Python."""

import hashlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
WANTED = (3, 11)


def main():
    """Print what is damaged or missing; exit with 1 if anything is, or if Python is too old."""
    if sys.version_info < WANTED:
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0])
    bad = []
    for line in (HERE / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = HERE / name
        if not path.is_file():
            bad.append(name + " is missing")
            continue
        found = hashlib.sha256()
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                found.update(block)
        if found.hexdigest() != digest:
            bad.append(name + " is damaged")
    if bad:
        sys.exit("Copy the folder again: " + "; ".join(bad[:5]))
    print("Every file of the folder is whole.")


main()
