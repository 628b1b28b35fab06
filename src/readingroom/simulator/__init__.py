"""Virtual patients: simulated chest films whose truth is known.

Nothing here is a patient, and nothing a model learns here holds for patients. What the simulator
is good for is cause and effect: the same film with and without a finding, a marker or a drain.
"""

import lazy_loader

VERSION = "6"
"""Changes whenever any pixel of any cohort would change; part of every cache key."""

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
