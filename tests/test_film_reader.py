"""The book's film reader in Chromium, from disk: it reads as Python reads, and sends nothing."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from readingroom import data, simulator
from readingroom.data import films, gate
from readingroom.models import reference
from readingroom.reader import browser, networks, read_film
from readingroom.reader.reading import NoFilm
from tests.accessibility import axe_core, barriers, named
from tests.test_browser import FLAGS, REPOSITORY, chromium

STATIC = REPOSITORY / "book" / "_static"
PAGE = """<!doctype html><html lang="en"><head><title>The film reader</title><meta name="viewport"
content="width=device-width"><link rel="stylesheet" href="_static/reading-room.css"></head><body>
<main class="bd-article"><h1>The film reader</h1>{}</main></body></html>"""
NEAR = 1e-3
READ = """async ([name, text, panel]) => {
  const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0)), r = filmReader;
  try {
    const found = await r.decoded(bytes), start = performance.now();
    const read = r.score(found.film, r.panels[panel]);
    return { scores: read.scores, heat: [...read.heat], scope: r.scope(found),
             milliseconds: performance.now() - start };
  } catch (problem) { return { refused: problem.message }; }
}"""
# what the page names and refuses, where Python reads it with libraries of its own
NOT_HERE = ("no decoder for its compression", "a colour picture", "which this page does not read")
WIDTHS = (1280, 390)
pytestmark = [pytest.mark.browser]


def made(folder: Path) -> Path:
    """The page on its own, with the scripts and what is gathered for it."""
    sys.path.insert(0, str(REPOSITORY / "book"))
    try:
        import reader
    finally:
        sys.path.pop(0)
    shutil.copytree(STATIC, folder / "_static")
    reader.gather(folder / "_static" / "reader" / "made")
    text = (REPOSITORY / "book" / "reader.md").read_text("utf-8")
    (block,) = re.findall(r"```\{raw\} html\n(.*?)```", text, re.S)
    (folder / "reader.html").write_text(PAGE.format(block), "utf-8")
    return folder / "reader.html"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page lies."""
    return made(tmp_path_factory.mktemp("film-reader"))


class Visit:
    """The page, open from disk, with all that it asked for and complained of."""

    def __init__(self, page: Any, place: Path) -> None:
        self.page, self.asked, self.complaints = page, [], []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else 0)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(place.as_uri())
        page.locator("#film-reader:not([hidden])").wait_for()

    def read(self, raw: bytes, panel: str = networks.REAL) -> dict:
        """What the page makes of a file, without its pictures."""
        text = base64.b64encode(raw).decode()
        return self.page.evaluate(READ, ["film", text, list(networks.PANELS).index(panel)])

    def bring(self, path: Path) -> str:
        """Choose a file as a visitor does; what the page then says."""
        state = self.page.locator("#fr-result")
        state.evaluate("node => { node.dataset.state = 'waiting'; }")
        self.page.set_input_files("#fr-file", str(path))
        self.page.locator("#fr-result:not([data-state=waiting])").wait_for()
        return state.inner_text()


