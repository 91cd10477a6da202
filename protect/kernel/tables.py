"""Tables of data in TOML: one file per kind, one `[code]` section per record. Data that differs
between countries, languages and programmes is kept in these files. An overlay, which is a
folder in PROTECT_DATA_DIRS, adds or replaces records by code: `<folder>/<package>/<kind>.toml`."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

from protect.kernel.errors import DataError

PACKAGES_FOLDER = Path(__file__).resolve().parent.parent


class Record(BaseModel):
    """One record of a table. `code` is the name of its section."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str


@cache
def load[R: Record](
    package: str, kind: str, schema: type[R], *, is_required: bool = True
) -> dict[str, R]:
    """Return the records of a kind by code, in the order of the files, overlays applied.
    If `is_required` is false, the release has no such file, and only overlays may have one.
    Errors: DataError with file, line and remedy, for the first wrong record."""
    records: dict[str, R] = {}
    for path in find_files(package, kind, is_required=is_required):
        for code, fields in read_toml(path).items():
            records[code] = _parse_record(path, code, fields, schema)
    return records


def find_files(package: str, kind: str, *, is_required: bool = True) -> Iterator[Path]:
    """Yield the files of a kind: that of the release, then those of the overlays.
    Errors: DataError if `is_required` and the release has no such file."""
    release_file, *overlays = (folder / f"{kind}.toml" for folder in data_folders(package))
    paths = [path for path in (release_file, *overlays) if path.is_file()]
    if release_file not in paths and is_required:
        remedy = "restore it from the release; nothing works without it."
        problem = "This file is missing."
        raise DataError(file=str(release_file), line=0, record=kind, problem=problem, remedy=remedy)
    yield from paths


def data_folders(package: str) -> list[Path]:
    """Return the folders with tables of a package: that of the release, then the overlays."""
    overlays = [Path(folder) / package for folder in settings.PROTECT_DATA_DIRS]
    return [PACKAGES_FOLDER / package / "data", *overlays]


def data_file_names(package: str, pattern: str) -> list[str]:
    """Return the names, without suffix, of the data files of a package that match the glob
    `pattern`, overlays included."""
    paths = ((each, path) for each in data_folders(package) for path in sorted(each.glob(pattern)))
    names = (path.relative_to(each).with_suffix("").as_posix() for each, path in paths)
    return list(dict.fromkeys(names))


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dictionary. Errors: DataError if it is not UTF-8 or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        match = re.search(r"line (\d+)", str(error))
        line, problem = int(match[1]) if match else 1, f"Not readable as TOML: {error}."
        remedy = "save it as UTF-8 and correct that line."
        raise DataError(
            file=path.name, line=line, record="file", problem=problem, remedy=remedy
        ) from None


def bad_row_error(package: str, kind: str, code: str, *, problem: str, remedy: str) -> DataError:
    """Return the error for a record that contradicts other records (a cycle, a clash)."""
    candidates = find_files(package, kind, is_required=False)
    path = max(reversed([*candidates]), key=lambda each: find_line_number(each, code) > 0)
    line = find_line_number(path, code)
    return DataError(file=path.name, line=line, record=code, problem=problem, remedy=remedy)


def _parse_record[R: Record](path: Path, code: str, fields: Any, schema: type[R]) -> R:
    """Parse the fields of a record; a bare value becomes its field `value`."""
    if not isinstance(fields, dict):
        fields = {"value": fields}
    try:
        return schema.model_validate({**fields, "code": code})
    except ValidationError as error:
        first = error.errors()[0]
        field_path = ".".join(str(part) for part in first["loc"]) or "record"
        raise DataError(
            file=path.name,
            line=find_line_number(path, code),
            record=code,
            problem=f"{field_path}: {first['msg']}.",
            remedy=f"see docs/data.md for the fields of {path.stem}.toml.",
        ) from None


def find_line_number(path: Path, code: str) -> int:
    """Return the number of the line where a record's section opens, 0 when it has none."""
    opening = re.compile(rf'^\s*\[+"?{re.escape(code)}"?[\].]')
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if opening.match(line):
            return number
    return 0
