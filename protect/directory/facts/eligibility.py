"""The eligibility fact: criteria, served areas, and accessibility of the rooms."""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.db import models
from django.db.models import PROTECT, ForeignKey
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as public_text

from protect.directory import enums, labels
from protect.directory.enums import AccessibilityKind, Answer, CriterionKind, CriterionOperator
from protect.directory.facts import criteria, sentences
from protect.directory.facts.base import fact_type, fields, places
from protect.directory.facts.base.tables import FactTable
from protect.directory.service_models import FactRow, Service
from protect.kernel.text import plain_isolated_name
from protect.reference import formats, vocabulary, wording
from protect.reference.lookup import store as lookup
from protect.reference.models import Area, Country, Place

MAXIMUM_AGE = 120  # years
MAXIMUM_RADIUS_KM = 500  # of a circle around a town, as an area that a service covers
# Our choice: a town's name covers its suburbs, which GeoNames lists as towns of their own.
TOWN_RADIUS_KM = 10  # of a town: stored by imports, assumed where no radius is stored
BLANK_AREA: dict[str, Any] = dict.fromkeys(("country", "area", "place", "radius_km"))
KINDS_OF_OTHER_FACTS = {*criteria.REPORTING_KINDS, CriterionKind.DOCUMENTS}
ELIGIBILITY_KINDS = tuple(kind for kind in CriterionKind if kind not in KINDS_OF_OTHER_FACTS)
LIST_KINDS = (CriterionKind.GENDER, CriterionKind.LEGAL_STATUS, CriterionKind.GROUP)
AGE_KINDS = (CriterionKind.AGE, CriterionKind.BOYS, CriterionKind.GIRLS)
ANSWER_KINDS = (
    CriterionKind.CHILDREN,
    CriterionKind.TRANS,
    CriterionKind.NON_BINARY,
    CriterionKind.GUARDIAN,
)
# Operators for groups only: groups that come first, or in which a service specialises.
GROUP_ONLY = {CriterionOperator.FIRST, CriterionOperator.SPECIALISED}
COMMON_OPERATORS = {key: word for key, word in criteria.OPERATORS.items() if key not in GROUP_ONLY}
OPERATORS = dict.fromkeys(LIST_KINDS, COMMON_OPERATORS) | {CriterionKind.GROUP: criteria.OPERATORS}
ACCESSIBILITY_LABELS: Mapping[str, Promise] = {
    # Translators, of each below: who can use a service.
    AccessibilityKind.STEP_FREE: gettext_lazy("Without steps"),  # for people who do not walk
    AccessibilityKind.HEARING: gettext_lazy("For people who do not hear well"),
    AccessibilityKind.SIGHT: gettext_lazy("For people who do not see well"),
}


class ServiceArea(FactRow):
    """An area that a service serves: a country, a region, or a town with or without a radius."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="areas")
    country = ForeignKey(Country, on_delete=PROTECT, null=True, blank=True, related_name="+")
    area = ForeignKey(Area, on_delete=PROTECT, null=True, blank=True, related_name="+")
    place = ForeignKey(Place, on_delete=PROTECT, null=True, blank=True, related_name="+")
    radius_km = models.PositiveSmallIntegerField(null=True, blank=True)  # kilometres

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_area_exactly_one",
                condition=models.Q(country__isnull=False, area=None, place=None)
                | models.Q(country=None, area__isnull=False, place=None)
                | models.Q(country=None, area=None, place__isnull=False),
            )
        ]


class AreaRow(NamedTuple):
    service_id: UUID
    id: UUID
    country_id: str | None
    area_id: str | None
    place_id: int | None
    radius_km: int | None


class Accessibility(FactRow):
    """Whether people with a disability of one kind can use the service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="accessibility")
    kind = models.CharField(max_length=10, choices=AccessibilityKind)
    answer = models.CharField(max_length=14, choices=Answer)
    note = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="directory_access_once", fields=["service", "kind"])
        ]


