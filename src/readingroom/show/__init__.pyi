from .boxes import draw_box as draw_box, ruled as ruled
from .controls import sliders as sliders
from .figures import (
    axes as axes,
    colours as colours,
    films as films,
    show as show,
    weight_map as weight_map,
)
from .intervals import estimates as estimates, narrowing as narrowing
from .reading import readings as readings
from .stacks import stack as stack
from .windows import panels as panels, slider as slider
