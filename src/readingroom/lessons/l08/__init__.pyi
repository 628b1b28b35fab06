from .figures import (
    advice_slider as advice_slider,
    changes as changes,
    deferral as deferral,
    drill as drill,
    readers as readers,
    sets as sets,
    sitting as sitting,
    three_intervals as three_intervals,
    waits as waits,
)
from .films import (
    alarms_left as alarms_left,
    certainty as certainty,
    day as day,
    deferred as deferred,
    measure as measure,
    months as months,
    reliance as reliance,
    scores as scores,
    study as study,
    surest as surest,
)
