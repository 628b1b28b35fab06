"""Films, readings and tools that the tests of the node share."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from readingroom.data import greys
from readingroom.node import study
from readingroom.node.results import Results, answer
from readingroom.reader import Reading, read_film

SIZE = 160


def dcmtk(program: str) -> str:
    """The path of one of dcmtk's programs; pynetdicom has some of the same names."""
    for folder in ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"):
        found = shutil.which(program, path=folder)
        if found:
            said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
            if "dcmtk" in said:
                return found
    pytest.skip(f"dcmtk's {program} is missing; on Debian: apt-get install dcmtk")


@pytest.fixture(scope="session")
def sent() -> study.Study:
    """A study of two films with one consolidation."""
    return study.simulated(1, films=2, size=SIZE)


@pytest.fixture(scope="session")
def reading(sent) -> Reading:
    """What the simulated networks make of its first film."""
    return read_film(greys.picture(sent.films[0]), "simulated-128")


@pytest.fixture(scope="session")
def answered(sent, reading) -> Results:
    """The three results of its first film."""
    return answer(sent.films[0], reading)


@pytest.fixture(scope="session")
def written(sent, answered, tmp_path_factory) -> list[Path]:
    """Both films and the three results as files."""
    folder = tmp_path_factory.mktemp("objects")
    paths = []
    for number, data in enumerate([*sent.films, *answered]):
        paths.append(folder / f"{number}-{data.Modality}.dcm")
        data.save_as(paths[-1], enforce_file_format=True)
    return paths
