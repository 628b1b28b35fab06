from .figures import (
    learning_curve as learning_curve,
    seed_dots as seed_dots,
    shuffle_dots as shuffle_dots,
    stopping_curve as stopping_curve,
    training_curves as training_curves,
)
from .live import LiveCurve as LiveCurve
from .moves import moves_gallery as moves_gallery
