"""Contact sheets: sixteen films each, the same every time."""

import numpy as np
import pytest

from readingroom.simulator.sheet import SHEETS, contact_sheet


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_holds_sixteen_different_films(kind):
    """Every sheet is four by four, and no two of its films are equal."""
    sheet = contact_sheet(kind, 40)
    assert sheet.shape == (160, 160) and sheet.dtype == np.uint8
    tiles = sheet.reshape(4, 40, 4, 40).transpose(0, 2, 1, 3).reshape(16, -1)
    assert len(np.unique(tiles, axis=0)) == 16


def test_outlines_are_drawn_on_request():
    """With outlines some pixels turn white, without them the film is untouched."""
    plain, marked = contact_sheet("nodule", 64), contact_sheet("nodule", 64, outline=True)
    assert (marked[plain != marked] == 255).all()
    assert (plain != marked).any()


def test_an_unknown_sheet_is_refused():
    """A misspelt kind ends in one sentence."""
    with pytest.raises(ValueError, match="choose from"):
        contact_sheet("fractures")
