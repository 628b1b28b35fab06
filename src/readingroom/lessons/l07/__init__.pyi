from .door import (
    RULES as RULES,
    asked as asked,
    flagged as flagged,
    gate as gate,
    outbox as outbox,
    through as through,
    worded as worded,
)
from .figures import (
    attack_curve as attack_curve,
    attacked_film as attacked_film,
    by_gamma as by_gamma,
    by_step as by_step,
    contact_sheet as contact_sheet,
    defence as defence,
    difference_map as difference_map,
    film_slider as film_slider,
    odd_rows as odd_rows,
    site_table as site_table,
    spot_sheet as spot_sheet,
    steps_sheet as steps_sheet,
    strangers as strangers,
    transfer as transfer,
)
from .films import (
    accuracy_under as accuracy_under,
    alarms as alarms,
    levels as levels,
    per_hundred as per_hundred,
    robustness as robustness,
    shift as shift,
    shrunk as shrunk,
    sites as sites,
    specificity_change as specificity_change,
    thumbnails as thumbnails,
)
from .live import as_network as as_network, attack_films as attack_films, policy as policy
