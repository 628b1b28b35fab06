"""Pages of HTML that a command writes: one file, no script, nothing from elsewhere.

Each is a Jinja2 template in this folder. Texts are escaped unless they are marked as markup.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["Markup", "render"]
KEPT = "\n\u00a0\u200c\u200d"  # a new line, a blank that holds, and the joiners


def _plain(value: Any) -> Any:
    """Text as text: no control character stays, nor a mark that turns the direction of writing.

    Joiners stay, which belong to the letters of some scripts.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "".join(c for c in value if c in KEPT or c.isprintable())


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("readingroom", "pages"),
        autoescape=True,
        finalize=_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(name: str, **values: Any) -> str:
    """One page.

    Parameters
    ----------
    name : str
        Of the template, without its ending.
    **values
        What the template names; a missing one is an error. Text is escaped, `Markup` is not.

    Returns
    -------
    str
    """
    return _environment().get_template(f"{name}.html").render(**values)
