"""Size limits of imported files. A file beyond a limit is refused as a whole."""

from protect.uploads.refusal_reasons import Refused

MEGABYTE = 1_000_000  # bytes
MAX_FILE_MEGABYTES = 20
MAX_ROWS = 100_000
MAX_COLUMNS = 300  # of a sheet
MAX_CELLS = 2_000_000  # of all tables of a file, or values of all its JSON documents
MAX_ARCHIVE_FILES = 2_000  # members of an archive
MAX_TEXT_MEGABYTES = 60  # of an archive of texts, unpacked
MAX_WORKBOOK_MEGABYTES = 200  # unpacked; its XML has ten times the size of its cells
MAX_DEPTH = 32  # levels of nested objects and lists
HEADING_SEARCH_ROWS = 30  # first rows that are searched for the headings


class CellBudget:
    """A counter of cells that refuses a file with more than the limit."""

    def __init__(self) -> None:
        self._left = MAX_CELLS

    def spend(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise Refused("cells", limit=MAX_CELLS)


def refuse_too_many_rows(rows: int) -> None:
    """Refuse more than 100,000 rows. Errors: Refused."""
    if rows > MAX_ROWS:
        raise Refused("rows", found=rows, limit=MAX_ROWS)
