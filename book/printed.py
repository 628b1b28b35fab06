"""Print the book's parts and lessons as PDF, for a teacher: ``python book/printed.py SITE OUT``.

SITE is the built book, such as ``book/_build/html``. Chromium prints what the page shows: answers
that are folded away stay folded.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from readingroom import files

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
DATE = re.compile(rb"\(D:[^)]*\)")
PAGES = ("generated/parts", "generated/lessons")


class CannotPrint(Exception):
    """No browser, no pages, or the browser failed; the message says what to do."""


def browser() -> str:
    """The Chromium of this machine.

    Raises
    ------
    CannotPrint
        There is none.
    """
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise CannotPrint("There is no Chromium on this machine; install it, or print with another.")


def printed(site: Path, out: Path) -> list[Path]:
    """Print each part's page, and each lesson's, into a folder.

    Parameters
    ----------
    site : Path
        The built book.
    out : Path
        Made if it is not there; another PDF of the same name is kept aside.

    Returns
    -------
    list of Path
        The PDFs.

    Raises
    ------
    CannotPrint
        There is no browser, `site` has no parts, or a page could not be printed.
    """
    pages = [page for folder in PAGES for page in sorted((site / folder).glob("*.html"))]
    if not pages:
        raise CannotPrint(f"{site} holds no pages of the book's parts; build the book first.")
    program = browser()
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for page in pages:
        pdf = out / f"{page.stem}.pdf"
        with tempfile.TemporaryDirectory() as profile:
            draft = Path(profile, pdf.name)
            done = subprocess.run(
                [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                 "--disable-background-networking", f"--user-data-dir={profile}",
                 "--no-pdf-header-footer", f"--print-to-pdf={draft}",
                 page.resolve().as_uri()], capture_output=True, text=True, timeout=180,
            )  # fmt: skip
            if done.returncode or not draft.is_file():
                raise CannotPrint(f"{page.name} could not be printed: {done.stderr.strip()[-300:]}")
            new = draft.read_bytes()
        # the same page, printed on another day, takes no older one's place
        same = pdf.is_file() and DATE.sub(b"", pdf.read_bytes()) == DATE.sub(b"", new)
        if not same and (said := files.give(pdf, new)):
            print(said, file=sys.stderr)
        made.append(pdf)
    return made


def main() -> int:
    """Print what the command line names; 1 with a sentence where it cannot be done."""
    asked = argparse.ArgumentParser(description="Print the book's parts and lessons as PDF.")
    asked.add_argument("site", type=Path)
    asked.add_argument("out", type=Path)
    given = asked.parse_args()
    try:
        for pdf in printed(given.site, given.out):
            print(pdf)
    except (CannotPrint, OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
