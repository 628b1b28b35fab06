from .figures import (
    LiveCurve as LiveCurve,
    learning_curve as learning_curve,
    moves_gallery as moves_gallery,
    run_dots as run_dots,
    shuffle_dots as shuffle_dots,
    stopping_curve as stopping_curve,
    training_curves as training_curves,
)
from .films import (
    contrast_alone as contrast_alone,
    known as known,
    pairing_narrows as pairing_narrows,
    told_of_edge as told_of_edge,
)
from .trainings import five as five, how_long as how_long
