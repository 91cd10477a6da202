"""Proofs: what the press would print for each country, language and size, before any of it is
printed and stored."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from protect.campaigns.base.enums import PaperSize
from protect.campaigns.materials.models import Material
from protect.campaigns.materials.templates_table import press_templates
from protect.campaigns.press import numbers, sheets
from protect.campaigns.press.models import PressFile, PrintedNumber
from protect.campaigns.press.numbers import LineChoice
from protect.campaigns.press.omissions import Omission, find_omissions
from protect.campaigns.press.sheets import MaterialSheet, PaperFormat

NOTICE_LENGTH = 16  # hexadecimal digits of a SHA-256


class PrintInput(NamedTuple):
    countries: Sequence[str]
    languages: Sequence[str]  # BCP 47
    sizes: Sequence[PaperSize]
    has_bleed: bool
    seen: Sequence[str] = ()  # the notices of proofs that the user was shown


@dataclass(frozen=True, slots=True)
class Proof:
    """A paper before it is printed. `omitted`: the numbers that it leaves out."""

    country: str
    language: str
    paper: PaperFormat
    sheet: MaterialSheet
    omitted: tuple[Omission, ...]

    @property
    def text_languages(self) -> dict[str, str]:
        """Return the language in which each text is printed, by its key."""
        return {text.key: text.tag for text in self.sheet.texts}

    @property
    def notice(self) -> str:
        """Return a digest of what the user must be shown before printing: texts in other languages
        and numbers that are left out. "" if there is nothing to show."""
        others = [pair for pair in self.text_languages.items() if pair[1] != self.language]
        if not others and not self.omitted:
            return ""
        place = (self.country, self.language, self.paper.size.value)
        left_out = [(each.number, each.reason.value, each.replaced_by) for each in self.omitted]
        return hashlib.sha256(repr((place, others, left_out)).encode()).hexdigest()[:NOTICE_LENGTH]


def make_proofs(material: Material, wanted: PrintInput, *, at: datetime) -> Iterator[Proof]:
    """Yield the proof of each country, language and size. Errors: as `sheets.build_sheet`."""
    template, numbers_now = press_templates()[material.template], numbers.printable_numbers(at)
    before = _newest_numbers(material, wanted)
    for country in wanted.countries:
        for tag in wanted.languages:
            paper = PaperFormat(wanted.sizes[0], wanted.has_bleed)
            sheet = sheets.build_sheet(template, country, tag, paper, at=at)
            for size in wanted.sizes:
                yield Proof(
                    country,
                    tag,
                    PaperFormat(size, wanted.has_bleed),
                    replace(sheet, size=size.value),
                    find_omissions(
                        LineChoice(sheet.lines, sheet.best_lines),
                        before.get((country, tag, size.value), ()),
                        numbers_now,
                    ),
                )


def _newest_numbers(
    material: Material, wanted: PrintInput
) -> Mapping[tuple[str, str, str], Iterable[PrintedNumber]]:
    """Return the numbers of the newest file of a material for each country, language and size."""
    files = PressFile.objects.filter(
        material=material,
        country__in=wanted.countries,
        language__in=wanted.languages,
        size__in=wanted.sizes,
    )
    rows = files.order_by("version").prefetch_related("numbers")
    return {(row.country_id, row.language_id, row.size): list(row.numbers.all()) for row in rows}
