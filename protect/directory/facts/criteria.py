"""Criteria of a service for the people it accepts, and its reports to authorities."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory import labels
from protect.directory.enums import Answer, CriterionKind, CriterionOperator, Fact
from protect.directory.facts.base.fact_type import FactType
from protect.directory.facts.base.fields import FactFields, Group, Values, choice_field, note_field
from protect.directory.facts.base.tables import FactTable
from protect.directory.facts.sentences import isolate_text, join_parts
from protect.directory.service_models import FactRow, Service
from protect.reference.wording import DOCUMENT_NAMES, GROUP_NAMES, STATUS_NAMES

REPORTING_KINDS = (CriterionKind.TELLS_POLICE, CriterionKind.TELLS_MIGRATION)
BLANK: dict[str, Any] = {"values": [], "minimum": None, "maximum": None, "answer": "", "note": ""}
KIND_LABELS: Mapping[str, Promise] = {
    # Translators, of each below: whom a service takes, what it asks for or reports.
    CriterionKind.GENDER: gettext_lazy("Genders"),
    CriterionKind.AGE: gettext_lazy("Ages"),
    CriterionKind.CHILDREN: gettext_lazy("Children"),  # whether children may come along
    CriterionKind.BOYS: gettext_lazy("Sons"),  # sons that come along, up to an age
    CriterionKind.GIRLS: gettext_lazy("Daughters"),  # daughters, likewise
    CriterionKind.LEGAL_STATUS: gettext_lazy("Legal status"),  # by residence papers
    CriterionKind.DOCUMENTS: gettext_lazy("Documents"),  # that it asks for
    CriterionKind.GROUP: gettext_lazy("Groups"),  # pregnant people, LGBTQI+ people and so on
    CriterionKind.TRANS: gettext_lazy("Trans people"),
    CriterionKind.NON_BINARY: gettext_lazy("Non-binary people"),
    CriterionKind.GUARDIAN: gettext_lazy("Guardian must agree"),  # before a child gets help
    CriterionKind.TELLS_POLICE: gettext_lazy("Tells the police"),  # what it reports
    # Translators: what a service reports: to the office for residence papers and deportation.
    CriterionKind.TELLS_MIGRATION: gettext_lazy("Tells the migration authority"),
}
OPERATORS: Mapping[str, Promise] = {
    # Translators, of each below: whom a service takes; a list may follow.
    CriterionOperator.ALL: gettext_lazy("everyone"),  # it says so itself
    CriterionOperator.ONLY: gettext_lazy("only these"),
    CriterionOperator.INCLUDES: gettext_lazy("includes these"),  # about others nothing is known
    CriterionOperator.EXCLUDES: gettext_lazy("not these"),  # whom it does not take
    CriterionOperator.FIRST: gettext_lazy("these first"),  # others wait longer
    CriterionOperator.SPECIALISED: gettext_lazy("specialised in these"),  # whom it is made for
}
# Translators, of each below: people whom a service takes.
GENDER_LABELS: Mapping[str, Promise] = {
    "f": gettext_lazy("women and girls"),
    "m": gettext_lazy("men and boys"),
    "x": gettext_lazy("non-binary people"),
}
VALUE_LABELS: Mapping[str, Mapping[str, Promise]] = {  # by kind of criterion, then by code
    CriterionKind.GENDER: GENDER_LABELS,
    CriterionKind.LEGAL_STATUS: STATUS_NAMES,
    CriterionKind.DOCUMENTS: DOCUMENT_NAMES,
    CriterionKind.GROUP: GROUP_NAMES,
}


class Criterion(FactRow):
    """One condition that a service states. Without a row, conditions of its kind are unknown."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="criteria")
    kind = models.CharField(max_length=30, choices=CriterionKind)
    operator = models.CharField(max_length=12, choices=CriterionOperator)
    values = models.JSONField(default=list, blank=True)  # codes, see CriterionKind
    minimum = models.PositiveSmallIntegerField(null=True, blank=True)  # whole years
    maximum = models.PositiveSmallIntegerField(null=True, blank=True)  # whole years, included
    answer = models.CharField(max_length=14, choices=Answer, default="", blank=True)
    note = models.CharField(max_length=400, default="", blank=True)  # the cases, for Answer.CASES

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_criterion_range_has_an_end",
                condition=~models.Q(operator=CriterionOperator.RANGE)
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
                condition=~models.Q(operator=CriterionOperator.ANSWER) | ~models.Q(answer=""),
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


def criteria_table(kinds: Collection[str]) -> FactTable:
    """Return the table of criteria of the given kinds; of all kinds if none is given."""
    return FactTable(Criterion, CriterionRow, ("kind", "operator", "pk"), tuple(kinds))


