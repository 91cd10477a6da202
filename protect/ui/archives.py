"""Several files as one, to download."""

import zipfile
from collections.abc import Iterable
from io import BytesIO


def zip_files(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return files, by name and content, as one ZIP without dates or other metadata."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:  # PDFs are already compressed
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
