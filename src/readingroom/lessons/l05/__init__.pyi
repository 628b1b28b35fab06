from .figures import (
    erasing_curve as erasing_curve,
    heat_maps as heat_maps,
    rate_bars as rate_bars,
    ruled_films as ruled_films,
    size_curve as size_curve,
)
from .films import (
    boxes_around as boxes_around,
    by_network as by_network,
    comparison as comparison,
    eight_films as eight_films,
    localise_films as localise_films,
    own_localisation as own_localisation,
    pointed as pointed,
    print_detected as print_detected,
    sanity_maps as sanity_maps,
    show_comparison as show_comparison,
    show_pointed as show_pointed,
    unpacked as unpacked,
    wrong_answers as wrong_answers,
    wrong_place as wrong_place,
)
from .make import ERASED as ERASED, METHODS as METHODS, stored_run as stored_run
from .selected import blurred as blurred
from .targets import films_with as films_with
