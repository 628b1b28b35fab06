from .figures import (
    call_buttons as call_buttons,
    calls_table as calls_table,
    lesion_sheet as lesion_sheet,
    threshold_slider as threshold_slider,
    thresholds as thresholds,
    wards as wards,
)
from .films import (
    night_set as night_set,
    reading_set as reading_set,
    remark as remark,
    standard as standard,
    threshold_set as threshold_set,
    ward_films as ward_films,
    warm_up as warm_up,
)
from .simulated import (
    gallery as gallery,
    inverted_film as inverted_film,
    lesions as lesions,
    scope_set as scope_set,
)
