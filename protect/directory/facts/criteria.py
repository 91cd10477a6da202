"""Conditions that a service states of people, and what it reports to authorities."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory import labels
from protect.directory.enums import Answer, Fact, Kind, Operator
from protect.directory.facts.base.fact_type import FactType
from protect.directory.facts.base.fields import Group, Part, Values, choice, note
from protect.directory.facts.base.tables import Table
from protect.directory.facts.sentences import line, quoted
from protect.directory.service_models import FactRow, Service
from protect.reference.wording import DOCUMENT_NAMES, GROUP_NAMES, STATUS_NAMES

REPORTING = (Kind.TELLS_POLICE, Kind.TELLS_MIGRATION)
BLANK: dict[str, Any] = {"values": [], "minimum": None, "maximum": None, "answer": "", "note": ""}
KINDS: Mapping[str, Promise] = {
    # Translators, of each below: whom a service takes, what it asks for or reports.
    Kind.GENDER: gettext_lazy("Genders"),
    Kind.AGE: gettext_lazy("Ages"),
    Kind.CHILDREN: gettext_lazy("Children"),  # whether children may come along
    Kind.BOYS: gettext_lazy("Sons"),  # sons that come along, up to an age
    Kind.GIRLS: gettext_lazy("Daughters"),  # daughters, likewise
    Kind.LEGAL_STATUS: gettext_lazy("Legal status"),  # by residence papers
    Kind.DOCUMENTS: gettext_lazy("Documents"),  # that it asks for
    Kind.GROUP: gettext_lazy("Groups"),  # pregnant people, LGBTQI+ people and so on
    Kind.TRANS: gettext_lazy("Trans people"),
    Kind.NON_BINARY: gettext_lazy("Non-binary people"),
    Kind.GUARDIAN: gettext_lazy("Guardian must agree"),  # before a child gets help
    Kind.TELLS_POLICE: gettext_lazy("Tells the police"),  # what it reports
    # Translators: what a service reports: to the office for residence papers and deportation.
    Kind.TELLS_MIGRATION: gettext_lazy("Tells the migration authority"),
}
OPERATORS: Mapping[str, Promise] = {
    # Translators, of each below: whom a service takes; a list may follow.
    Operator.ALL: gettext_lazy("everyone"),  # it says so itself
    Operator.ONLY: gettext_lazy("only these"),
    Operator.INCLUDES: gettext_lazy("these for sure"),  # about others nothing is known
    Operator.EXCLUDES: gettext_lazy("not these"),  # whom it does not take
    Operator.FIRST: gettext_lazy("these first"),  # others wait longer
    Operator.SPECIALISED: gettext_lazy("made for these"),  # whom it is made for
}
# Translators, of each below: people whom a service takes.
GENDERS: Mapping[str, Promise] = {
    "f": gettext_lazy("women and girls"),
    "m": gettext_lazy("men and boys"),
    "x": gettext_lazy("non-binary people"),
}
CODES: Mapping[str, Mapping[str, Promise]] = {
    Kind.GENDER: GENDERS,
    Kind.LEGAL_STATUS: STATUS_NAMES,
    Kind.DOCUMENTS: DOCUMENT_NAMES,
    Kind.GROUP: GROUP_NAMES,
}


class Criterion(FactRow):
    """One stated condition. No row of a kind means unknown."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="criteria")
    kind = models.CharField(max_length=30, choices=Kind)
    operator = models.CharField(max_length=12, choices=Operator)
    values = models.JSONField(default=list, blank=True)  # codes, see enums.Kind
    minimum = models.PositiveSmallIntegerField(null=True, blank=True)  # whole years
    maximum = models.PositiveSmallIntegerField(null=True, blank=True)  # whole years, included
    answer = models.CharField(max_length=14, choices=Answer, default="", blank=True)
    note = models.CharField(max_length=400, default="", blank=True)  # in which cases

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_criterion_range_has_an_end",
                condition=~models.Q(operator=Operator.RANGE)
                | models.Q(minimum__isnull=False)
                | models.Q(maximum__isnull=False),
            ),
            models.CheckConstraint(
                name="directory_criterion_range_in_order",
                condition=models.Q(minimum=None)
                | models.Q(maximum=None)
                | models.Q(minimum__lte=models.F("maximum")),
            ),
            models.CheckConstraint(
                name="directory_criterion_answer_given",
                condition=~models.Q(operator=Operator.ANSWER) | ~models.Q(answer=""),
            ),
        ]