AccessRow = namedtuple("AccessRow", "service_id id kind answer note")  # of accessibility


def value_labels(kind: CriterionKind) -> Mapping[str, str | Promise]:
    """Return the codes that a criterion of one of LIST_KINDS may list, with their labels."""
    if kind == CriterionKind.GENDER:
        return criteria.GENDER_LABELS
    is_status = kind == CriterionKind.LEGAL_STATUS
    terms: Mapping[str, Any] = vocabulary.statuses() if is_status else vocabulary.groups()
    names = wording.STATUS_NAMES if is_status else wording.GROUP_NAMES
    return {code: names.get(code, term.name) for code, term in terms.items()}


class EligibilityFields(criteria.CriteriaFields):
    def build(self, values: fields.Values) -> None:
        super().build(values)
        for kind in LIST_KINDS:
            for index, row in enumerate(self._list_rows(kind)):
                title, stated = criteria.KIND_LABELS[kind], row["operator"]
                operator = fields.choice_field(title, OPERATORS[kind], stated, fields.NOT_KNOWN)
                self.add_field("operator", operator, kind, index)
                people = _("Which people")  # For translators: over boxes: whom a service takes
                boxes = fields.checkboxes_field(people, value_labels(kind), row["values"])
                self.add_field("values", boxes, kind, index)
        for kind in AGE_KINDS:
            self._add_age_fields(kind)
        for kind in ANSWER_KINDS:
            self.add_answer_fields(kind)
        self._add_area_fields(values["areas"])
        stored = {row["kind"]: row for row in values["accessibility"]}
        for access in AccessibilityKind:
            row = stored.get(access, {"answer": "unknown", "note": ""})
            field = fields.choice_field(ACCESSIBILITY_LABELS[access], labels.ANSWERS, row["answer"])
            self.add_field("answer", field, access)
            self.add_field("note", fields.note_field(_("Note"), row["note"]), access)

    def groups(self) -> Iterator[fields.Group]:
        for kind in LIST_KINDS:
            for index in range(len(self._list_rows(kind))):
                pair = [self.bound_field(kind, index, column) for column in ("operator", "values")]
                yield fields.Group("", pair)
        for kind in AGE_KINDS:
            columns = ["state", *(["minimum"] if kind == CriterionKind.AGE else []), "maximum"]
            yield fields.Group("", [self.bound_field(kind, column) for column in columns])
        yield from map(self.answer_group, ANSWER_KINDS)
        areas = [
            self.bound_field("area", index, column)
            for index in range(self._area_count)
            for column in ("name", "radius")
        ]
        # Translators: over fields: where people must live or be to be helped.
        yield fields.Group(_("Area"), [self.bound_field("area", "whole"), *areas])
        yield from map(self.answer_group, AccessibilityKind)

    def clean(self) -> None:
        for kind in ANSWER_KINDS:
            self.require_note_for_cases(kind)
        for kind in LIST_KINDS:
            for index in range(len(self._list_rows(kind))):
                operator = self.cleaned_value(kind, index, "operator")
                has_list = operator not in {"", None, CriterionOperator.ALL}
                if has_list and not self.cleaned_value(kind, index, "values"):
                    self.refuse(_("Choose at least one of these groups."), kind, index, "values")
        self._check_age_ranges()
        self._areas = list(self._read_areas())

    def values(self) -> dict[str, Any]:
        return {
            "criteria": [
                *self._read_list_criteria(),
                *self._read_age_criteria(),
                *(criterion for kind in ANSWER_KINDS for criterion in self.read_answer(kind)),
            ],
            "areas": self._areas,
            "accessibility": [
                {
                    "kind": kind.value,
                    "answer": self.cleaned_value(kind, "answer"),
                    "note": self.cleaned_value(kind, "note") or "",
                }
                for kind in AccessibilityKind
                if self.cleaned_value(kind, "answer") not in {"", None, Answer.UNKNOWN}
            ],
        }

    def _list_rows(self, kind: CriterionKind) -> list[fields.Values]:
        """Return the stored rows of a kind, or a blank one; groups get a blank row at the end."""
        empty: list[fields.Values] = [{"operator": "", **criteria.BLANK}]
        stored = self.stored_rows(kind)
        return [*stored, *empty] if kind == CriterionKind.GROUP else stored or empty

    def _add_age_fields(self, kind: CriterionKind) -> None:
        stated = self.first_row(kind)
        state = {"all": "all", "range": "range", "answer": "no"}.get(stated["operator"], "")
        words = {
            "all": _("all ages"),  # For translators: ages a service takes: age does not matter
            "range": _("these ages"),  # For translators: ages a service takes: two numbers follow
        }
        if kind != CriterionKind.AGE:
            words["no"] = _("none")  # For translators: whether sons or daughters may come along
        title = criteria.KIND_LABELS[kind]
        self.add_field("state", fields.choice_field(title, words, state, fields.NOT_KNOWN), kind)
        if kind == CriterionKind.AGE:
            least = fields.number_field(_("From (years)"), MAXIMUM_AGE, stated["minimum"])
            self.add_field("minimum", least, kind)
        most = fields.number_field(_("Up to (years, included)"), MAXIMUM_AGE, stated["maximum"])
        self.add_field("maximum", most, kind)

    def _check_age_ranges(self) -> None:
        for kind in AGE_KINDS:
            if self.cleaned_value(kind, "state") != "range":
                continue
            least, most = self.cleaned_value(kind, "minimum"), self.cleaned_value(kind, "maximum")
            if least is None and most is None:
                self.refuse(_("Enter an age, or choose another answer."), kind, "maximum")
            elif least is not None and most is not None and least > most:
                message = _("The first age is higher than the second. Swap them.")
                self.refuse(message, kind, "maximum")

    def _read_age_criteria(self) -> Iterator[dict[str, Any]]:
        for kind in AGE_KINDS:
            state = self.cleaned_value(kind, "state")
            if state == "all":
                yield criteria.new_criterion(kind, CriterionOperator.ALL)
            elif state == "no":
                yield criteria.new_criterion(kind, CriterionOperator.ANSWER, answer=Answer.NO.value)
            elif state == "range":
                ends = {end: self.cleaned_value(kind, end) for end in ("minimum", "maximum")}
                yield criteria.new_criterion(kind, CriterionOperator.RANGE, **ends)

    def _read_list_criteria(self) -> Iterator[dict[str, Any]]:
        for kind in LIST_KINDS:
            for index in range(len(self._list_rows(kind))):
                if operator := self.cleaned_value(kind, index, "operator"):
                    is_all = operator == CriterionOperator.ALL
                    ticked = [] if is_all else sorted(self.cleaned_value(kind, index, "values"))
                    yield criteria.new_criterion(kind, CriterionOperator(operator), values=ticked)

    def _add_area_fields(self, areas: list[fields.Values]) -> None:
        is_whole = any(area["country"] for area in areas)
        # Translators: a box to tick: people of the whole country are helped.
        whole = forms.BooleanField(label=_("The whole country"), initial=is_whole)
        self.add_field("whole", whole, "area")
        parts = [area for area in areas if not area["country"]]
        self._area_count = len(parts) + fields.EXTRA_ROWS
        for index in range(self._area_count):
            row = parts[index] if index < len(parts) else {}
            typed = places.area_input(row.get("area")) or places.place_input(row.get("place"))
            # Translators: a field for the name of a region or town.
            self.add_field("name", fields.note_field(_("Region or town"), typed), "area", index)
            title = _("Kilometres around a town")  # For translators: a circle round a town
            radius = fields.number_field(title, MAXIMUM_RADIUS_KM, row.get("radius_km"), 1)
            self.add_field("radius", radius, "area", index)

    def _read_areas(self) -> Iterator[dict[str, Any]]:
        """Yield the submitted areas; add an error for an unknown or ambiguous name."""
        if self.cleaned_value("area", "whole"):
            yield BLANK_AREA | {"country": self.context.country}
        for index in range(self._area_count):
            if not (text := self.cleaned_value("area", index, "name")):
                continue
            try:
                named_place = places.find_named_place(text, self.context.country, with_areas=True)
            except places.NoSuchPlace as error:
                self.refuse(str(error), "area", index, "name")
                continue
            if named_place.area:
                yield BLANK_AREA | {"area": named_place.area}
            elif named_place.place:
                radius = self.cleaned_value("area", index, "radius")
                yield BLANK_AREA | {"place": named_place.place, "radius_km": radius}


