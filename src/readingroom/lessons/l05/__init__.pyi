from .figures import (
    erasing_curve as erasing_curve,
    heat_maps as heat_maps,
    rate_bars as rate_bars,
    ruled_films as ruled_films,
    show_comparison as show_comparison,
    show_pointed as show_pointed,
    show_sanity_maps as show_sanity_maps,
    size_curve as size_curve,
)
from .films import (
    blurred as blurred,
    boxes_around as boxes_around,
    eight_films as eight_films,
    films_with as films_with,
    localise_films as localise_films,
    unpacked as unpacked,
)
from .make import ERASED as ERASED, METHODS as METHODS, stored_run as stored_run
from .saliency import (
    by_network as by_network,
    comparison as comparison,
    own_localisation as own_localisation,
    pointed as pointed,
    print_detected as print_detected,
    sanity_maps as sanity_maps,
    wrong_answers as wrong_answers,
    wrong_place as wrong_place,
)
