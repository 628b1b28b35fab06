"""The film reader as a widget: pick a film or drop one in, and see what the networks say."""

from __future__ import annotations

import html
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np

from readingroom.data.errors import DataError
from readingroom.reader.reading import NOT_FOR_CLINICAL_USE, NoFilm, read_film
from readingroom.show.reading import as_html

ENDINGS = ".png,.jpg,.jpeg,.dcm,.dicom,.dic"
LARGEST_FILE = 60_000_000  # bytes
NARROW = "calc(100% - 4px)"  # of a telephone; each control has margins of 2 px


class FilmReader(widgets.VBox):
    """A list of films, a button to bring one in, and the reading below.

    All of it is reached with the Tab key; the reading is announced to a screen reader.

    Parameters
    ----------
    films : ndarray, (N, S, S) uint8, optional
        Films to choose from.
    titles : sequence of str
        One for each.
    networks : str, optional
        See `readingroom.reader.read_film`.
    """

    def __init__(
        self,
        films: np.ndarray | None = None,
        titles: Sequence[str] = (),
        networks: str | None = None,
    ) -> None:
        self.films = films if films is not None else ()
        self.networks = networks
        self.last: Any = None
        names = list(titles) or [f"film {i}" for i in range(len(self.films))]
        self.choice = widgets.Dropdown(
            options=[(name, i) for i, name in enumerate(names)] or [("no film yet", -1)],
            description="Film:",
            style={"description_width": "initial"},  # a narrow screen has no room to spare
            layout=widgets.Layout(width="26em", max_width=NARROW),
        )
        self.upload = widgets.FileUpload(
            accept=ENDINGS,
            multiple=False,
            description="Bring in a PNG, JPEG or DICOM",
            layout=widgets.Layout(width="20em", max_width=NARROW),
        )
        self.result = widgets.HTML()
        warning = widgets.HTML(
            f"<b>{NOT_FOR_CLINICAL_USE}</b> The film stays on the machine that runs this notebook, "
            "and nothing of it is kept."
        )
        # on a telephone the button stands below the list
        row = widgets.HBox(
            [self.choice, self.upload], layout=widgets.Layout(flex_flow="row wrap", width="100%")
        )
        super().__init__([warning, row, self.result], layout=widgets.Layout(max_width="100%"))
        self.choice.observe(lambda change: self.pick(change["new"]), "value")
        self.upload.observe(self._brought, "value")
        if len(self.films):
            self.pick(0)
            self.pick(0)  # the first time loads torch and networks, which is no film's time

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict:
        """The widget; where it cannot live, as in a book, a sentence."""
        return {**super()._repr_mimebundle_(), "text/plain": "The film reader needs a kernel."}

    def pick(self, number: int | None) -> None:
        """Read one of the films of the list; None stands for a film that was brought in."""
        if number is not None and number >= 0:
            self._read(self.films[number], self.choice.label)

    def bring(self, name: str, content: bytes) -> None:
        """Read a film that was dropped in.

        Parameters
        ----------
        name : str
            Its file name.
        content : bytes
            The file.
        """
        if len(content) > LARGEST_FILE:
            self._say(f"{name} has {len(content) / 1e6:.0f} MB; a film has less than 60.")
            return
        with tempfile.TemporaryDirectory(prefix="readingroom-film-") as folder:
            # only the ending of a stranger's file name is used
            path = Path(folder) / f"your-film{Path(name).suffix.lower()[:8]}"
            path.write_bytes(content)
            self._read(path, Path(name).name[:60])

    def _brought(self, change: dict) -> None:
        if change["new"]:
            one = change["new"][0]
            self.choice.value = None  # none of the list is shown, and each can be picked again
            self.bring(one["name"], bytes(one["content"]))

    def _read(self, film: Any, title: str) -> None:
        start = time.perf_counter()
        try:
            self.last = read_film(film, self.networks)
        except NoFilm as problem:
            self._say(str(problem).replace("your-film", title.rsplit(".", 1)[0]))
            return
        except DataError as problem:
            self._say(str(problem))
            return
        picture = as_html(self.last, title)
        seconds = time.perf_counter() - start
        self.result.value = (
            f'<div role="status">{picture}<p>{html.escape(f"{title}: {self.last}")} '
            f"From file to picture: {seconds:.1f} s.</p></div>"
        )

    def _say(self, sentence: str) -> None:
        self.last = None
        self.result.value = (
            '<div role="status" style="border-left:6px solid #b2521a;padding:.5em .9em">'
            f"<b>Not read.</b> {html.escape(sentence)}</div>"
        )
