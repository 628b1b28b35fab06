"""What nodes ask of each other, and the kinds of object that they hand over (DICOM PS3.6)."""

from __future__ import annotations

VERIFICATION = "1.2.840.10008.1.1"
PATIENT_FIND, PATIENT_MOVE = "1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.4.1.2.1.2"
FIND, MOVE = "1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.2"
"""Query and retrieve from the study down, which every archive knows."""
ASKED = (VERIFICATION, PATIENT_FIND, FIND, PATIENT_MOVE, MOVE)
COMPUTED_RADIOGRAPHY = "1.2.840.10008.5.1.4.1.1.1"
DIGITAL_XRAY = "1.2.840.10008.5.1.4.1.1.1.1"
FILMS = (COMPUTED_RADIOGRAPHY, DIGITAL_XRAY)
"""Plain films as they are shown; those for processing are another kind."""