class CriterionRow(NamedTuple):
    service_id: UUID
    id: UUID
    kind: str
    operator: str
    values: list[str]
    minimum: int | None
    maximum: int | None
    answer: str
    note: str


def criteria_table(kinds: Collection[str]) -> Table:
    """Return the criteria of some kinds; none: of every kind."""
    return Table(Criterion, CriterionRow, ("kind", "operator", "pk"), tuple(kinds))


class CriteriaFields(Part):
    """Conditions of some kinds. A kind that was left blank has no row."""

    def build(self, values: Values) -> None:
        self._rows: dict[Kind, list[Values]] = {}
        for criterion in values["criteria"]:
            self._rows.setdefault(Kind(criterion["kind"]), []).append(criterion)

    def rows_of(self, kind: Kind) -> list[Values]:
        return self._rows.get(kind, [])

    def one(self, kind: Kind) -> Values:
        return next(iter(self.rows_of(kind)), {"operator": "", **BLANK})

    def add_answer(self, kind: Kind) -> None:
        criterion = self.one(kind)
        meant = Answer.YES if criterion["operator"] == Operator.ALL else Answer.UNKNOWN
        self.add("answer", choice(KINDS[kind], labels.ANSWERS, criterion["answer"] or meant), kind)
        # Translators: in which cases a service does something.
        self.add("note", note(_("In which cases"), criterion["note"]), kind)

    def answer_group(self, kind: str) -> Group:
        return Group("", [self.bound(kind, "answer"), self.bound(kind, "note")])

    def answer(self, kind: Kind) -> Iterator[dict[str, Any]]:
        answer, words = self.typed(kind, "answer"), self.typed(kind, "note") or ""
        if answer and answer != Answer.UNKNOWN:
            yield criterion(kind, Operator.ANSWER, answer=answer, note=words)

    def check_cases(self, kind: Kind) -> None:
        if self.typed(kind, "answer") == Answer.CASES and not self.typed(kind, "note"):
            self.refuse(_("Write in which cases."), kind, "note")


class ReportingFields(CriteriaFields):
    def build(self, values: Values) -> None:
        super().build(values)
        for kind in REPORTING:
            self.add_answer(kind)

    def groups(self) -> Iterator[Group]:
        return map(self.answer_group, REPORTING)

    def clean(self) -> None:
        for kind in REPORTING:
            self.check_cases(kind)

    def values(self) -> dict[str, Any]:
        return {"criteria": [each for kind in REPORTING for each in self.answer(kind)]}


class ReportingFact(FactType):
    code = Fact.REPORTING
    # Translators: a part of an entry: whether it tells the police or other authorities.
    label = gettext_lazy("What it reports")
    part = ReportingFields
    tables = (criteria_table(REPORTING),)
    field = "eligibility_description"

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        yield from map(criterion_words, values["criteria"])


def criterion(kind: Kind, operator: Operator, **given: Any) -> dict[str, Any]:
    return {"kind": kind.value, "operator": operator.value, **BLANK, **given}


def criterion_words(each: Values) -> str:
    return f"{KINDS[each['kind']]}: {line([*condition_words(each), quoted(each['note'])])}"


def condition_words(each: Values) -> Iterator[str | Promise]:
    operator = each["operator"]
    if operator == Operator.RANGE:
        yield _years(each["minimum"], each["maximum"])
    elif operator == Operator.ANSWER:
        yield labels.ANSWERS[each["answer"] or "unknown"]
    else:
        yield OPERATORS[operator]
        names = CODES.get(each["kind"], {})
        if each["values"]:
            yield ", ".join(str(names.get(code, code)) for code in each["values"])


def _years(minimum: int | None, maximum: int | None) -> str:
    if minimum is None:
        # Translators: ages; {maximum} is a number of years, included.
        return _("up to {maximum} years").format(maximum=maximum)
    if maximum is None:
        # Translators: ages; {minimum} is a number of years, included.
        return _("from {minimum} years").format(minimum=minimum)
    # Translators: ages; both are numbers of years, included.
    return _("{minimum} to {maximum} years").format(minimum=minimum, maximum=maximum)
