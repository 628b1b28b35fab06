from .deidentification import (
    alone as alone,
    exam_list as exam_list,
    in_bytes as in_bytes,
    left as left,
    left_by as left_by,
    losses as losses,
    methods as methods,
    removed as removed,
    sensitivity as sensitivity,
)
from .figures import header_table as header_table, ticks as ticks
from .films import (
    exports as exports,
    four_films as four_films,
    planted as planted,
    planted_lines as planted_lines,
    reading as reading,
    stick as stick,
    with_table as with_table,
)
