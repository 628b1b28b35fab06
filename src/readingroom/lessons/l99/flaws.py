"""What can be wrong with a study: the list from which a learner chooses, without any key."""

from __future__ import annotations

# name in the checks -> what the list says; three of them are not in the planted study
SAID = {
    "patient": "A patient is in two parts",
    "twice": "The same film is in two parts",
    "stop": "The test films say when training ends",
    "cut": "The test films set the threshold",
    "calibrated": "Calibrated on the films on which calibration is shown",
    "even": "As many ill as normal films, and a PPV is read off",
    "interval": "A metric without an interval, or accuracy alone",
    "baseline": "Nothing to compare with: no simple model, no reader",
    "source": "Ill and normal films come from different places",
    "view": "The view (AP or PA) is not told",
    "mined": "Labels taken from reports are called the truth",
    "best": "The best of several networks is reported",
    "maps": "A few chosen heat maps as proof",
    "poor": "Films are taken out of the test part only",
    "claim": "A claim for patients who were not studied",
    "scaled": "The test films help to set the scaling",
    "moved": "The test films are shifted as well",
    "size": "The test films choose the size of the network",
}
LISTED = tuple(sorted(SAID, key=lambda name: SAID[name]))
NUMBER = {name: k for k, name in enumerate(LISTED, start=1)}
DIRECTIONS = ("up", "down", "unclear", "hides")


def listing() -> list[tuple[int, str]]:
    """Number and sentence of each, in the order of the list."""
    return [(NUMBER[name], SAID[name]) for name in LISTED]
