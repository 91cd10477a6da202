"""A mapping report in words: headings, typed texts and tables in the active language. The page, the
PDF and the DOCX show the same blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy

from protect.coordination.mappings.enums import Method, PeopleGroup
from protect.coordination.mappings.models import MappingReport
from protect.coordination.mappings.report_content import report_content
from protect.coordination.minutes.enums import ActionState
from protect.coordination.presence import axes
from protect.directory.facts.sentences import language_name
from protect.reference import formats

type Row = tuple[str, ...]
PART_TITLES: Mapping[str, Promise] = {
    # Translators, of each below: heading of a part of a report about needs.
    "introduction": gettext_lazy("Introduction"),
    "method": gettext_lazy("Method"),
    "findings": gettext_lazy("Findings"),
    "gaps": gettext_lazy("Gaps"),
    "recommendations": gettext_lazy("Recommendations"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the report. `typed`: a text in the language of the report; `row`s belong to tables,
    whose first column has the headings of lines."""

    kind: Literal["heading", "subheading", "text", "typed", "table"]
    text: str = ""  # of a table: its caption
    head: Row = ()
    rows: tuple[Row, ...] = ()

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Return the rows of a table, each cell with the heading of its column."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class ReportWords:
    title: str
    lead: tuple[str, ...]
    blocks: tuple[Block, ...]
    language: str  # of typed texts, BCP 47


def report_words(report: MappingReport) -> ReportWords:
    """Return a report in the active language. An issued version says what it said then."""
    content = report_content(report)
    about = content["round"]
    tag = get_language() or "en"
    country = formats.country_name(about["country"], tag)
    period = f"{day_text(about['starts_on'])} – {day_text(about['ends_on'])}"
    lead = [f"{country} · {period} · {about['organisation']}", _version_text(report)]
    if settings.IS_DEMO:
        lead.append(_("Demonstration. Everything called “Demo” is invented."))
    return ReportWords(
        about["title"], tuple(lead), tuple(_blocks(report, content)), report.language_id
    )


def day_text(day: str) -> str:
    return formats.date_text(date.fromisoformat(day), get_language() or "en")


def number_text(number: int | None) -> str:
    return _("hidden") if number is None else str(number)


def _version_text(report: MappingReport) -> str:
    if report.issued_at is None:
        # Translators: {number} of a version of a report that is not issued yet.
        return _("Draft of version {number}").format(number=report.number)
    # Translators: {number} of a version of a report, and the {day} on which it was issued.
    text = _("Version {number}, issued on {day}")
    return text.format(number=report.number, day=day_text(report.issued_at.date().isoformat()))


def _blocks(report: MappingReport, content: dict[str, Any]) -> Iterator[Block]:
    makers = {
        "introduction": lambda: iter([Block("text", content["round"]["purpose"])]),
        "method": lambda: _method(content),
        "findings": lambda: _findings(content),
        "gaps": lambda: _gaps(content),
        "recommendations": lambda: _recommendations(content),
    }
    for part, title in PART_TITLES.items():
        yield Block("heading", str(title))
        if text := getattr(report, part).strip():
            yield Block("typed", text)
        yield from makers[part]()


def _method(content: dict[str, Any]) -> Iterator[Block]:
    counts = content["figures"]
    methods = counts["methods"]  # PostgreSQL keeps the keys of a frozen content in no order
    rows = [(str(each.label), str(methods[each])) for each in Method if each in methods]
    sum_row = (_("Sum"), str(sum(counts["methods"].values())))
    yield Block("table", _("What was asked"), (_("Method"), _("Number")), (*rows, sum_row))
    if counts["people"]:
        people = [
            (str(group.label), number_text(counts["people"][group]))
            for group in PeopleGroup
            if group in counts["people"]
        ]
        total = (_("Sum"), number_text(counts["people_total"]))
        head = (_("People"), _("Number"))
        yield Block("table", _("People who took part"), head, (*people, total))
        yield Block(
            "text",
            _(
                "Numbers of people under 5 are hidden, and a larger one beside them where a sum "
                "would reveal them."
            ),
        )
    # Translators: under the tables of methods; the values are numbers and a list of languages.
    text = _(
        "Regions: {regions}. Languages: {languages}. With an interpreter: {interpreter}. Coded "
        "answers: {coded} of {answers}."
    )
    languages = ", ".join(language_name(tag) for tag in counts["languages"]) or "–"
    yield Block(
        "text",
        text.format(
            regions=counts["regions"],
            languages=languages,
            interpreter=counts["with_interpreter"],
            coded=counts["coded"],
            answers=counts["answers"],
        ),
    )


def _findings(content: dict[str, Any]) -> Iterator[Block]:
    if not content["findings"]:
        yield Block("text", _("No findings yet."))
    for finding in content["findings"]:
        yield Block("subheading", f"{finding['number']}. {finding['title']}")
        yield Block("typed", finding["text"])
        yield Block("text", " · ".join(_finding_facts(finding)))


def _finding_facts(finding: dict[str, Any]) -> Iterator[str]:
    yield str(axes.needs().get(finding["need"], finding["need"]))
    names = axes.target_groups()
    if groups := [str(names.get(code, code)) for code in finding["groups"]]:
        yield ", ".join(groups)
    if areas := [str(axes.region_name(code)) for code in finding["areas"]]:
        yield ", ".join(areas)
    # Translators: {count} answers of interviews on which a finding rests.
    yield _("coded answers: {count}").format(count=finding["answers"])
    if finding["services"]:
        yield _("services: {names}").format(names=", ".join(finding["services"]))


def _gaps(content: dict[str, Any]) -> Iterator[Block]:
    rows = [
        (
            f"{finding['number']}. {finding['title']}",
            str(gap["settlements"]),
            str(gap["without"]),
            str(gap["ask_first"]),
        )
        for finding in content["findings"]
        if (gap := finding["gap"])
    ]
    if not rows:
        yield Block("text", _("No finding is about a need that the coverage atlas knows."))
        return
    head = (
        *(_("Finding"), _("Settlements")),
        *(_("No service within reach"), _("Only services to ask first")),
    )
    yield Block("table", _("Coverage of the needs, from the directory"), head, tuple(rows))


def _recommendations(content: dict[str, Any]) -> Iterator[Block]:
    rows = [
        (
            f"{row['finding']}. {row['text']}",
            row["owner"],
            day_text(row["due_on"]),
            str(ActionState(row["state"]).label),
        )
        for row in content["recommendations"]
    ]
    if not rows:
        yield Block("text", _("No recommendations yet."))
        return
    head = (_("Recommendation"), _("Owner"), _("Due on"), _("State"))
    yield Block("table", _("Recommendations by finding"), head, tuple(rows))
