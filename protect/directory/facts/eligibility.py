"""Whom a service takes: conditions, where people must be, and who can use its rooms."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import (
    get_language,
    gettext as _,
    gettext_lazy,
    gettext_lazy as public_text,
)

from protect.directory import labels
from protect.directory.enums import Access, Answer, Fact, Kind, Operator
from protect.directory.facts import criteria, sentences
from protect.directory.facts.base import fact_type, fields, places
from protect.directory.facts.base.tables import Table
from protect.directory.service_models import FactRow, Service
from protect.kernel.text import plain_name
from protect.reference import formats, vocabulary, wording
from protect.reference.models import Area, Country, Place

OLDEST = 120  # years
FARTHEST = 500  # kilometres
# Our choice: a town's name covers its suburbs, which GeoNames lists as towns of their own.
TOWN_RADIUS_KM = 10  # of an area that names a town and no radius
TAKEN = tuple(kind for kind in Kind if kind not in {*criteria.REPORTING, Kind.DOCUMENTS})
CHOSEN = (Kind.GENDER, Kind.LEGAL_STATUS, Kind.GROUP)
AGES = (Kind.AGE, Kind.BOYS, Kind.GIRLS)
ANSWERED = (Kind.CHILDREN, Kind.TRANS, Kind.NON_BINARY, Kind.GUARDIAN)
# Only of groups a service says that they come first, or that it is made for them.
OF_GROUPS = {Operator.FIRST, Operator.SPECIALISED}
PLAIN = {key: word for key, word in criteria.OPERATORS.items() if key not in OF_GROUPS}
LISTS = dict.fromkeys(CHOSEN, PLAIN) | {Kind.GROUP: criteria.OPERATORS}
ACCESS: Mapping[str, Promise] = {
    # Translators, of each below: who can use a service.
    Access.STEP_FREE: gettext_lazy("Without steps"),  # for people who do not walk
    Access.HEARING: gettext_lazy("For people who do not hear well"),
    Access.SIGHT: gettext_lazy("For people who do not see well"),
}


class ServiceArea(FactRow):
    """Where people must be to be helped: a country, a region, or a place and a radius."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="areas")
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
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
    """Whether a person who does not walk, hear or see can use it."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="accessibility")
    kind = models.CharField(max_length=10, choices=Access)
    answer = models.CharField(max_length=14, choices=Answer)
    note = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="directory_access_once", fields=["service", "kind"])
        ]


AccessRow = namedtuple("AccessRow", "service_id id kind answer note")


def codes_of(kind: Kind) -> Mapping[str, str | Promise]:
    """Return the codes that a list may hold, with their words."""
    if kind == Kind.GENDER:
        return criteria.GENDERS
    terms: Mapping[str, Any] = (
        vocabulary.statuses() if kind == Kind.LEGAL_STATUS else vocabulary.groups()
    )
    names = wording.STATUS_NAMES if kind == Kind.LEGAL_STATUS else wording.GROUP_NAMES
    return {code: names.get(code, term.name) for code, term in terms.items()}


class EligibilityFields(criteria.CriteriaFields):
    def build(self, values: fields.Values) -> None:
        super().build(values)
        for kind in CHOSEN:
            for index, row in enumerate(self._lists(kind)):
                operator = fields.choice(
                    criteria.KINDS[kind], LISTS[kind], row["operator"], fields.NOT_KNOWN
                )
                self.add("operator", operator, kind, index)
                # Translators: over boxes to tick: the people whom a service takes.
                boxes = fields.ticks(_("Who"), codes_of(kind), row["values"])
                self.add("values", boxes, kind, index)
        for kind in AGES:
            self._add_ages(kind)
        for kind in ANSWERED:
            self.add_answer(kind)
        self._add_areas(values["areas"])
        stored = {each["kind"]: each for each in values["accessibility"]}
        for access in Access:
            row = stored.get(access, {"answer": "unknown", "note": ""})
            self.add("answer", fields.choice(ACCESS[access], labels.ANSWERS, row["answer"]), access)
            self.add("note", fields.note(_("Note"), row["note"]), access)

    def groups(self) -> Iterator[fields.Group]:
        for kind in CHOSEN:
            for index in range(len(self._lists(kind))):
                yield fields.Group(
                    "", [self.bound(kind, index, each) for each in ("operator", "values")]
                )
        for kind in AGES:
            columns = ["state", *(["minimum"] if kind == Kind.AGE else []), "maximum"]
            yield fields.Group("", [self.bound(kind, each) for each in columns])
        yield from map(self.answer_group, ANSWERED)
        areas = [
            self.bound("area", index, column)
            for index in range(self._area_count)
            for column in ("name", "radius")
        ]
        # Translators: over fields: where people must live or be to be helped.
        yield fields.Group(_("Area"), [self.bound("area", "whole"), *areas])
        yield from map(self.answer_group, Access)

    def clean(self) -> None:
        for kind in ANSWERED:
            self.check_cases(kind)
        for kind in CHOSEN:
            for index in range(len(self._lists(kind))):
                has_list = self.typed(kind, index, "operator") not in {"", None, Operator.ALL}
                if has_list and not self.typed(kind, index, "values"):
                    self.refuse(_("Choose at least one of these groups."), kind, index, "values")
        self._check_ages()
        self._areas = list(self._read_areas())

    def values(self) -> dict[str, Any]:
        return {
            "criteria": [
                *self._chosen(),
                *self._ages(),
                *(each for kind in ANSWERED for each in self.answer(kind)),
            ],
            "areas": self._areas,
            "accessibility": [
                {
                    "kind": kind.value,
                    "answer": self.typed(kind, "answer"),
                    "note": self.typed(kind, "note") or "",
                }
                for kind in Access
                if self.typed(kind, "answer") not in {"", None, Answer.UNKNOWN}
            ],
        }

    def _lists(self, kind: Kind) -> list[fields.Values]:
        """Return the rows of a kind; groups have room for one more: made for these, not these."""
        empty: list[fields.Values] = [{"operator": "", **criteria.BLANK}]
        stored = self.rows_of(kind)
        return [*stored, *empty] if kind == Kind.GROUP else stored or empty

    def _add_ages(self, kind: Kind) -> None:
        stated = self.one(kind)
        state = {"all": "all", "range": "range", "answer": "no"}.get(stated["operator"], "")
        words = {
            # Translators: ages that a service takes: it says that age does not matter.
            "all": _("all ages"),
            # Translators: ages that a service takes: two numbers of years follow.
            "range": _("these ages"),
        }
        if kind != Kind.AGE:
            # Translators: whether sons or daughters may come along.
            words["no"] = _("none")
        self.add("state", fields.choice(criteria.KINDS[kind], words, state, fields.NOT_KNOWN), kind)
        if kind == Kind.AGE:
            self.add("minimum", fields.number(_("From (years)"), OLDEST, stated["minimum"]), kind)
        most = fields.number(_("Up to (years, included)"), OLDEST, stated["maximum"])
        self.add("maximum", most, kind)

    def _check_ages(self) -> None:
        for kind in AGES:
            if self.typed(kind, "state") != "range":
                continue
            least, most = self.typed(kind, "minimum"), self.typed(kind, "maximum")
            if least is None and most is None:
                self.refuse(_("Write an age, or choose another answer."), kind, "maximum")
            elif least is not None and most is not None and least > most:
                self.refuse(_("The higher age stands first. Turn them round."), kind, "maximum")

    def _ages(self) -> Iterator[dict[str, Any]]:
        for kind in AGES:
            state = self.typed(kind, "state")
            if state == "all":
                yield criteria.criterion(kind, Operator.ALL)
            elif state == "no":
                yield criteria.criterion(kind, Operator.ANSWER, answer=Answer.NO.value)
            elif state == "range":
                ends = {each: self.typed(kind, each) for each in ("minimum", "maximum")}
                yield criteria.criterion(kind, Operator.RANGE, **ends)

    def _chosen(self) -> Iterator[dict[str, Any]]:
        for kind in CHOSEN:
            for index in range(len(self._lists(kind))):
                operator = self.typed(kind, index, "operator")
                ticked = [] if operator == Operator.ALL else self.typed(kind, index, "values")
                if operator:
                    yield criteria.criterion(kind, Operator(operator), values=sorted(ticked))

    def _add_areas(self, areas: list[fields.Values]) -> None:
        is_whole = any(each["country"] for each in areas)
        # Translators: a box to tick: people of the whole country are helped.
        whole = forms.BooleanField(label=_("The whole country"), initial=is_whole)
        self.add("whole", whole, "area")
        parts = [each for each in areas if not each["country"]]
        self._area_count = len(parts) + fields.MORE
        for index in range(self._area_count):
            row = parts[index] if index < len(parts) else {}
            typed = places.typed_area(row.get("area")) or places.typed_name(row.get("place"))
            # Translators: a field for the name of a region or town.
            self.add("name", fields.note(_("Region or town"), typed), "area", index)
            # Translators: a circle round a town, in kilometres.
            radius = fields.number(_("Kilometres around a town"), FARTHEST, row.get("radius_km"), 1)
            self.add("radius", radius, "area", index)

    def _read_areas(self) -> Iterator[dict[str, Any]]:
        blank = {"country": None, "area": None, "place": None, "radius_km": None}
        if self.typed("area", "whole"):
            yield blank | {"country": self.about.country}
        for index in range(self._area_count):
            if not (text := self.typed("area", index, "name")):
                continue
            try:
                chosen = places.named(text, self.about.country, with_areas=True)
            except places.NoSuchPlace as slip:
                self.refuse(str(slip), "area", index, "name")
                continue
            if chosen.area:
                yield blank | {"area": chosen.area}
            elif chosen.place:
                radius = self.typed("area", index, "radius")
                yield blank | {"place": chosen.place, "radius_km": radius}


class EligibilityFact(fact_type.FactType):
    code = Fact.ELIGIBILITY
    # Translators: a part of an entry: which people the service takes.
    label = gettext_lazy("Who can use it")
    part = EligibilityFields
    tables = (
        criteria.criteria_table(TAKEN),
        Table(ServiceArea, AreaRow, texts=()),
        Table(Accessibility, AccessRow, ("kind",)),
    )
    field = "eligibility_description"
    # Translators: something is wrong about a service: the person went there and was sent away.
    complaint = ("taken", public_text("They did not take me"))

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        yield from map(criteria.criterion_words, values["criteria"])
        for area in values["areas"]:
            # Translators: where people must live or be to be helped; {area} is a name.
            yield _("Area: {area}").format(area=_area_words(area))
        for access in values["accessibility"]:
            words = sentences.line([labels.ANSWERS[access["answer"]], access["note"]])
            yield f"{ACCESS[access['kind']]}: {words}"

    def document(self, related: fact_type.Related, at: datetime) -> Mapping[str, Any]:
        """Return who can use its rooms; `hsds.eligibility` tells the conditions and the areas."""
        rows = related["accessibility"]
        return {"access": [fact_type.picked(row, "kind", "answer", "note") for row in rows]}


def _area_words(area: fields.Values) -> str:
    if area["place"]:
        name = plain_name(sentences.place_name(area["place"]))
        if not area["radius_km"]:
            return name
        # Translators: a circle round a town; {km} is a number of kilometres.
        return _("{place}, {km} km around").format(place=name, km=area["radius_km"])
    if area["area"]:
        return plain_name(sentences.area_name(area["area"]))
    return formats.country_name(area["country"], get_language() or "en")
