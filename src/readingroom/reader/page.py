"""The film reader as a page of its own, for a talk: ``readingroom reader`` serves it with Voila."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

TITLE = "Reading Room: the film reader"
ABOUT = (
    "# The film reader\n\nFive small networks, trained on chest films of children aged 1 to 5 from "
    "one hospital, score any film you bring. They score it whatever it is: that is the lesson. A "
    "score is a rank, not a probability.\n\n**For teaching. Never for clinical use.**"
)
CODE = """from readingroom.reader import page

page.widget()"""


class NoVoila(RuntimeError):
    """Voila is not installed."""


def widget():
    """The reader with some simulated films to begin with, read by the networks of real films."""
    from readingroom.lessons.l00.drawn import scope_set
    from readingroom.reader.networks import REAL
    from readingroom.reader.widget import FilmReader

    scope = scope_set()
    titles = [f"simulated film {i}, {age} years" for i, age in enumerate(scope.ages)]
    return FilmReader(scope.images, titles, networks=REAL)


def notebook(path: Path) -> None:
    """Write the page's notebook: a sentence, and the widget."""
    import nbformat

    cells = [nbformat.v4.new_markdown_cell(ABOUT), nbformat.v4.new_code_cell(CODE)]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python",
    }  # fmt: skip
    book.metadata["title"] = TITLE
    nbformat.write(book, path)


def serve(port: int = 8866, browser: bool = True) -> int:
    """Serve the page on this machine until Ctrl+C.

    Parameters
    ----------
    port : int
        Where to listen, on 127.0.0.1 only.
    browser : bool
        Open a browser.

    Returns
    -------
    int
        Voila's exit code.

    Raises
    ------
    NoVoila
        It is not installed; the message says how to install it.
    """
    if importlib.util.find_spec("voila") is None:
        raise NoVoila("The page needs Voila, which is not installed. Run: pip install voila")
    with tempfile.TemporaryDirectory(prefix="readingroom-reader-") as folder:
        path = Path(folder) / "film-reader.ipynb"
        notebook(path)
        command = [sys.executable, "-m", "voila", str(path), f"--port={port}",
                   "--Voila.ip=127.0.0.1", "--theme=light", "--Voila.log_level=ERROR"]  # fmt: skip
        try:
            return subprocess.call(command + ["--no-browser"] * (not browser))
        except KeyboardInterrupt:
            return 0
