"""Compare every file of this folder with SHA256SUMS; needs nothing but Python."""

import hashlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def main():
    """Print what is damaged or missing; exit with 1 if anything is, or if Python does not fit."""
    made_for = (HERE / "PYTHON").read_text("utf-8").strip()
    here = "%s.%s" % sys.version_info[:2]  # noqa: UP031 (an old Python must be able to read this)
    if here != made_for:
        sys.exit(
            "This folder was made for Python " + made_for + " and this is " + here + ": name the "
            "right one in the variable PYTHON, or ask for a folder made for " + here + "."
        )
    bad = []
    for line in (HERE / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = HERE / name
        if not path.is_file():
            bad.append(name + " is missing")
            continue
        found = hashlib.sha256()
        with path.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                found.update(block)
        if found.hexdigest() != digest:
            bad.append(name + " is damaged")
    if bad:
        sys.exit("Copy the folder again: " + "; ".join(bad[:5]))
    print("Every file of the folder is whole.")


main()
