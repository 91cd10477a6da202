"""CSV in the columns that an import reads: a file of ours is a file for us."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import batched

from protect.interchange.exports.store import Exported, Head
from protect.interchange.imports.files.columns import NOTICE
from protect.interchange.imports.rows.service_cells import COLUMNS, Statement, cells
from protect.kernel.spreadsheet import RecordWriter

ROWS = 200  # written at a time
BOM = "\ufeff"  # without it a spreadsheet takes the text for another encoding


def write(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    """Yield a table in UTF-8. The notice from the head of other files is its last column."""
    columns = [*COLUMNS, NOTICE] if head.notice else [*COLUMNS]
    text = io.StringIO()
    writer = RecordWriter(text, columns)
    text.write(BOM)
    writer.writeheader()
    for chunk in batched(services, ROWS, strict=False):
        for exported in chunk:
            extra = exported.extra
            statement = Statement(exported.entry, extra.source_id, extra.professionals_only)
            row = {column: cell.strip() for column, cell in cells(statement).items()}
            writer.writerow({**row, NOTICE: head.notice} if head.notice else row)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()
