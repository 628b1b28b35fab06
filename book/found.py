"""What search engines, links and papers need of a page: description, preview, sitemap, citation.

The site's own address is written nowhere: `READINGROOM_SITE` names it where the site is published.
Without it a page has its title and description, and leaves out what needs an address.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from xml.sax.saxutils import escape as xml

import yaml
from docutils import nodes

SHORTEST = 40  # characters of a description
LONGEST = 200  # characters; search engines cut what is longer
NOT_FOUND_BY = ("search", "genindex", "py-modindex")  # pages that are made for no reader
OBJECTIVES = "Afterwards you can"
ASIDE = (nodes.Admonition, nodes.block_quote, nodes.table, nodes.footnote, nodes.raw)


def described(page: nodes.document) -> str:
    """What a page says of itself in its front matter; else its first running text, or its title.

    Of a lesson the paragraph before its objectives counts. A paragraph that opens in bold states
    facts, such as a lesson's minutes, and is passed over.
    """
    for one in page.findall(nodes.meta):
        if one.get("name") == "description":
            return one["content"]
    texts: list[str] = []
    for one in page.findall(nodes.paragraph):
        text = " ".join(one.astext().split())
        if text.startswith(OBJECTIVES) and texts:
            return _shortened(texts[-1])
        bold = one.children and isinstance(one.children[0], nodes.strong)
        if len(text) > SHORTEST and not bold and not _aside(one):
            texts.append(text)
    if texts:
        return _shortened(texts[0])
    title = page.next_node(nodes.title)
    named = " ".join(title.astext().split()) if title else "A page"
    return f"{named}: part of Reading Room, a course on AI for radiologists."


def _aside(node: nodes.Node) -> bool:
    """Whether it stands in a box, a quotation or a table."""
    parent = node.parent
    while parent is not None and not isinstance(parent, ASIDE):
        parent = parent.parent
    return parent is not None


def _shortened(text: str) -> str:
    """As many whole sentences as fit; of a single long one as many words."""
    out = ""
    for sentence in re.split(r"(?<=[.?!:])\s+", text):
        if len(out) >= SHORTEST and len(out) + 1 + len(sentence) > LONGEST:
            break
        out = f"{out} {sentence}".strip()
    return out if len(out) <= LONGEST else out[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def preview(page: str, images: dict[str, str]) -> str:
    """The picture that stands for a page, a file name in ``_images``; empty where there is none.

    A lesson has its card of the landing page; every other page has the first card.
    """
    cards = {Path(path).stem: name for path, name in images.items() if "/landing/" in path}
    lesson = re.match(r"generated/lessons/(\d\d)-", page)
    found = cards.get(lesson.group(1)) if lesson else None
    return found or (cards[min(cards)] if cards else "")


def add_tags(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Write a page's description, and with an address its preview picture, into its head."""
    if doctree is None:
        return
    site = app.config.html_baseurl
    title = re.sub(r"<[^>]+>", "", context.get("title", "")) or app.config.html_title
    said = described(doctree)
    tags = {"og:type": "article", "og:site_name": app.config.html_title, "og:title": title,
            "og:description": said}  # fmt: skip
    images = {path: name for path, (_, name) in app.env.images.items()}
    picture = preview(pagename, images)
    if site:
        tags["og:url"] = f"{site}{app.builder.get_target_uri(pagename)}"
        if picture:
            tags["og:image"] = f"{site}_images/{picture}"
    there = context.get("metatags", "")
    lines = [there]
    if 'name="description"' not in there:
        lines.append(f'<meta name="description" content="{escape(said)}">')
    lines += [f'<meta property="{name}" content="{escape(text)}">' for name, text in tags.items()]
    context["metatags"] = "\n".join(lines)


def write_sitemap(app, failure: Exception | None) -> None:
    """List every page once, where the site has an address."""
    site = app.config.html_baseurl
    if failure is not None or not site or app.builder.format != "html":
        return
    pages = sorted(set(app.env.found_docs) - set(NOT_FOUND_BY))
    lines = [f"<url><loc>{xml(site + app.builder.get_target_uri(page))}</loc></url>"
             for page in pages]  # fmt: skip
    head = '<?xml version="1.0" encoding="utf-8"?>'
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = "\n".join([head, f'<urlset xmlns="{schema}">', *lines, "</urlset>"])
    Path(app.outdir, "sitemap.xml").write_text(text + "\n", "utf-8")


def citation(root: Path, repository: str) -> str:
    """How to cite the course, in words and for BibTeX, from ``CITATION.cff``."""
    told = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    names = " and ".join(f"{{{one['name']}}}" for one in told["authors"])
    said = ", ".join(one["name"] for one in told["authors"])
    version, title = told["version"], told["title"]
    return "\n".join([
        f"> {said}. {title}. Version {version}. {repository}", "", "```bibtex",
        "@software{readingroom,", f"  author = {{{names}}},", f"  title = {{{title}}},",
        f"  version = {{{version}}},", f"  url = {{{repository}}}", "}", "```",
    ])  # fmt: skip


def setup(app) -> dict:
    """For Sphinx."""
    app.connect("html-page-context", add_tags)
    app.connect("build-finished", write_sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
