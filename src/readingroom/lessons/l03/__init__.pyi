from .figures import (
    LiveCurve as LiveCurve,
    learning_curve as learning_curve,
    moves_gallery as moves_gallery,
    seed_dots as seed_dots,
    shuffle_dots as shuffle_dots,
    stopping_curve as stopping_curve,
    training_curves as training_curves,
)