class CriteriaFields(FactFields):
    """Form fields of criteria. A kind that is left blank is not stored."""

    def build(self, values: Values) -> None:
        """Group the stored criteria by kind; subclasses add the form fields."""
        self._rows: dict[CriterionKind, list[Values]] = {}
        for criterion in values["criteria"]:
            self._rows.setdefault(CriterionKind(criterion["kind"]), []).append(criterion)

    def stored_rows(self, kind: CriterionKind) -> list[Values]:
        return self._rows.get(kind, [])

    def first_row(self, kind: CriterionKind) -> Values:
        """Return the first stored row of a kind; a blank one if there is none."""
        return next(iter(self.stored_rows(kind)), {"operator": "", **BLANK})

    def add_answer_fields(self, kind: CriterionKind) -> None:
        criterion = self.first_row(kind)
        default = Answer.YES if criterion["operator"] == CriterionOperator.ALL else Answer.UNKNOWN
        answer = criterion["answer"] or default
        self.add_field("answer", choice_field(KIND_LABELS[kind], labels.ANSWERS, answer), kind)
        # Translators: in which cases a service does something.
        self.add_field("note", note_field(_("In which cases"), criterion["note"]), kind)

    def answer_group(self, kind: str) -> Group:
        return Group("", [self.bound_field(kind, "answer"), self.bound_field(kind, "note")])

    def read_answer(self, kind: CriterionKind) -> Iterator[dict[str, Any]]:
        """Yield the submitted answer as a criterion; nothing for a blank or unknown one."""
        answer, words = self.cleaned_value(kind, "answer"), self.cleaned_value(kind, "note") or ""
        if answer and answer != Answer.UNKNOWN:
            yield new_criterion(kind, CriterionOperator.ANSWER, answer=answer, note=words)

    def require_note_for_cases(self, kind: CriterionKind) -> None:
        """Add an error if the answer is “in some cases” and the note does not say in which."""
        needs_note = self.cleaned_value(kind, "answer") == Answer.CASES
        if needs_note and not self.cleaned_value(kind, "note"):
            self.refuse(_("Enter in which cases."), kind, "note")


class ReportingFields(CriteriaFields):
    """Form fields of ReportingFact: whether a service tells the police or migration authorities."""

    def build(self, values: Values) -> None:
        super().build(values)
        for kind in REPORTING_KINDS:
            self.add_answer_fields(kind)

    def groups(self) -> Iterator[Group]:
        return map(self.answer_group, REPORTING_KINDS)

    def clean(self) -> None:
        for kind in REPORTING_KINDS:
            self.require_note_for_cases(kind)

    def values(self) -> dict[str, Any]:
        return {
            "criteria": [
                criterion for kind in REPORTING_KINDS for criterion in self.read_answer(kind)
            ]
        }


class ReportingFact(FactType):
    """Whether a service tells the police or the migration authority about people."""

    code = Fact.REPORTING
    # Translators: a part of an entry: whether it tells the police or other authorities.
    label = gettext_lazy("What it reports")
    fields_class = ReportingFields
    tables = (criteria_table(REPORTING_KINDS),)
    field = "eligibility_description"

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        yield from map(describe_criterion, values["criteria"])


def new_criterion(kind: CriterionKind, operator: CriterionOperator, **given: Any) -> dict[str, Any]:
    return {"kind": kind.value, "operator": operator.value, **BLANK, **given}


def describe_criterion(criterion: Values) -> str:
    parts = [*describe_condition(criterion), isolate_text(criterion["note"])]
    return f"{KIND_LABELS[criterion['kind']]}: {join_parts(parts)}"


def describe_condition(criterion: Values) -> Iterator[str | Promise]:
    """Yield the parts of a criterion's description, without its kind and its note."""
    operator = criterion["operator"]
    if operator == CriterionOperator.RANGE:
        yield _describe_ages(criterion["minimum"], criterion["maximum"])
    elif operator == CriterionOperator.ANSWER:
        yield labels.ANSWERS[criterion["answer"] or "unknown"]
    else:
        yield OPERATORS[operator]
        names = VALUE_LABELS.get(criterion["kind"], {})
        if criterion["values"]:
            yield ", ".join(str(names.get(code, code)) for code in criterion["values"])


def _describe_ages(minimum: int | None, maximum: int | None) -> str:
    """Describe a range of ages in years, of which at least one end is given."""
    if minimum is None:
        return _("up to {maximum} years").format(maximum=maximum)  # For translators: age, included
    if maximum is None:
        return _("from {minimum} years").format(minimum=minimum)  # For translators: age, included
    # Translators: ages; both are numbers of years, included.
    return _("{minimum} to {maximum} years").format(minimum=minimum, maximum=maximum)
