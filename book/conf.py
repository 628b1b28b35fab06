"""The site: Sphinx, MyST pages and executed notebooks; it builds and reads without a network."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "src"))  # a checkout builds its own book

import found  # noqa: E402  (needs the path above)
import gather  # noqa: E402
import timetable  # noqa: E402

from readingroom import __version__  # noqa: E402
from readingroom.catalogue import catalogue  # noqa: E402

ADDRESS = gather.address()
FIRST = next(iter(catalogue().values()))

project = "Reading Room"
author = "The Reading Room authors"
project_copyright = "The Reading Room authors; text CC BY 4.0, code Apache-2.0"
release = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "gather",
    "api",
    "found",
]
# Functions are documented from their docstrings, without importing the heavy libraries.
autodoc_mock_imports = ["monai", "torch", "torchvision", "torchxrayvision", "captum"]
autodoc_typehints = "none"  # the docstring says types, shapes and units
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
nitpick_ignore_regex = [(r"py:.*", r".*")]  # a type in a docstring is words, no link
# The manuscript itself is no page: its executed notebook is. The landing page includes the others.
exclude_patterns = ["_build", "lessons", "generated/landing/*.md", "Thumbs.db", ".DS_Store"]
nitpicky = True
highlight_language = "none"  # commands are no Python; notebooks say their own language

myst_enable_extensions = ["colon_fence", "deflist", "substitution"]
myst_heading_anchors = 3
myst_substitutions = {
    "lessons": gather.table(ADDRESS),
    "must_and_more": gather.must_and_more(gather.ROOT),
    "timetables": timetable.every(gather.ROOT),
    "tracks": timetable.for_whom(),
    "wrong_answers": gather.wrong_answers(),
    "grading_speed": gather.grading_speed(gather.ROOT),
    "citation": found.citation(gather.ROOT, ADDRESS["repository"]),
    "repository": f"[the repository]({ADDRESS['repository']})",
    "start": (
        f":::{{button-link}} {gather.launch(FIRST, ADDRESS)}\n:color: primary\n\n"
        f"Start: {FIRST.title} ({FIRST.minutes} min)\n:::"
    ),
}

# The book shows runs; it makes none.
nb_execution_mode = "off"
nb_merge_streams = True
# By default a page with a widget asks two CDNs for scripts.
nb_ipywidgets_js = {}

html_theme = "sphinx_book_theme"
html_title = "Reading Room"
# where the site is published; without it pages leave out what needs an address
html_baseurl = os.environ.get("READINGROOM_SITE", "")
html_static_path = ["_static", gather.STATIC]
(HERE / gather.STATIC).mkdir(parents=True, exist_ok=True)  # Sphinx asks before it is gathered
html_css_files = ["reading-room.css", "enlarge.css", "states.css", "answering.css"]
html_js_files = ["reachable.js", "enlarge.js", "states.js", "answering.js"]
html_context = {"default_mode": "auto"}  # else the theme complains on a first visit
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
html_show_search_summary = False  # a page opened from disk may not fetch another for its excerpt
html_theme_options = {
    "repository_url": ADDRESS["repository"],
    "repository_branch": ADDRESS["branch"],
    "path_to_docs": "book",
    "use_repository_button": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "show_navbar_depth": 1,
    "navbar_persistent": [],  # the side bar has the search field already
    "toc_title": "On this page",
    "footer_content_items": "copyright.html, extra-footer.html",
    "extra_footer": "For teaching. Never for clinical use.",
}
