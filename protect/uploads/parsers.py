"""Every parser of files that people or partners send, with what its process may spend.
A parser is a module with `parse(content, options)`, which returns a few facts and the bytes of its
answer, or raises Refused. Its process imports that module and what it needs, never Django. Parsers
of packages above this one are named by their path, so that nothing is imported upwards."""

from collections.abc import Mapping
from dataclasses import dataclass

from protect.uploads.refusal_reasons import MEBIBYTE, MOST_BYTES

type Options = Mapping[str, str | int]
type Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Parser:
    """A module, and the bounds of the process that runs it."""

    module: str
    memory: int = 1024 * MEBIBYTE  # bytes of addresses, libraries included
    cpu_seconds: int = 10
    wall_seconds: int = 45  # for a machine that has other work
    most: int = 96 * MEBIBYTE  # bytes of the answer


def _of_visitors(module: str) -> Parser:
    return Parser(module, memory=256 * MEBIBYTE, cpu_seconds=1, wall_seconds=5, most=2 * MEBIBYTE)


_IMPORT = "protect.interchange.imports.parsers"

PARSERS: Mapping[str, Parser] = {
    "document": Parser(
        "protect.uploads.documents.parser",
        memory=1536 * MEBIBYTE,  # six copies of the largest picture
        cpu_seconds=20,
        most=MOST_BYTES,
    ),
    "certificate": _of_visitors("protect.certificates.parsers.json_and_png"),
    "certificate_pdf": _of_visitors("protect.certificates.parsers.pdf"),
    "import_kind": Parser(f"{_IMPORT}.archive", cpu_seconds=2, wall_seconds=10, most=0),
    "import_csv": Parser(f"{_IMPORT}.csv_text"),
    "import_encodings": Parser(f"{_IMPORT}.encodings", most=MEBIBYTE),
    "import_workbook": Parser(f"{_IMPORT}.workbook", cpu_seconds=20),
    "import_feed": Parser(f"{_IMPORT}.feed_pages"),
    "import_package": Parser(f"{_IMPORT}.package_tables"),
    "import_mapping": Parser(f"{_IMPORT}.mapping_file", cpu_seconds=2, wall_seconds=10),
}
