"""All parsers of uploaded files, with the limits of their processes. A parser is a module with
`parse(content, options)`, which returns a few facts and the bytes of its answer, or raises Refused.
Its process imports this module and what it needs, never Django. Parsers of higher packages are
named by path, so that this package does not import them."""

from collections.abc import Mapping
from dataclasses import dataclass

from protect.uploads.refusal_reasons import MAX_FILE_BYTES, MAX_FILM_BYTES, MEBIBYTE

type Options = Mapping[str, str | int]
type Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Parser:
    """A parser module, and the limits of the process that runs it."""

    module: str
    memory: int = 1024 * MEBIBYTE  # bytes of address space, libraries included
    cpu_seconds: int = 10
    wall_seconds: int = 45  # generous, because the machine has other work
    max_answer_bytes: int = 96 * MEBIBYTE
    program: str = ""  # name of the one program that the process may start
    file_bytes: int = 0  # most bytes of a file in memory, for the program


def _visitor_parser(module: str) -> Parser:
    return Parser(
        module, memory=256 * MEBIBYTE, cpu_seconds=1, wall_seconds=5, max_answer_bytes=2 * MEBIBYTE
    )


FFMPEG = "ffmpeg"
_IMPORT_PARSERS = "protect.interchange.imports.parsers"

PARSERS: Mapping[str, Parser] = {
    "document": Parser(
        "protect.uploads.documents.parser",
        memory=1536 * MEBIBYTE,  # six copies of the largest picture
        cpu_seconds=20,
        max_answer_bytes=MAX_FILE_BYTES,
    ),
    "film": Parser(
        "protect.uploads.media.films",
        memory=2048 * MEBIBYTE,
        cpu_seconds=2 * 60 * 60,
        wall_seconds=2 * 60 * 60,
        program=FFMPEG,
        file_bytes=MAX_FILM_BYTES,
    ),
    "recording": Parser(
        "protect.uploads.media.recordings",
        memory=1536 * MEBIBYTE,
        cpu_seconds=20,
        max_answer_bytes=4 * MEBIBYTE,
        program=FFMPEG,
        file_bytes=MAX_FILE_BYTES,
    ),
    "subtitles": Parser("protect.campaigns.films.subtitle_parser", max_answer_bytes=2 * MEBIBYTE),
    "translations": Parser("protect.content.exchange.parser", cpu_seconds=20),
    "certificate": _visitor_parser("protect.certificates.parsers.json_and_png"),
    "certificate_pdf": _visitor_parser("protect.certificates.parsers.pdf"),
    "import_kind": Parser(
        f"{_IMPORT_PARSERS}.archive", cpu_seconds=2, wall_seconds=10, max_answer_bytes=0
    ),
    "import_csv": Parser(f"{_IMPORT_PARSERS}.csv_text"),
    "import_encodings": Parser(f"{_IMPORT_PARSERS}.encodings", max_answer_bytes=MEBIBYTE),
    "import_workbook": Parser(f"{_IMPORT_PARSERS}.workbook", cpu_seconds=20),
    "import_feed": Parser(f"{_IMPORT_PARSERS}.feed_pages"),
    "import_package": Parser(f"{_IMPORT_PARSERS}.package_tables"),
    "import_mapping": Parser(f"{_IMPORT_PARSERS}.mapping_file", cpu_seconds=2, wall_seconds=10),
}
