"""Arguments of a learner's function travel as JSON and arrive as they were."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from readingroom.questions import arguments

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
NESTED = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def _through(value):
    return arguments.unpack(json.loads(json.dumps(arguments.pack(value))))


@given(NESTED)
def test_plain_values_arrive_as_they_were(value):
    """Numbers, texts, lists, tuples and mappings keep their kind, tuples too."""
    assert _through(value) == value
    assert type(_through(value)) is type(value)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float32", "float64"])
def test_arrays_keep_dtype_and_shape(dtype):
    """An array arrives with its dtype and shape, NaN and emptiness included."""
    for value in (np.ones((2, 3), dtype), np.zeros((0, 4), dtype), np.array(3, dtype)):
        back = _through(value)
        assert back.dtype == value.dtype and np.array_equal(back, value)
    assert np.isnan(_through(np.array([np.nan]))[0])


def test_tables_keep_columns_and_index():
    """A table of numbers and texts arrives equal to what was sent."""
    table = pd.DataFrame({"age": [3, 4], "score": [0.5, np.nan], "sex": ["F", None]}, index=[7, 2])
    pd.testing.assert_frame_equal(_through(table), table)


def test_other_objects_are_a_fault_of_the_check():
    """What has no JSON form is refused by name."""
    with pytest.raises(TypeError, match="object"):
        arguments.pack([object()])
