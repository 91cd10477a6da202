"""Keep the record of translations read back: `make translated-back` writes docs/translations/.

The texts are those of the public catalogue and of the urgent pages, such as “If it just happened”.
For each public language a table says what each text was translated into, what a reader who did not
know the English read in it, and how a difference was settled. A text that has changed since then is
marked "to do". Exit code 1 with `--check` when the record does not match them.
"""

import csv
import io
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES, RECORDS = ROOT / "protect/locale", ROOT / "docs/translations"
CONTENT = ROOT / "protect/content/data"
URGENT = "site"  # kind of the urgent pages
# agreed: the translation back says what the English says. kept: it differs, and `why` says why that
# is no difference of meaning. mended: the translation was changed after it. to do: not read yet.
STATES = ("agreed", "kept", "mended", "to do")
INTRODUCTION = """\
# Translations read back

Each text that is not marked *to do* was translated from its meaning, then translated back into
English without sight of the source; differences were settled one by one. The table of a language
has the English text, the translation, what was read, and how a difference was settled. No native
speaker has read the texts and no survivor support worker has confirmed one: every language
is still *not reviewed* (`docs/glossary.md`). Beside a mended text stands what was read in the old
one; the new one was not read back a second time.

This page is written by `make translated-back`; do not edit it.

| language | texts | agreed | kept | mended | to do |
| --- | ---: | ---: | ---: | ---: | ---: |
"""


class Reading(NamedTuple):
    english: str
    translation: str
    read: str  # the translation back, perhaps with a remark after " ## "
    state: str  # one of STATES
    why: str


def languages() -> list[str]:
    return sorted(path.parent.parent.name for path in CATALOGUES.glob("*/LC_MESSAGES/django.po"))


def current_texts(tag: str) -> dict[str, str]:
    """Return the translation of each English text; a text with a context is named with it."""
    with (CATALOGUES / tag / "LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    texts = {
        f"{message.id} ({message.context})" if message.context else str(message.id): str(
            message.string
        )
        for message in catalogue
        if message.id
    }
    return texts | urgent_texts(tag)


def urgent_texts(tag: str) -> dict[str, str]:
    """Return the translation of each English text of the urgent pages."""
    texts = {}
    for path in sorted((CONTENT / "pages").glob("*.toml")):
        page = tomllib.loads(path.read_text(encoding="utf-8"))
        if page.get("kind") == URGENT:
            file = CONTENT / "translations" / tag / path.name
            translated = tomllib.loads(file.read_text(encoding="utf-8"))
            english = {segment["key"]: segment["text"] for segment in page["segment"]}
            texts |= {english[key]: row["text"] for key, row in translated.items()}
    return texts


def read_record(tag: str) -> dict[str, Reading]:
    path = RECORDS / f"{tag}.tsv"
    if not path.exists():
        return {}
    rows = csv.reader(path.read_text(encoding="utf-8").splitlines()[1:], delimiter="\t")
    return {row[0]: Reading(*row) for row in rows}


def updated_record(tag: str) -> list[Reading]:
    """Return the readings of all texts of today; one whose text has changed is to do."""
    known = read_record(tag)
    readings = []
    for english, translation in current_texts(tag).items():
        reading = known.get(english)
        if reading is None or reading.translation != translation:
            reading = Reading(english, translation, "", "to do", "")
        readings.append(reading)
    return readings


def record_text(readings: list[Reading]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerows([Reading._fields, *readings])
    return text.getvalue()


def pages() -> dict[Path, str]:
    """Return the text of each file of the record."""
    lines, files = [], {}
    for tag in languages():
        readings = updated_record(tag)
        counts = Counter(reading.state for reading in readings)
        columns = " | ".join(str(counts[state]) for state in STATES)
        lines.append(f"| [{tag}]({tag}.tsv) | {len(readings)} | {columns} |\n")
        files[RECORDS / f"{tag}.tsv"] = record_text(readings)
    files[RECORDS / "README.md"] = INTRODUCTION + "".join(lines)
    return files


def main() -> int:
    files = pages()
    old = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    for path in old:
        print(path.relative_to(ROOT))
        if "--check" not in sys.argv:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
    return int("--check" in sys.argv and bool(old))


if __name__ == "__main__":
    sys.exit(main())
