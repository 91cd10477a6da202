"""Tables of data in TOML: one file per kind, one `[code]` section per record.
What differs between countries, languages and programmes is data. A folder named in
PROTECT_DATA_DIRS adds records or replaces them by code: `<folder>/<package>/<kind>.toml`."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

from protect.kernel.errors import DataError

PACKAGES = Path(__file__).resolve().parent.parent


class Record(BaseModel):
    """One record of a table. `code` is the name of its section."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str


@cache
def load[R: Record](
    package: str, kind: str, schema: type[R], *, is_ours: bool = True
) -> dict[str, R]:
    """Return the records of a kind by code, overlays applied, in the order of the files.
    `is_ours`: the release has a file of it; otherwise an office may have the only one. Errors:
    DataError naming file, line and remedy, for the first wrong record."""
    records: dict[str, R] = {}
    for path in files(package, kind, is_ours=is_ours):
        for code, fields in read(path).items():
            records[code] = _record(path, code, fields, schema)
    return records


def files(package: str, kind: str, *, is_ours: bool = True) -> Iterator[Path]:
    """Yield the files of a kind: ours first, then each overlay that has one."""
    own, *overlays = (each / f"{kind}.toml" for each in folders(package))
    paths = [path for path in (own, *overlays) if path.is_file()]
    if own not in paths and is_ours:
        remedy = "restore it from the release; nothing works without it."
        problem = "This file is missing."
        raise DataError(file=str(own), line=0, record=kind, problem=problem, remedy=remedy)
    yield from paths


def folders(package: str) -> list[Path]:
    """Return where tables of a package are: ours first, then each overlay."""
    overlays = [Path(folder) / package for folder in settings.PROTECT_DATA_DIRS]
    return [PACKAGES / package / "data", *overlays]


def kinds(package: str, pattern: str) -> list[str]:
    """Return the kinds of one shape, such as a file for each language; an office may add some."""
    paths = ((each, path) for each in folders(package) for path in sorted(each.glob(pattern)))
    names = (path.relative_to(each).with_suffix("").as_posix() for each, path in paths)
    return list(dict.fromkeys(names))


def read(path: Path) -> dict[str, Any]:
    """Return a TOML file as a dictionary. Errors: DataError when it is no UTF-8 or no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        match = re.search(r"line (\d+)", str(error))
        line, problem = int(match[1]) if match else 1, f"Not readable as TOML: {error}."
        remedy = "save it as UTF-8 and correct that line."
        raise DataError(
            file=path.name, line=line, record="file", problem=problem, remedy=remedy
        ) from None


def bad_row(package: str, kind: str, code: str, *, problem: str, remedy: str) -> DataError:
    """Return the error for a record that is wrong together with others (a cycle, a clash)."""
    rows = files(package, kind, is_ours=False)
    path = max(reversed([*rows]), key=lambda each: line_of(each, code) > 0)
    line = line_of(path, code)
    return DataError(file=path.name, line=line, record=code, problem=problem, remedy=remedy)


def _record[R: Record](path: Path, code: str, fields: Any, schema: type[R]) -> R:
    if not isinstance(fields, dict):
        fields = {"value": fields}
    try:
        return schema.model_validate({**fields, "code": code})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "record"
        raise DataError(
            file=path.name,
            line=line_of(path, code),
            record=code,
            problem=f"{where}: {first['msg']}.",
            remedy=f"see docs/data.md for what {path.stem}.toml takes.",
        ) from None


def line_of(path: Path, code: str) -> int:
    """Return the number of the line where a record's section opens, 0 when it has none."""
    opening = re.compile(rf'^\s*\[+"?{re.escape(code)}"?[\].]')
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if opening.match(line):
            return number
    return 0
