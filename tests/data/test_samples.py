"""Single files that install with the course: found, named in a banner, and their own mode."""

from __future__ import annotations

import pytest

from readingroom import data
from readingroom.data.errors import DataError


def test_every_sample_lies_where_it_is_said():
    """Each member of the registry's set is a file; another name is refused with the list."""
    for name in ("chest-cr", "chest-cr-lossless", "chest-cr-lossy", "ct-private"):
        assert data.sample(name).is_file()
    with pytest.raises(DataError, match="chest-cr"):
        data.sample("hand")


def test_the_banner_says_real_or_simulated():
    """Real samples name origin and licence; simulated ones are called simulated."""
    real, drawn = (data.samples_of("dicom-samples", mode) for mode in ("real", "simulated"))
    assert real.banner().startswith("REAL DATA: DICOM samples") and "MIT" in real.banner()
    assert drawn.banner().startswith("SIMULATED DATA")
    assert len({real.fingerprint(), drawn.fingerprint()}) == 2
    assert real.fingerprint() == data.samples_of("dicom-samples", "real").fingerprint()


def test_an_own_cohort_opens_the_real_samples():
    """A learner's own folder holds no single files, so the real ones are opened beside it."""
    assert data.samples_of("dicom-samples", "my-ward").source == "real"
