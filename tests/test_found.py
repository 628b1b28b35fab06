"""What search engines, links and papers need of the book: descriptions, previews, the citation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.test_book import site  # noqa: F401  (the one built site of this session)

REPOSITORY = Path(__file__).resolve().parents[1]
SITE = "https://example.org/course/"
CONF = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "book")!r})
extensions = ["myst_nb", "found"]
html_title = "Tried"
html_baseurl = {{base!r}}
nb_execution_mode = "off"
"""
LESSON = """# 07 · A lesson

It opens in a browser after some minutes of waiting, so read this first.

**45 minutes**, in four parts, and here are more facts about these minutes.

> A warning in a quotation that is long enough to be taken for the text.

Films of another hospital look different. Does the program notice it?

**Afterwards you can**

1. say so
"""


def tags(page: Path) -> dict[str, str]:
    """What a page's head says, by name."""
    found = {}
    for one in re.findall(r"<meta [^>]*>", page.read_text("utf-8")):
        told = dict(re.findall(r'(name|property|content)="([^"]*)"', one))
        found[told.get("name", told.get("property"))] = unescape(told.get("content", ""))
    return found


@pytest.fixture(scope="module", params=[SITE, ""], ids=["published", "from-disk"])
def small(request, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A book of a landing page and a lesson, built; and the address it knows."""
    place = tmp_path_factory.mktemp("small")
    source = place / "source"
    (source / "generated" / "lessons").mkdir(parents=True)
    (source / "generated" / "landing").mkdir()
    (source / "conf.py").write_text(CONF.format(base=request.param), "utf-8")
    dot = bytes.fromhex("89504e470d0a1a0a")
    for card in ("00", "07"):
        (source / "generated" / "landing" / f"{card}.png").write_bytes(dot)
    (source / "generated" / "lessons" / "07-a-lesson.md").write_text(LESSON, "utf-8")
    (source / "index.md").write_text(
        "# Start\n\nA \"course\" for people who read films & want to know <more> about it.\n\n"
        "![a film](generated/landing/00.png)\n![another](generated/landing/07.png)\n\n"
        "```{toctree}\ngenerated/lessons/07-a-lesson\n```\n", "utf-8",
    )  # fmt: skip
    out = place / "html"
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(source), str(out)],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return out, request.param


def test_a_page_says_what_it_is_about_and_shows_a_picture(small: tuple[Path, str]):
    """A lesson's paragraph before its objectives describes it; its card stands for it where the
    site has an address, and without one nothing points at a server."""
    out, base = small
    lesson = tags(out / "generated" / "lessons" / "07-a-lesson.html")
    start = tags(out / "index.html")
    assert lesson["description"].startswith("Films of another hospital look different. Does")
    assert lesson["og:title"] == "07 · A lesson"
    assert start["description"] == start["og:description"]
    assert start["description"].startswith("A “course” for people who read films & want")
    if base:
        assert lesson["og:image"] == f"{SITE}_images/07.png"
        assert start["og:image"] == f"{SITE}_images/00.png"
        assert lesson["og:url"] == f"{SITE}generated/lessons/07-a-lesson.html"
    else:
        assert not {"og:image", "og:url"} & (set(lesson) | set(start))


def test_the_sitemap_names_each_page_once(small: tuple[Path, str]):
    """With an address every page for readers stands in it once; without one there is no sitemap."""
    out, base = small
    if not base:
        assert not (out / "sitemap.xml").exists()
        return
    listed = ElementTree.parse(out / "sitemap.xml").iter()
    assert sorted(one.text for one in listed if one.tag.endswith("loc")) == [
        f"{SITE}generated/lessons/07-a-lesson.html",
        f"{SITE}index.html",
    ]


@pytest.mark.slow
def test_every_page_of_the_book_has_a_description_of_its_own(site: Path):  # noqa: F811
    """No page of the course is without a title and description, and no two share both."""
    made_for_nobody = ("search.html", "genindex.html", "py-modindex.html")
    pages = [page for page in site.rglob("*.html")
             if page.name not in made_for_nobody and "_static" not in page.parts]  # fmt: skip
    said = {page.name: tags(page) for page in pages}
    assert not [name for name, found in said.items() if len(found.get("description", "")) < 20]
    titles = [page.read_text("utf-8").split("<title>")[1].split("</title>")[0] for page in pages]
    both = [(title, tags(page)["description"]) for title, page in zip(titles, pages, strict=True)]
    assert sorted(set(both)) == sorted(both)
    assert not [title for title in titles if not title.strip() or title.startswith("<no title")]


@pytest.mark.slow
def test_the_citation_in_the_book_is_the_one_in_its_file(site: Path):  # noqa: F811
    """Title, version and address on the page are those of CITATION.cff and pyproject.toml."""
    told = yaml.safe_load((REPOSITORY / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    shown = unescape(re.sub(r"<[^>]+>", "", (site / "cite.html").read_text("utf-8")))
    for fact in (told["title"], f"Version {told['version']}", f"version = {{{told['version']}}}",
                 project["tool"]["readingroom"]["repository"]):  # fmt: skip
        assert fact in shown


def test_the_workflow_publishes_what_the_book_page_says():
    """It builds with warnings as errors, from runs of the lessons, by the documented commands."""
    told = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "book.yml").read_text("utf-8"))
    steps = [step.get("run", "") for step in told["jobs"]["build"]["steps"]]
    assert "readingroom rehearse --keep runs" in steps
    assert "sphinx-build -W -b html book site" in steps
    assert told["permissions"] == {"contents": "read"}
    releasing = (REPOSITORY / "book" / "releasing.md").read_text("utf-8")
    assert "sphinx-build -W -b html book" in releasing
