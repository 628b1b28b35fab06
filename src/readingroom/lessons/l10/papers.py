"""What vendors, offices and colleagues say: a pitch, a summary, two cards, a transcript, duties.

All names, numbers and documents here are invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# --- the pitch: what each of the ten claims lacks; where two names fit, either counts

PATIENTS, SURE, ALARMS, COMPARED, NOTHING = (
    "whose patients", "how sure", "false alarms", "compared with what", "nothing",
)  # fmt: skip
GAPS = (PATIENTS, SURE, ALARMS, COMPARED, NOTHING)
LACKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AUC on one department's list", (NOTHING,)),
    ("finds 98 %", (ALARMS,)),
    ("reports 30 % sooner", (COMPARED, SURE)),
    ("100 % and 100 %", (SURE, PATIENTS)),
    ("1.2 million films", (PATIENTS,)),
    ("cleared and marked", (PATIENTS,)),
    ("12 % more nodules", (ALARMS,)),
    ("one alarm in three true", (NOTHING,)),
    ("even better now", (COMPARED, SURE)),
    ("an hour a day", (COMPARED, SURE)),
)
CLEARANCE = 5  # the claim, from 0, that a clearance answers for your patients

# --- the summary, in the form of a public 510(k) summary

SUMMARY: dict[str, str] = {
    "Document": "K000000. Invented for this course. No such device exists.",
    "Device": "Lungsight Triage, version 2.1.",
    "Indication": "Assists in ordering the reading list of adult frontal chest films. It flags "
    "films on which a pneumothorax is suspected. It is no diagnosis.",
    "Predicate": "A triage program for the same finding, cleared earlier.",
    "Device description": "Software that receives films from the archive, processes them and "
    "sends a flag to the worklist. Films of 12 models of detectors can be read.",
    "Performance": "602 films, 184 with and 418 without a pneumothorax, were chosen from three "
    "hospitals in two countries. The mean age was 58 years; 47 % were women. Three radiologists "
    "read each film apart from each other, without the program; the majority decided. "
    "Sensitivity .93 (95 % interval .88 to .96), specificity .90 (.87 to .93), "
    "AUC .97 (.96 to .98). The mean time from film to flag was 22 seconds.",
    "Conclusion": "The device is substantially equivalent to the predicate.",
}
ABSENT = "absent"
NOT_THERE = re.compile(
    r"\W*(?:it is )?(?:absent|missing|none?|unknown|open"
    r"|not (?:stated|given|reported|there|in it))\b.*",
    re.I | re.S,
)
# row: (what is asked, what may be clicked, what is right)
ROWS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "n": ("How many films were tested?", ("184", "418", "602", ABSENT), "602"),
    "sites": ("From how many hospitals?", ("2", "3", "12", ABSENT), "3"),
    "reference": (
        "Who or what decided the truth?",
        ("CT", "report", "three radiologists", ABSENT),
        "three radiologists",
    ),
    "prevalence": (
        "How common is the finding on a list?", (".31", ".05", ABSENT), ABSENT,
    ),
    "subgroups": (
        "Sensitivity by sex, age or view?", ("by sex and age", "by view", ABSENT), ABSENT,
    ),
    "status": ("What did the office say of it?", ("approved", "cleared"), "cleared"),
}  # fmt: skip


def is_absent(said: object) -> bool:
    """Whether a row says that the summary does not state it: absent, "Not stated.", None."""
    return NOT_THERE.fullmatch(str(said)) is not None


JUDGED = tuple(name for name in ROWS if name != "status")
RIGHT = {name: right for name, (_, _, right) in ROWS.items()}
MIX = ".31"  # 184 of 602
QUESTIONS = {
    "n": "On how many films, ill and well, was this version tested?",
    "sites": "In which hospitals, and is one of them like ours?",
    "reference": "Who decided the truth, and what did they see: the film alone, CT, follow-up?",
    "prevalence": "How common was the finding on a consecutive list, and how many alarms were "
    "false there?",
    "subgroups": "Sensitivity and false alarms by sex, age, view and device, with intervals?",
}
ALWAYS = (
    "May we test it on our own consecutive films, before we pay, by a gate that we fix?",
    "Which version is this, who tells us of a new one, and can we go back?",
    "Which films does it refuse, and what does it say then?",
)
OFFICIAL = {
    "K182336": "https://www.accessdata.fda.gov/cdrh_docs/pdf18/K182336.pdf",
    "K190362": "https://www.accessdata.fda.gov/cdrh_docs/pdf19/K190362.pdf",
}

# --- two cards of a marketplace

CARDS: dict[str, dict[str, str]] = {
    "A · Lungsight": {
        "intended use": "pneumonia on frontal chest films of children",
        "tested on": "one hospital; consecutive films",
        "reference standard": "two readers, a third for the test films",
        "interval given": "yes",
        "by sex, age, view": "not stated",
        "input check": "refuses lateral films and adults",
        "results as": "SR, SEG, Secondary Capture",
        "own test before payment": "yes",
        "notice of a new version": "30 days before",
    },
    "B · Thoravue": {
        "intended use": "pneumonia on chest films",
        "tested on": "not stated",
        "reference standard": "not stated",
        "interval given": "no",
        "by sex, age, view": "not stated",
        "input check": "not stated",
        "results as": "Secondary Capture",
        "own test before payment": "no",
        "notice of a new version": "not stated",
    },
}
NOT_STATED = ("not stated", "no")


def gaps(card: Mapping[str, str]) -> int:
    """Fields that a card leaves open or answers with no."""
    return sum(value in NOT_STATED for value in card.values())


# --- a meeting, six weeks after the program was switched on

MEETING: tuple[tuple[str, str], ...] = (
    ("Radiologist", "I signed 61 films yesterday. Four had a result when I opened them. I looked "
     "at those, and they were fine."),
    ("Radiographer", "I send every film twice, to the archive and to the AI. When the list is "
     "long, I send the second batch after lunch."),
    ("IT", "The service was up 99.8 % of the time. A film needs 40 seconds once it is there. On "
     "the median it is there 25 minutes after the film was taken."),
    ("Head of department", "Our reports are signed 9 minutes after the film. I am proud of that."),
    ("Controller", "We pay for 2,000 films a month. The fee is as agreed."),
    ("Vendor", "Your acceptance test was passed with room to spare. We can retrain the "
     "colleagues."),
)  # fmt: skip

# --- duties: stage, what has to be done, who answers for it

DUTIES: tuple[tuple[str, str, str], ...] = (
    ("need", "write the question,\nthe list, and\nwho decides", "clinician"),
    ("purchase", "mark up the\nsummary, ask\nwhat is absent", "management"),
    ("acceptance", "fix the gate,\ntest on your\nown list", "clinician"),
    ("integration", "route, input\ncheck, log, new\nseries, removal", "IT"),
    ("teaching", "all who use it\nknow what it can\nand cannot do", "management"),
    ("use", "read, decide,\nsign; report\nfaults", "clinician"),
    ("watch", "blind re-reads,\nchart, stop\nrule", "clinician"),
    ("change", "say what changes,\nhow it is tested,\nwhom it touches", "vendor"),
    ("again", "new version:\ngate anew; line\nin the inventory", "IT"),
)
OWNERS = ("clinician", "IT", "management", "vendor")
