"""A learner's way through the course in a real JupyterLab, from the contents to the certificate."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from readingroom.reader.networks import REAL
from readingroom.reader.reading import read_film
from tests.suite.kernels import WarmKernel
from tests.test_browser import Desk, opened, started

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PORT = 8951  # another than test_mouse.py's, which another worker may run
NOT_OURS = re.compile(r"favicon|net::ERR_|Failed to load resource|ResizeObserver")
WIDTHS = (1400, 390)  # a desktop's and a phone's


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the learner works."""
    return tmp_path_factory.mktemp("walk")


@pytest.fixture(scope="module")
def lab(place: Path, warm_kernel: WarmKernel) -> Iterator[str]:
    """The address of the contents page."""
    with started(place, PORT, warm=warm_kernel) as address:
        yield address


@pytest.fixture
def films(tmp_path: Path) -> dict[str, Path]:
    """A simulated film as a PNG, and another as the DICOM file that the course exports."""
    from readingroom.lessons.l00 import simulated
    from readingroom.simulator.exam import Exam
    from readingroom.simulator.export import export_dicom
    from readingroom.simulator.film import draw
    from readingroom.simulator.patient import Patient

    png = tmp_path / "from-a-telephone.png"
    Image.fromarray(simulated.scope_set().images[8]).save(png)
    patient = Patient.sample(41)
    film = draw(patient, Exam.sample(patient, 41, "Harbour"), size=256)
    return {"png": png, "dicom": export_dicom(film, tmp_path)[0]}


def see(desk: Desk, name: str) -> None:
    """Keep screenshots of what is in front, at both widths, where they are asked for."""
    for width in WIDTHS:
        desk.picture(f"walk-{name}", width)


def pixels(markup: str) -> np.ndarray:
    """The picture in some HTML, (H, W) greys."""
    png = re.search(r"data:image/png;base64,([^\"]+)", markup).group(1)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("L"), float)


def likeness(shown: np.ndarray, film: np.ndarray) -> float:
    """Correlation of the left panel of a reader's picture with a film."""
    height, width = shown.shape
    rows, columns = (slice(int(a * n), int(b * n))
                     for (a, b), n in (((0.12, 0.75), height), ((0.04, 0.46), width)))  # fmt: skip
    side = film.shape[0]
    seen = film[: int(side * 0.9)]  # the line at the foot of the picture hides the film's
    both = [np.asarray(Image.fromarray(one.astype(np.uint8)).resize((48, 48)), float).ravel()
            for one in (shown[rows, columns], seen)]  # fmt: skip
    return float(np.corrcoef(*both)[0, 1]) if min(one.std() for one in both) else 0.0


def same_reading(film: Path, said: str, markup: str) -> None:
    """The score and the picture shown are those of this file, read here."""
    here = read_film(film, REAL)
    assert f"score for pneumonia {here.score:.2f} " in said
    assert likeness(pixels(markup), here.seen) > 0.88, "another picture than this film's"


def bring(desk: Desk, film: Path) -> tuple[str, str, str]:
    """Upload a film; returns what is said of it, the picture's alt sentence, and the markup."""
    with desk.page.expect_file_chooser() as chooser:
        desk.notebook.get_by_role("button", name="Bring in").click()
    chooser.value.set_files(str(film))
    status = desk.notebook.locator(
        "[role=status]",
        has_text=re.compile(rf"{re.escape(film.name)}: (OUT OF SCOPE\..*)?score for", re.S),
    )
    status.wait_for()
    alt = status.locator("img").get_attribute("alt")
    return status.inner_text(), alt, status.inner_html()


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
            said, alt, markup = bring(desk, film)
            same_reading(film, said, markup)
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
        assert "tossing a coin" in desk.reply('rr.check("dull-baseline"')
        see(desk, "3-wrong")
        desk.type("acc0", "test_y.mean()")
        assert "Right" in desk.reply('rr.check("dull-baseline"')
        see(desk, "4-right")

        desk.turn_to("contents.ipynb")
        desk.follow("Before the course")
        desk.run('rr.test("before")')
        see(desk, "5-test")
        n = len(blueprint.asked())
        desk.notebook.get_by_role("radio").nth(1).click()
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
