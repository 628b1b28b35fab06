"""The film reader as a page of its own, for a talk: ``readingroom reader`` serves it with Voila."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from readingroom.reader.networks import REAL
from readingroom.reader.widget import FilmReader

TITLE = "Reading Room: the film reader"
ABOUT = (
    "# The film reader\n\nFive small networks, trained on chest films of children aged 1 to 5 from "
    "one hospital, score any film you bring. They score it whatever it is: that is the lesson. A "
    "score is a rank, not a probability.\n\n**For teaching. Never for clinical use.**"
)
FILMS = "films.npz"  # beside the notebook; Voila runs it in that folder
CODE = f"""from readingroom.reader import page

page.widget("{FILMS}")"""


class NoVoila(RuntimeError):
    """Voila is not installed."""


def widget(films: str | Path) -> FilmReader:
    """The reader with the films that `notebook` kept, read by the networks of real films."""
    with np.load(films) as kept:
        return FilmReader(kept["images"], kept["titles"].tolist(), networks=REAL)


def notebook(path: Path, images: np.ndarray, titles: Sequence[str]) -> None:
    """Write the page's notebook, and beside it the films that its widget begins with.

    Parameters
    ----------
    path : path
        The notebook.
    images : ndarray, (N, S, S) uint8
    titles : sequence of str
        What each film is.
    """
    from readingroom.nbformats import nbformat

    cells = [nbformat.v4.new_markdown_cell(ABOUT), nbformat.v4.new_code_cell(CODE)]
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python",
    }  # fmt: skip
    book.metadata["title"] = TITLE
    nbformat.write(book, path)
    np.savez(path.with_name(FILMS), images=images, titles=np.array(titles))


def need_voila() -> None:
    """Raise `NoVoila`, which says how to install it, where the page cannot be served."""
    if importlib.util.find_spec("voila") is None:
        raise NoVoila("The page needs Voila, which is not installed. Run: pip install voila")


def serve(images: np.ndarray, titles: Sequence[str], port: int = 8866, browser: bool = True) -> int:
    """Serve the page on this machine until Ctrl+C.

    Parameters
    ----------
    images : ndarray, (N, S, S) uint8
        Films to begin with; the talk brings its own.
    titles : sequence of str
        What each film is.
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
    need_voila()
    with tempfile.TemporaryDirectory(prefix="readingroom-reader-") as folder:
        path = Path(folder) / "film-reader.ipynb"
        notebook(path, images, titles)
        command = [sys.executable, "-m", "voila", str(path), f"--port={port}",
                   "--Voila.ip=127.0.0.1", "--theme=light", "--Voila.log_level=ERROR"]  # fmt: skip
        try:
            return subprocess.call(command + ["--no-browser"] * (not browser))
        except KeyboardInterrupt:
            return 0
