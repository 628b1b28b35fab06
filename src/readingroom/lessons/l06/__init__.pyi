from .figures import (
    groups as groups,
    hiding_maps as hiding_maps,
    interval_rows as interval_rows,
    marked_sheet as marked_sheet,
    probe_maps as probe_maps,
    sex_mix as sex_mix,
    show_drains as show_drains,
    show_twins as show_twins,
    test_conditions as test_conditions,
    twin_means as twin_means,
    two_hospitals as two_hospitals,
)
from .films import (
    contact_sheet as contact_sheet,
    mapped_films as mapped_films,
    peaks_on_letter as peaks_on_letter,
    twin_films as twin_films,
    window_aucs as window_aucs,
)
from .shortcuts import (
    asked as asked,
    crop as crop,
    hospital as hospital,
    level as level,
    plant_block as plant_block,
    plant_letter as plant_letter,
    repaired as repaired,
    repeated as repeated,
    seeds as seeds,
    stored_aucs as stored_aucs,
)
from .subgroups import (
    adults as adults,
    lopsided as lopsided,
    out_of_fold as out_of_fold,
    price_of_equal_misses as price_of_equal_misses,
)
