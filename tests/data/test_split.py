"""No patient in two parts, whatever the patients are."""

import pandas as pd
from hypothesis import given, settings, strategies as st

from readingroom.data import split

people = st.lists(
    st.tuples(st.integers(1, 8), st.booleans()), min_size=60, max_size=120
)  # films of each patient, and whether the patient has the finding


def cohort(people):
    rows = [(f"p{k}", int(ill)) for k, (films, ill) in enumerate(people) for _ in range(films)]
    return pd.DataFrame(rows, columns=["patient", "label"])


@settings(max_examples=30)
@given(people, st.randoms(use_true_random=False))
def test_split_by_patient(people, shuffle):
    """No patient straddles, the shares hold, and the order of the rows does not matter."""
    films = cohort(people)
    films["split"] = split.by_patient(films["patient"], films["label"])
    assert split.straddling(films["patient"], films["split"]) == []
    for part, share in split.SHARES.items():
        assert abs((films["split"] == part).mean() - share) < 0.07
    order = list(range(len(films)))
    shuffle.shuffle(order)
    again = films.iloc[order]
    assert (split.by_patient(again["patient"], again["label"]) == again["split"]).all()


def test_film_without_patient_is_a_patient_of_its_own():
    """Films whose patient is unknown are spread like patients."""
    films = pd.DataFrame({"patient": [None] * 50, "label": [0, 1] * 25})
    parts = split.by_patient(films["patient"], films["label"])
    assert set(parts) == {"train", "val", "test"}


def test_straddling_patients_are_named():
    """Who is in two parts is found; a missing patient is nobody."""
    patients = pd.Series(["a", "a", "b", "b", None, None])
    splits = pd.Series(["train", "test", "val", "val", "train", "test"])
    assert split.straddling(patients, splits) == ["a"]


def test_names_of_splits():
    """What tables call their parts is understood; anything else is not guessed."""
    assert [split.named(n) for n in ("Train", " valid ", "TEST", "fold3")] == [
        "train",
        "val",
        "test",
        None,
    ]
