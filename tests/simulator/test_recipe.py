"""Recipes: every one can be planned, and the course's fallback cohort has its promised shape."""

import subprocess
import sys

import numpy as np
import pytest

from readingroom import simulator
from readingroom.simulator.mix import plan
from readingroom.simulator.recipe import RECIPES


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_planned_and_drawn(name):
    """Splits have the classes that their mixes state, and a film of each class can be drawn."""
    recipe = RECIPES[name]
    cases = plan(recipe.mixes, recipe.label, recipe.seed)
    assert len(cases) == sum(mix.films for mix in recipe.mixes)
    for split in {c.split for c in cases}:
        labels = [c.label for c in cases if c.split == split]
        stated = {mix.prevalence for mix in recipe.mixes if mix.split == split}
        one_class = {0.0: {0}, 1.0: {1}}.get(next(iter(stated))) if len(stated) == 1 else None
        assert set(labels) == (one_class or {0, 1})
    few = [next(c for c in cases if c.label == y) for y in (0, 1)]
    films = simulator.film_cases(few, name, recipe.label, 64)
    assert not films.masks[0].any() and films.masks[1].any()
    assert simulator.recipes()[name] == recipe.description


def test_the_fallback_of_lesson_three_has_its_shape():
    """Train and validation: 74 % positive and shared patients; test: others, 62.5 %."""
    recipe = RECIPES["consolidation"]
    cases = plan(recipe.mixes, recipe.label, recipe.seed)
    people, sites = {}, {}
    shape = (("train", 1600, 0.74), ("val", 320, 0.74), ("test", 480, 0.625))
    for split, films, prevalence in shape:
        part = [c for c in cases if c.split == split]
        assert len(part) == films
        assert np.mean([c.label for c in part]) == pytest.approx(prevalence, abs=0.002)
        people[split] = {c.patient.seed for c in part}
        sites[split] = {c.exam.site for c in part}
    assert len(people["train"] & people["val"]) > 100
    assert not people["test"] & (people["train"] | people["val"])
    assert not sites["test"] & sites["train"]
    assert np.mean([c.patient.age < 6 for c in cases]) > 0.7


def test_an_unknown_recipe_is_refused():
    """A misspelt recipe ends in one sentence with the names that exist."""
    with pytest.raises(ValueError, match="consolidation"):
        simulator.cohort("consolidations")


def test_progress_is_reported():
    """The callable hears of the last film with the right total."""
    heard = []
    recipe = RECIPES["nodules"]
    cases = plan(recipe.mixes, recipe.label, recipe.seed)[:25]
    simulator.film_cases(cases, "nodules", "nodule", 32, lambda *step: heard.append(step))
    assert heard[-1] == (25, 25)


def test_import_is_light():
    """Importing the simulator loads neither torch nor pandas nor pydicom."""
    code = (
        "import sys, readingroom.simulator as s; s.draw; "
        "sys.exit(bool({'torch', 'pandas', 'pydicom'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
