"""Arrays that know whose films they are of, while a lesson is open with a learner's own films."""

from __future__ import annotations

from typing import Any

import numpy as np

from readingroom.assess import whose


class Named(np.ndarray):
    """An array that knows its films; what is computed from it knows them too.

    Attributes
    ----------
    films : frozenset of str
        Banners.
    """

    films: frozenset[str]

    def __array_finalize__(self, parent: Any) -> None:
        self.films = getattr(parent, "films", frozenset())

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Any:
        out = more.pop("out", None)
        if out is not None:
            more["out"] = tuple(_bare(one) for one in out)
        more = {name: _bare(value) for name, value in more.items()}
        found = getattr(ufunc, method)(*(_bare(one) for one in inputs), **more)
        return _renamed(found, whose.films_of(inputs))

    def __array_function__(self, function: Any, kinds: Any, args: Any, more: Any) -> Any:
        found = super().__array_function__(function, kinds, args, more)
        return _renamed(found, whose.films_of([args, *more.values()]))


def _bare(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Named) else value


def _renamed(found: Any, films: frozenset[str]) -> Any:
    if (isinstance(found, tuple) and type(found) is tuple) or type(found) is list:
        return type(found)(_renamed(one, films) for one in found)
    if not isinstance(found, np.ndarray) or found.ndim == 0 or found.dtype.hasobject:
        return found
    named_ = found.view(Named)
    named_.films = films
    return named_


def named(values: Any, films: Any) -> np.ndarray:
    """The same numbers, with the films they are of while own films are open.

    Parameters
    ----------
    values : array-like
    films : str, Cohort, stored run or frozenset of str
        A banner, or what has one.

    Returns
    -------
    ndarray
        A view; without own films the array as it is.
    """
    array = np.asarray(values)
    if not whose.minded():
        return array
    if isinstance(films, str):
        films = frozenset({whose.plain_banner(films)})
    known = films if isinstance(films, frozenset) else whose.films_of(films)
    return _renamed(array, known) if known else array
