"""Two hospitals: each patient is met once, one class is never ranked, and the site is asked for."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from readingroom.data.cohort import Cohort
from readingroom.models import sites


def hospitals(ill=(0.5, 0.5), betray=0.0, each=90, films_each=2, size=32, shared=0, seed=0):
    """Films of hospitals: ill films are brighter below; `betray` brightens all of the second."""
    rng, rows, images = np.random.default_rng(seed), [], []
    for k, share in enumerate(ill):
        for i in range(each):
            label = int(i // films_each < share * (each / films_each))
            film = rng.normal(90 + betray * k, 25, (size, size))
            film[size // 2 :] += 25 * label
            images.append(np.clip(film, 0, 255).astype(np.uint8))
            who = f"both{i}" if i < shared else f"{k}-{i // films_each}"
            rows.append({"site": f"Hospital {'AB'[k]}", "label": label, "patient": who})
    table = pd.DataFrame(rows).assign(split="train", index=range(len(rows)))
    return Cohort("two", np.stack(images), table, "ill", "own", False, "", "", "", "")


def changed(cohort, **columns):
    return dataclasses.replace(cohort, table=cohort.table.assign(**columns))


def test_trained_here_tested_there():
    """Signs that hold in both are found at the other; the site is told where pixels betray it."""
    alike = sites.two_sites(hospitals())
    assert alike.elsewhere[0].auc.lo > 0.6 and alike.home.auc.lo > 0.6
    assert alike.readable.lo < 0.5 < alike.readable.hi
    assert alike.elsewhere[0].auc.by == "patient" and alike.elsewhere[0].auc.n == 45
    assert not any("betray" in note for note in alike.notes)
    betrayed = sites.two_sites(hospitals(betray=40))
    assert betrayed.readable.lo > 0.9 and any("betray" in note for note in betrayed.notes)


@pytest.mark.parametrize(
    ("share", "rate", "kind"), [(1, "sensitivity", "ill"), (0, "specificity", "well")]
)
def test_one_class_is_counted_and_never_ranked(share, rate, kind):
    """A site of one class: its rate is given, the AUC refused in one sentence, and it is named."""
    found = sites.two_sites(hospitals(ill=(0.5, share)))
    there, other = found.elsewhere[0], {"sensitivity": "specificity", "specificity": "sensitivity"}
    assert found.home.name == "Hospital A" and there.one_class and there.auc is None
    assert getattr(there, rate).n == 45 and getattr(there, other[rate]) is None
    said = str(found)
    refused = [note for note in found.notes if "AUC is refused" in note]
    assert len(refused) == 1 and f"all {kind}" in refused[0] and refused[0].count(". ") == 0
    assert "Site equals class at Hospital B" in said and "Hospital B, tested: AUC" not in said


def test_site_equals_class_everywhere_is_refused():
    """Where each site is one class nothing is trained, and the reason is the site."""
    with pytest.raises(sites.OneHospital, match="Site equals class"):
        sites.two_sites(hospitals(ill=(1, 0)))
    with pytest.raises(sites.OneHospital, match="0 films of the scarcer kind"):
        sites.two_sites(hospitals(ill=(0.5, 1)), train_at="Hospital B")


def test_what_cannot_be_compared_is_one_sentence():
    """No column, one hospital, an unknown one, few films: each is refused in plain words."""
    two = hospitals()
    without = dataclasses.replace(two, table=two.table.drop(columns="site"))
    for films, why in (
        (without, "no column says"),
        (changed(two, site="only one"), "one hospital"),
        (changed(two, site=None), "one hospital"),
        (hospitals(each=30), "are needed to learn"),
    ):
        with pytest.raises(sites.OneHospital, match=why):
            sites.two_sites(films)
    with pytest.raises(sites.OneHospital, match="No film comes from 'C'"):
        sites.two_sites(two, train_at="C")


def test_a_patient_of_both_hospitals_is_met_once():
    """Films elsewhere of patients whom the model has met are not tested, and that is said."""
    found = sites.two_sites(hospitals(shared=10))
    assert found.elsewhere[0].films == 80
    assert any(note.startswith("10 films of 10 patients") for note in found.notes)


def test_unknown_hospitals_and_patients_are_told():
    """Films without a hospital are left out and counted; films without a patient are warned of."""
    two = hospitals()
    site = two.table["site"].astype(object).where(two.table.index % 30 != 0)
    found = sites.two_sites(changed(two, site=site))
    assert "6 films of unknown hospital are left out." in found.notes
    found = sites.two_sites(changed(two, patient=None))
    assert found.home.auc.n == 90 and any("without a patient number" in n for n in found.notes)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=10, max_size=80),
    st.randoms(use_true_random=False),
)
def test_a_fold_holds_whole_patients_whatever_the_order(films, random):
    """No patient lies in two folds, and shuffling the films changes nobody's fold."""
    patient = np.array([f"p{who}" for who, _ in films])
    target = np.array([kind for _, kind in films])
    held = sites.folds(target, patient)
    assert all(len(set(held[patient == who])) == 1 for who in set(patient))
    order = random.sample(range(len(films)), len(films))
    assert np.array_equal(sites.folds(target[order], patient[order]), held[order])


def test_features_do_not_see_the_order():
    """A film's facts are its own; films too small for blocks are refused."""
    films = hospitals(each=20).images
    facts = sites.features(films)
    assert facts.shape == (40, 64 + 64 + 2 + 16) and np.isfinite(facts).all()
    assert np.array_equal(sites.features(films[::-1]), facts[::-1])
    with pytest.raises(ValueError, match="too small"):
        sites.features(films[:, :12, :12])