def widen_areas(areas: Iterable[fields.Values]) -> list[dict[str, Any]]:
    """Return the served areas of a service with a hidden address, widened to coarse areas: a small
    served area could reveal where a shelter is. Each area becomes the smallest coarse area around
    it. If one has none, the list is empty (unknown): the whole country would be false."""
    wide = [_widen_area(area) for area in areas]
    if None in wide:
        return []
    return [dict(area) for number, area in enumerate(wide) if area and area not in wide[:number]]


def _widen_area(area: fields.Values) -> fields.Values | None:
    """Return a served area that is coarse enough, or the smallest coarse area around it, if any."""
    if area["place"]:
        town = lookup.place_rows()[area["place"]]
        near = lookup.place_index().near(town, area.get("radius_km") or TOWN_RADIUS_KM)
        country, smallest = town.country, town.area
        inside = {row.area for row in near if row.country == country}
    elif area["area"]:
        country, smallest = lookup.areas()[area["area"]].country_id, area["area"]
        inside = {smallest}
    else:
        return area
    around = set(lookup.coarse_areas(country)).intersection(*map(lookup.area_chain, inside))
    code = next((code for code in lookup.area_chain(smallest) if code in around), None)
    return {**BLANK_AREA, "area": code} if code else None


class EligibilityFact(fact_type.FactType):
    code = enums.Fact.ELIGIBILITY
    # Translators: a part of an entry: which people the service takes.
    label = gettext_lazy("Who can use it")
    fields_class = EligibilityFields
    tables = (
        criteria.criteria_table(ELIGIBILITY_KINDS),
        FactTable(ServiceArea, AreaRow, texts=()),
        FactTable(Accessibility, AccessRow, ("kind",)),
    )
    field = "eligibility_description"
    # Translators: something is wrong about a service: the person went there and was sent away.
    complaint = ("taken", public_text("They did not take me"))

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        yield from map(criteria.describe_criterion, values["criteria"])
        for area in values["areas"]:
            # Translators: where people must live or be to be helped; {area} is a name.
            yield _("Area: {area}").format(area=_describe_service_area(area))
        for access in values["accessibility"]:
            words = sentences.join_parts([labels.ANSWERS[access["answer"]], access["note"]])
            yield f"{ACCESSIBILITY_LABELS[access['kind']]}: {words}"

    def write(self, service: Service, values: Mapping[str, Any], *, at: datetime) -> None:
        """Write the given values; areas of a service with a hidden address become coarse."""
        if service.address_audience != enums.AddressReaders.PUBLIC and "areas" in values:
            values = {**values, "areas": widen_areas(values["areas"])}
        super().write(service, values, at=at)

    def document(self, related: fact_type.Related, at: datetime) -> Mapping[str, Any]:
        """Return the accessibility; `hsds.eligibility` adds the criteria and the areas."""
        rows = related["accessibility"]
        return {"access": [fact_type.attributes(row, "kind", "answer", "note") for row in rows]}


def _describe_service_area(area: fields.Values) -> str:
    if area["place"]:
        name = plain_isolated_name(sentences.place_name(area["place"]))
        if not area["radius_km"]:
            return name
        # Translators: a circle round a town; {km} is a number of kilometres.
        return _("{place}, {km} km around").format(place=name, km=area["radius_km"])
    if area["area"]:
        return plain_isolated_name(sentences.area_name(area["area"]))
    return formats.country_name(area["country"], translation.get_language() or "en")
