from .annotation import annotate as annotate, disputed as disputed, mined as mined
from .archive import brightened as brightened
from .casebook import clinic as clinic
from .cohorts import SimulatedCohort as SimulatedCohort
from .exam import Exam as Exam
from .export import export_dicom as export_dicom
from .faulty import faulty_sheet as faulty_sheet
from .film import Film as Film, draw as draw
from .finding import Finding as Finding
from .fingers import hand as hand
from .mix import Case as Case, Mix as Mix, Tie as Tie, plan as plan
from .patient import Patient as Patient
from .population import cohort as cohort, film_cases as film_cases, recipes as recipes
from .reader import Reader as Reader, advised as advised, read as read
from .sheet import contact_sheet as contact_sheet
from .sideways import lateral as lateral
from .site import SITES as SITES
from .telephone import photo as photo
from .visit import follow_up as follow_up, growth as growth, twin as twin

VERSION: str
