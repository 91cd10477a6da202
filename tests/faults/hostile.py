"""Files that once cost a server seconds and gigabytes; made here, so that none is kept."""

import io
import zipfile
from functools import cache

from tests.interchange.imports.uploads import workbook
from tests.uploads.sample_files import CATALOGUE, lzw, structured

ROUNDS = 315  # of LZW: 1.8 MB that grow to 2.2 GB
ROWS, COLUMNS = 99_000, 100


@cache
def lzw_pdf() -> bytes:
    """A PDF of 1.8 MB whose catalogue stands behind two gigabytes of blanks."""
    return structured(lzw(CATALOGUE, ROUNDS), "/LZWDecode")


@cache
def wide_workbook() -> bytes:
    """A workbook of less than half a megabyte with 9.9 million cells, none beyond 100,000 rows."""
    made = workbook(Demo=f"<row>{'<c><v>1</v></c>' * COLUMNS}</row>" * ROWS)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return out.getvalue()
