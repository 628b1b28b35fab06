"""One version everywhere, a changelog that knows it, and a citation that can be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

from readingroom import __version__

REPOSITORY = Path(__file__).resolve().parents[1]


def test_the_version_is_the_same_everywhere():
    """The project file reads the package's number; citation and changelog carry it too."""
    told = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text("utf-8"))
    assert told["project"]["dynamic"] == ["version"] and "version" not in told["project"]
    package = REPOSITORY / told["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"' in package.read_text("utf-8")
    assert citation["version"] == __version__
    assert f"## {__version__}, " in (REPOSITORY / "CHANGELOG.md").read_text("utf-8")


def test_the_citation_has_what_the_format_asks_for():
    """Version of the format, a message, a title and an author; licences as the project's."""
    citation = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text("utf-8"))
    assert citation["cff-version"] == "1.2.0" and citation["type"] == "software"
    assert all(citation[key] for key in ("message", "title", "authors", "keywords"))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    assert " AND ".join(citation["license"]) == project["license"]
    assert [author["name"] for author in project["authors"]] == [
        author["name"] for author in citation["authors"]
    ]


def test_the_changelog_opens_with_what_is_not_released():
    """Newest first: an open section, then versions that fall, each with its date."""
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    heads = re.findall(r"^## (.+)$", text, re.M)
    assert heads[0] == "Unreleased"
    versions = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+), \d{4}-\d\d-\d\d", head) for head in heads[1:]]
    assert all(versions)
    numbers = [tuple(map(int, found.groups())) for found in versions]
    assert numbers == sorted(numbers, reverse=True)


def test_every_public_function_has_a_page():
    """What lessons call is documented in the book, and every documented name is there."""
    import importlib
    import inspect
    import sys

    import readingroom

    sys.path.insert(0, str(REPOSITORY / "book"))
    try:
        api = importlib.import_module("api")
    finally:
        sys.path.pop(0)
    rooms = {name for name in readingroom.__all__ if inspect.ismodule(getattr(readingroom, name))}
    assert set(api.ROOMS) == rooms
    assert set(api.top()) | rooms == set(readingroom.__all__)
    for room in rooms:
        names = api.public(room)
        assert names and not any(name.startswith("_") for name in names)
    for page in sorted((REPOSITORY / "book" / "lessons").glob("*.md")):
        for room, name in re.findall(r"\brr\.([a-z]+)\.(\w+)\(", page.read_text("utf-8")):
            assert name in api.public(room), f"{page.name} calls rr.{room}.{name}"
    assert {"auc", "share", "Estimate"} <= set(api.public("metrics"))
    assert {"load", "Cohort"} <= set(api.public("data"))
