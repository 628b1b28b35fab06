"""DICOMweb without a server: a folder that answers dicomweb-client as a web archive would."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dicomweb_client.api import DICOMfileClient


@contextmanager
def web_folder() -> Iterator[DICOMfileClient]:
    """A client to store, find and fetch with, as with `dicomweb_client.DICOMwebClient`.

    No port is opened. The folder and all that was stored go with the ``with`` block.

    Yields
    ------
    DICOMfileClient
    """
    with tempfile.TemporaryDirectory(prefix="readingroom-web-") as place:
        # without the slashes of a full address, which the client takes for a folder on Windows
        yield DICOMfileClient(f"file:{Path(place).as_posix()}", in_memory=True)
