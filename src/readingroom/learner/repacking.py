"""The installed course as a wheel again, for a stick made where there is no checkout."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from importlib import metadata
from pathlib import Path

NAME = "readingroom"
OF_AN_INSTALLATION = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"}  # not of a wheel


def _belongs(file: metadata.PackagePath) -> bool:
    """Whether an installed file was in the wheel: pip adds its own notes, scripts and caches."""
    ours = file.parent.suffix != ".dist-info" or file.name not in OF_AN_INSTALLATION
    return ours and ".." not in file.parts and "__pycache__" not in file.parts


def repack(target: Path, found: metadata.Distribution | None = None) -> Path:
    """Write the wheel from which the course was installed.

    Parameters
    ----------
    target : Path
        Folder for the wheel.
    found : importlib.metadata.Distribution, optional
        The installation; by default that of this Python.

    Returns
    -------
    Path

    Raises
    ------
    LookupError
        The course is not installed here.
    """
    found = found or metadata.distribution(NAME)
    files = [file for file in found.files or () if _belongs(file)]
    described = [file for file in files if file.parent.suffix == ".dist-info"]
    if not described:
        raise LookupError(f"{NAME} has no record of its files")
    path = target / f"{NAME}-{found.version}-py3-none-any.whl"
    record = f"{described[0].parent.as_posix()}/RECORD"
    lines = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in files:
            content = Path(file.locate()).read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
            lines.append(f"{file.as_posix()},sha256={digest},{len(content)}")
            wheel.writestr(file.as_posix(), content)
        wheel.writestr(record, "\n".join([*lines, f"{record},,", ""]))
    return path
