"""A learner's way through the course in a real JupyterLab, from the contents to the certificate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.test_browser import Desk, opened, started

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PORT = 8941
NOT_OURS = re.compile(r"favicon|net::ERR_|Failed to load resource|ResizeObserver")
WIDTHS = (1400, 390)  # a desktop's and a phone's


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the learner works."""
    return tmp_path_factory.mktemp("walk")


@pytest.fixture(scope="module")
def lab(place: Path) -> Iterator[str]:
    """The address of the contents page."""
    with started(place, PORT) as address:
        yield address


@pytest.fixture
def films(tmp_path: Path) -> dict[str, Path]:
    """A simulated film as a PNG, and another as the DICOM file that the course exports."""
    from readingroom.reader import drawn
    from readingroom.simulator.exam import Exam
    from readingroom.simulator.export import export_dicom
    from readingroom.simulator.film import draw
    from readingroom.simulator.patient import Patient

    png = tmp_path / "from-a-telephone.png"
    Image.fromarray(drawn.scope_set().images[8]).save(png)
    patient = Patient.sample(41)
    film = draw(patient, Exam.sample(patient, 41, "Harbour"), size=256)
    return {"png": png, "dicom": export_dicom(film, tmp_path)[0]}


def see(desk: Desk, name: str) -> None:
    """Keep screenshots of what is in front, at both widths, where they are asked for."""
    for width in WIDTHS:
        desk.picture(f"walk-{name}", width)


def bring(desk: Desk, film: Path) -> tuple[str, str]:
    """Upload a film to the reader; returns what is said of it and the picture's alt sentence."""
    with desk.page.expect_file_chooser() as chooser:
        desk.notebook.get_by_role("button", name="Bring in").click()
    chooser.value.set_files(str(film))
    status = desk.notebook.locator("[role=status]", has_text=f"{film.name}: score for")
    status.wait_for()
    return status.inner_text(), status.locator("img").get_attribute("alt")


def test_from_the_contents_to_the_certificate(
    lab: str, place: Path, films: dict[str, Path], tmp_path: Path
) -> None:
    """Two films read, a wrong and a right answer, a test, the progress, and a certificate of it."""
    from readingroom.exam import blueprint

    with opened(lab, tmp_path / "profile") as desk:
        see(desk, "1-contents")
        assert "0 of" in desk.notebook.locator("table").first.inner_text()
        for width in WIDTHS:
            assert not desk.cut(desk.notebook, width)

        desk.follow("00 ·")
        desk.run('rr.lesson("00")')
        desk.run("rr.reader.FilmReader(")
        for kind, film in films.items():
            said, alt = bring(desk, film)
            see(desk, f"2-reader-{kind}")
            for width in WIDTHS:
                assert not desk.cut(desk.cell("rr.reader.FilmReader("), width)
            assert re.search(
                r"score for pneumonia 0\.\d\d \(5 networks: 0\.\d\d to 0\.\d\d\)", said
            )
            assert "with a heat map" in alt
            assert ("names its patient" in said) == (kind == "dicom")

        desk.turn_to("contents.ipynb")
        desk.follow("03 ·")
        desk.run('rr.lesson("03")')
        desk.type("acc0", "0.5")
        assert "Coin flips" in desk.reply('rr.check("dull-baseline"')
        see(desk, "3-wrong")
        desk.type("acc0", "test_y.mean()")
        assert "Right" in desk.reply('rr.check("dull-baseline"')
        see(desk, "4-right")

        desk.turn_to("contents.ipynb")
        desk.follow("Before the course")
        desk.run('rr.test("before")')
        see(desk, "5-test")
        n = len(blueprint.asked())
        desk.notebook.get_by_role("radio", name="1 B", exact=True).click()
        desk.notebook.locator("[role=status]", has_text=f"1 of {n} answered").wait_for()
        desk.type("answers", repr("B" * n))
        result = desk.run('rr.hand_in("before", answers)').inner_text()
        see(desk, "6-result")
        right = int(re.search(rf"form [AB]: (\d+) of {n} right", result).group(1))
        assert result.count("✓ right") == right
        assert result.count("○ not yet") == n - right

        desk.turn_to("contents.ipynb")
        progress = desk.run("rr.contents()").inner_text()
        see(desk, "7-progress")
        assert re.search(r"03 · .*\t1 of \d+\t", progress)
        assert "test handed in, share right" in progress

        said = desk.replace("rr.certificate(", 'rr.certificate("Ada Learner")').inner_text()
        see(desk, "8-certificate")
        assert "reading-room-certificate.pdf" in said
        assert not [one for one in desk.errors if not NOT_OURS.search(one)]
    page = PdfReader(place / "work" / "reading-room-certificate.pdf").pages[0].extract_text()
    assert "Ada Learner" in page
    assert re.search(r"03 · .*begun, not complete\n1 of \d+ exercises", page)
    assert f"{right} of {n} right" in page
    assert "films: simulated" in page