@pytest.fixture(scope="module")
def visit(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """One visit, without a network."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            str(tmp_path_factory.mktemp("profile")), executable_path=path, args=FLAGS,
            viewport={"width": 1280, "height": 900}, offline=True,
        )  # fmt: skip
        yield Visit(context.pages[0], place)
        context.close()


def png(film: np.ndarray) -> bytes:
    """A film as a PNG file."""
    out = io.BytesIO()
    Image.fromarray(film).save(out, "png")
    return out.getvalue()


def same(found: dict, scores: np.ndarray, heat: np.ndarray) -> None:
    """Scores within 1e-3; the hottest cell is Python's, or as hot within 1e-3."""
    assert "refused" not in found, found
    assert np.abs(np.array(found["scores"]) - scores).max() < NEAR
    here, there = np.array(found["heat"]), heat.ravel()
    assert there[here.argmax()] >= there.max() - NEAR


@pytest.mark.slow
@pytest.mark.parametrize("panel", list(networks.PANELS))
def test_a_hundred_simulated_films_are_read_as_in_python(visit: Visit, panel: str) -> None:
    """Scores and hottest cells of 100 simulated films of 160 pixels equal Python's."""
    for seed in range(100):
        ages = "children" if seed % 2 else "adults"
        patient = simulator.Patient.sample(seed, ages)
        film = simulator.draw(patient, simulator.Exam.sample(patient, seed), size=160).image
        seen = films.squared(film, networks.SIZE)
        same(visit.read(png(film), panel), *networks.read(networks.PANELS[panel], seen))


@pytest.mark.slow
@pytest.mark.real
def test_a_hundred_real_films_are_read_as_in_python(visit: Visit) -> None:
    """Scores, hottest cells and verdicts of 100 real test films equal Python's."""
    images = np.asarray(data.load("children", size=128, mode="real").part("test")[0])[:100]
    for film in images:
        found = visit.read(png(film))
        same(found, *networks.read(networks.PANELS[networks.REAL], film))
        assert sentences(gate.of_picture(film)) == found["scope"]


def sentences(reasons: tuple[str, ...]) -> list[str]:
    """Reasons as the page writes them."""
    return [f"{reason[0].upper()}{reason[1:]}." for reason in reasons]


def public() -> list[Path]:
    """Every DICOM file that comes with pydicom and its data package."""
    kept = {path for path in Path(pydicom.__file__).parent.rglob("*.dcm")}
    for name in ("RG1_UNCR", "RG1_UNCI", "RG3_UNCR", "RG1_J2KR", "JPEG-LL", "US1_UNCR", "MR2_UNCI",
                 "liver", "color-px"):  # fmt: skip
        found = get_testdata_file(f"{name}.dcm", download=False)
        kept |= {Path(found)} if found else set()
    return sorted(kept)


@pytest.mark.slow
def test_public_dicom_files_are_read_as_in_python(visit: Visit) -> None:
    """Each public file gets Python's scores and hottest cell, or both refuse it, or the page names
    what it does not decode."""
    read, told = 0, []
    for path in public():
        found = visit.read(path.read_bytes())
        try:
            wanted = read_film(path, networks=networks.REAL)
        except NoFilm:
            wanted = None
        if "refused" in found:
            if wanted is not None and not any(word in found["refused"] for word in NOT_HERE):
                told.append(f"{path.name}: {found['refused']}")
        elif wanted is not None:
            same(found, wanted.scores, wanted.heat)
            read += 1
    assert not told
    assert read >= 10


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_png_has_pillows_greys(visit: Visit, mode: str) -> None:
    """Of each kind of PNG the page makes the greys that Python makes, to the last one."""
    film = simulator.hand(3, 120)
    image = Image.fromarray(film)
    if mode == "I;16":
        image = Image.fromarray(film.astype(np.uint16) * 137 + 20)
    else:
        image = image.convert(mode)
    out = io.BytesIO()
    image.save(out, "png")
    greys = visit.page.evaluate(
        "async text => [...(await filmReader.decoded(Uint8Array.from(atob(text), "
        "l => l.charCodeAt(0)))).film.pixels]", base64.b64encode(out.getvalue()).decode(),
    )  # fmt: skip
    with Image.open(io.BytesIO(out.getvalue())) as again:
        assert greys == films._grey(again).ravel().tolist()


def test_the_gate_says_the_same_of_what_is_no_film(visit: Visit) -> None:
    """Inverted, turned, lateral, hand, blank, noise: the page's reasons are Python's, in order."""
    patient = simulator.Patient.sample(3, "children")
    film = simulator.draw(patient, simulator.Exam.sample(patient, 3), size=200).image
    noise = np.random.default_rng(1).integers(0, 256, (90, 90)).astype(np.uint8)
    odd = [film, 255 - film, film[::-1], np.rot90(film), np.rot90(film, 3), noise, film // 64 + 90,
           simulator.lateral(2, 200, child=True), simulator.hand(2, 200)]  # fmt: skip
    seen = [tuple(visit.read(png(np.ascontiguousarray(one)))["scope"]) for one in odd]
    assert seen == [tuple(sentences(gate.of_picture(one))) for one in odd]
    assert len(set(seen)) >= 5


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files that a visitor may bring."""
    folder = tmp_path_factory.mktemp("brought")
    patient = simulator.Patient.sample(5, "children")
    film = simulator.draw(patient, simulator.Exam.sample(patient, 5), size=400).image
    found = {name: folder / f"{name}.png" for name in ("film", "hand", "inverted", "broken")}
    found["film"].write_bytes(png(film))
    found["hand"].write_bytes(png(simulator.hand(4, 400)))
    found["inverted"].write_bytes(png(255 - film))
    found["broken"].write_bytes(png(film)[:4000])
    found["photograph"] = folder / "photograph.jpg"
    Image.fromarray(simulator.photo(film, 7)).convert("RGB").save(found["photograph"], quality=92)
    found["letter"] = folder / "letter.txt"
    found["letter"].write_text("Dear colleague")
    found["dicom"] = Path(get_testdata_file("RG1_UNCR.dcm", download=False))
    return found


def test_scores_of_what_is_out_of_scope_are_hidden(visit: Visit, brought: dict[str, Path]) -> None:
    """A hand, an inverted film and an adult's DICOM film show no score until it is asked for; a
    film of unknown age shows it once its age is told; the sentence on training stands above it."""
    for name in ("hand", "inverted", "dicom"):
        said = visit.bring(brought[name])
        assert "Out of scope" in said
        assert "networks:" not in said
        visit.page.get_by_role("button", name="Show the score all the same").click()
        assert "5 networks:" in visit.page.locator("#fr-result").inner_text()
    for name in ("film", "photograph"):
        said = visit.bring(brought[name])
        assert "does not say how old" in said
        assert "networks:" not in said
        visit.page.get_by_role("button", name="A child of 1 to 5").click()
        said = visit.page.locator("#fr-result").inner_text()
        assert said.index("children aged 1 to 5") < said.index("score for pneumonia")
        visit.bring(brought[name])
        visit.page.get_by_role("button", name="An adult or another child").click()
        said = visit.page.locator("#fr-result").inner_text()
        assert "Out of scope" in said
        assert "networks:" not in said


def test_what_cannot_be_read_is_refused_in_pythons_words(
    visit: Visit, brought: dict[str, Path]
) -> None:
    """A broken PNG and a letter get the sentences that Python gives."""
    for name in ("broken", "letter"):
        with pytest.raises(NoFilm) as told:
            read_film(brought[name])
        assert visit.bring(brought[name]) == f"Not read. {told.value}"


def test_nothing_leaves_the_machine(visit: Visit, brought: dict[str, Path]) -> None:
    """From disk the page loads its own files; then it asks for nothing, and never complains."""
    loaded = len(visit.asked)
    for path in brought.values():
        visit.bring(path)
    for film in visit.page.locator("#fr-films button").all():
        film.click()
    later = [url for url in visit.asked[loaded:] if not url.startswith(("blob:", "data:"))]
    assert not later
    assert all(url.startswith(("file:", "data:", "blob:")) for url in visit.asked)
    assert not visit.complaints


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_keeps_nobody_out(
    visit: Visit, brought: dict[str, Path], axe: str, width: int, scheme: str
) -> None:
    """At both widths nothing is cut off and axe finds nothing serious, with each kind of result."""
    visit.page.emulate_media(color_scheme=scheme)
    visit.page.set_viewport_size({"width": width, "height": 900})
    for name in ("hand", "film", "broken"):
        visit.bring(brought[name])
        assert not named(barriers(visit.page, axe))
        if name == "film":
            visit.page.get_by_role("button", name="A child of 1 to 5").click()
            assert not named(barriers(visit.page, axe))
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The accessibility checker's script."""
    return axe_core(tmp_path_factory.mktemp("axe"))


@pytest.mark.parametrize("name", list(networks.PANELS))
def test_the_page_has_the_weights_that_ship(place: Path, name: str) -> None:
    """Every network of the page is the shipped file, byte for byte; another seed is not it."""
    text = (place.parent / "_static" / "reader" / "made" / f"{name}.js").read_text("utf-8")
    panel = json.loads(text.split(" = ", 1)[1].rstrip(";\n"))
    folder = resources.files("readingroom.models").joinpath(reference.FOLDER, name)
    shipped = [folder.joinpath(f"seed-{seed}.safetensors").read_bytes()
               for seed in range(networks.SEEDS[name])]  # fmt: skip
    copies = [base64.b64decode(seed["base64"]) for seed in panel["seeds"]]
    assert copies == shipped
    assert [s["sha256"] for s in panel["seeds"]] == [hashlib.sha256(r).hexdigest() for r in shipped]
    assert folder.joinpath("seed-4.safetensors").read_bytes() not in copies[:1]


def test_the_page_is_small_enough(place: Path) -> None:
    """All that only this page loads has at most 20 MB, and 6 MB compressed."""
    import gzip

    raw = [path.read_bytes() for path in (place.parent / "_static" / "reader").rglob("*.js")]
    assert sum(map(len, raw)) < 20e6
    assert sum(len(gzip.compress(one, 6)) for one in raw) < 6e6


def test_what_comes_from_npm_is_what_is_recorded() -> None:
    """The parser that ships has the recorded hash, and its licence lies beside it."""
    folder = STATIC / "reader" / "vendor"
    for one in tomllib.loads((folder / "vendor.toml").read_text("utf-8"))["file"]:
        found = hashlib.sha256((folder / one["name"]).read_bytes()).hexdigest()
        assert found == one["sha256"]
        assert (folder / one["licence_text"]).is_file()


def test_the_command_writes_the_scripts(tmp_path: Path) -> None:
    """The export names a script for each panel and one for the rules, with the gate's words."""
    names = [path.name for path in browser.export(tmp_path)]
    assert names == ["children-128.js", "simulated-128.js", "rules.js"]
    assert all(words in (tmp_path / "rules.js").read_text("utf-8") for words in gate.WORDS.values())
