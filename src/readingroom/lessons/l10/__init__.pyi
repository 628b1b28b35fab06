from .figures import (
    acceptance as acceptance,
    agreement as agreement,
    arrivals as arrivals,
    cards as cards,
    duties as duties,
    form as form,
    gate_of_year as gate_of_year,
    meeting as meeting,
    money as money,
    one_way as one_way,
    ppv_log as ppv_log,
    questions as questions,
    seconds as seconds,
    summary as summary,
    three_hospitals as three_hospitals,
    two_curves as two_curves,
)
from .films import two_programs as two_programs
from .hospitals import gate as gate, hospital as hospital, of_group as of_group, write as write
from .sheets import cloud_seconds as cloud_seconds, swings as swings, thin_line as thin_line
from .traffic import (
    another_archive as another_archive,
    compare as compare,
    may_read as may_read,
    planted as planted,
    predict as predict,
    study as study,
    told as told,
    turned as turned,
    why_not as why_not,
)
from .weeks import year as year
