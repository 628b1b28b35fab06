"""Reports in ordinary words, with the hedges and negations that label mining has to survive."""

from __future__ import annotations

import numpy as np

from readingroom.simulator.exam import Exam
from readingroom.simulator.finding import KINDS, Finding
from readingroom.simulator.streams import stream

__all__ = ["report"]

# Sentences for a faint, a typical and a marked finding. {side} and {zone} are filled in.
POSITIVE = {
    "consolidation": (
        (
            "Hazy opacity in the {place}; early consolidation cannot be excluded.",
            "Faint shadowing in the {place}, possibly infective.",
            "Subtle increase in density of the {place}, consolidation or overlap of vessels.",
        ),
        (
            "Patchy consolidation in the {place}, in keeping with pneumonia.",
            "Air-space shadowing in the {place}, most likely infection.",
        ),
        (
            "Dense consolidation of the {place} with air bronchograms.",
            "Extensive air-space opacification in the {place}.",
        ),
    ),
    "effusion": (
        (
            "Slight blunting of the {side} costophrenic angle; a small effusion is possible.",
            "The {side} costophrenic angle is not fully shown; a trace of fluid cannot be "
            "excluded.",
        ),
        (
            "Moderate {side} pleural effusion with a meniscus.",
            "{Side} basal fluid, moderate in amount.",
        ),
        ("Large {side} pleural effusion; the dome is no longer visible.",),
    ),
    "nodule": (
        (
            "Questionable {size} mm nodular density in the {place}; compare with old films.",
            "Rounded {size} mm shadow in the {place}, nodule or end-on vessel.",
        ),
        ("Solitary {size} mm nodule in the {place}. CT is recommended.",),
        ("Mass of {size} mm in the {place}, suspicious of malignancy.",),
    ),
    "pneumothorax": (
        (
            "Thin line at the {side} apex; a small pneumothorax cannot be ruled out.",
            "Possible shallow {side} apical pneumothorax, skin fold less likely.",
        ),
        (
            "{Side} pneumothorax with a visible pleural line.",
            "Air in the {side} pleural space, about two fingers wide at the apex.",
        ),
        ("Large {side} pneumothorax with collapse of the lung.",),
    ),
    "cardiomegaly": (
        ("Heart at the upper limit of normal.", "Borderline heart size."),
        ("The heart is enlarged.", "Cardiomegaly."),
        ("Marked cardiomegaly.",),
    ),
    "interstitial": (
        ("Slightly coarse markings, {zones}, of doubtful significance.",),
        ("Reticular markings, {zones}, suggesting interstitial disease.",),
        ("Widespread coarse reticular pattern, {zones}, consistent with fibrosis.",),
    ),
}

NEGATIVE = {
    "consolidation": (
        "No consolidation.",
        "Lungs clear.",
        "No focal opacity to suggest pneumonia.",
        "Previously described consolidation has resolved.",
    ),
    "effusion": (
        "No pleural effusion.",
        "Costophrenic angles are sharp.",
        "No pleural fluid.",
        "The effusion seen before is no longer present.",
    ),
    "nodule": ("No suspicious nodule.", "No mass."),
    "pneumothorax": (
        "No pneumothorax.",
        "No evidence of pneumothorax.",
        "Known pneumothorax has resolved.",
        "Pneumothorax not demonstrated on this supine film.",
    ),
    "cardiomegaly": (
        "Heart size normal.",
        "The heart is not enlarged.",
        "Normal cardiac silhouette.",
    ),
    "interstitial": ("No interstitial thickening.", "Normal lung markings."),
}

DEVICE_WORDS = {
    "ecg leads": "ECG leads overlie the chest.",
    "pacemaker": "Left-sided pacemaker with two leads in place.",
    "endotracheal tube": "Endotracheal tube with its tip above the carina.",
    "chest drain": "{Side} chest drain in place.",
    "nasogastric tube": "Nasogastric tube below the diaphragm.",
    "central line": "Central venous line with its tip in the superior vena cava.",
}


def report(exam: Exam, findings: tuple[Finding, ...]) -> str:
    """Write the report of one film.

    Faint findings are hedged, absent ones are negated or left out, and now and then a finding
    is named only because it has gone: a search for the bare word goes wrong here as it does in
    an archive.
    """
    rng = stream(exam.seed, "report")
    lines = [_technique(exam, rng)]
    lines += [_describe(finding, rng) for finding in findings]
    absent = _absent({finding.kind for finding in findings}, exam, rng)
    lines += absent or ["No acute abnormality."][: not findings]
    for name in exam.devices:
        lines.append(DEVICE_WORDS[name].format(Side=exam.drain_side.capitalize()))
    return " ".join(line for line in lines if line)


def _technique(exam: Exam, rng: np.random.Generator) -> str:
    if exam.view == "AP":
        words = "Chest AP, portable." if exam.portable_text else "Chest AP."
        return words + (" Rotated." if abs(exam.rotation) > 5 else "")
    return "Chest PA." + (" Limited inspiration." if exam.inspiration < -1.2 else "")


def _describe(finding: Finding, rng: np.random.Generator) -> str:
    level = 0 if finding.severity < 0.35 else 1 if finding.severity < 0.75 else 2
    if finding.kind == "nodule":
        level = 0 if finding.diameter_mm < 15 else 1 if finding.diameter_mm < 30 else 2
    choices = POSITIVE[finding.kind][level]
    side = {"both": "bilateral"}.get(finding.side, finding.side)
    zone = "perihilar region" if finding.zone == "perihilar" else f"{finding.zone} zone"
    place = f"{zone}s of both lungs" if finding.side == "both" else f"{side} {zone}"
    words = choices[int(rng.integers(len(choices)))]
    return words.format(
        side=side,
        Side=side.capitalize(),
        place=place,
        zones=f"mainly in the {zone}s",
        size=round(finding.diameter_mm),
    )


def _absent(present: set[str], exam: Exam, rng: np.random.Generator) -> list[str]:
    """Negations; sentences that cover everything are used when nothing was found."""
    lines = []
    for kind in KINDS:
        mention, pick = rng.random(), rng.random()
        share = {"nodule": 0.15, "interstitial": 0.15, "cardiomegaly": 0.8}.get(kind, 0.65)
        if kind in present or mention > share:
            continue
        choices = NEGATIVE[kind]
        if kind == "cardiomegaly" and exam.view == "AP" and pick < 0.4:
            lines.append("Heart size cannot be judged on this AP film.")
            continue
        if kind == "consolidation" and present - {"cardiomegaly"}:
            choices = choices[:1] + choices[2:]  # "Lungs clear" would contradict the rest
        if kind == "pneumothorax" and exam.view == "PA":
            choices = choices[:-1]  # nobody lies supine for a PA film
        # The last sentence of a kind speaks of what has gone; it is rarer than plain negation.
        weights = np.ones(len(choices))
        weights[-1] = 0.25 if "resolved" in choices[-1] or "no longer" in choices[-1] else 1
        lines.append(str(rng.choice(choices, p=weights / weights.sum())))
    return lines
