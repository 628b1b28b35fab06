from .figures import SortingTable as SortingTable, contact_sheet as contact_sheet
