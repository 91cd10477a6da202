"""How much of a file is read. More is refused whole, with words (`files.reader`)."""

from protect.uploads.refusal_reasons import Refused

MEGABYTE = 1_000_000  # bytes
MOST_MEGABYTES = 20
MOST_ROWS = 100_000
MOST_COLUMNS = 300  # of a sheet
MOST_CELLS = 2_000_000  # of a table, or values of a document
MOST_MEMBERS = 2_000  # files in an archive
MOST_UNPACKED = 60  # MB; texts
MOST_SHEET = 200  # MB; the XML of a spreadsheet is ten times its cells
MOST_DEPTH = 32  # objects and lists within one another
LOOKED_AT = 30  # rows among which the headings are looked for


class Room:
    """Counts cells, and refuses the one that is too many."""

    def __init__(self) -> None:
        self._left = MOST_CELLS

    def take(self, cells: int) -> None:
        self._left -= cells
        if self._left < 0:
            raise Refused("cells", limit=MOST_CELLS)


def must_be_few(rows: int) -> None:
    """Refuse more than 100,000 rows. Errors: Refused."""
    if rows > MOST_ROWS:
        raise Refused("rows", found=rows, limit=MOST_ROWS)
