"""Free places, and the kinds of families for which a service has room. Both expire after hours."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory import enums, labels
from protect.directory.facts.base import fields, tables
from protect.directory.facts.base.fact_type import Evidence, FactType, Related, attributes
from protect.directory.facts.base.intervals import intervals
from protect.directory.facts.base.tables import FactTable, Values
from protect.directory.facts.sentences import join_parts
from protect.directory.service_models import FactRow, Service
from protect.kernel import clock, ids
from protect.ui import moments

MAXIMUM_PLACES = 2000
MAXIMUM_VALID_HOURS = 24 * 7  # for which a number of free places is valid
MAXIMUM_BOY_AGE = 25  # years, of a son who may come along
NO_CAPACITY: Values = {"available": None, "maximum": None, "expires_at": None}
# Translators, of each below: a room for a family.
ADULTS: Mapping[str, Promise] = {
    "": gettext_lazy("An adult of any gender"),
    "f": gettext_lazy("A woman"),
    "m": gettext_lazy("A man"),
    "x": gettext_lazy("A non-binary person"),
}
# Translators, of each below: a room for a family.
CHILDREN_LABELS: Mapping[int, Promise] = {
    0: gettext_lazy("no child"),
    1: gettext_lazy("one child"),
    2: gettext_lazy("two children"),
    3: gettext_lazy("three children"),
    4: gettext_lazy("four children or more"),
}


class Unit(FactRow):
    """A kind of family, and whether a service has room for it now (`answer`)."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="units")
    adult_gender = models.CharField(max_length=1, default="", blank=True)  # f, m, x; "" = any
    children = models.PositiveSmallIntegerField(default=0)  # 0 to 4; 4 = four or more
    oldest_boy = models.PositiveSmallIntegerField(null=True, blank=True)  # whole years
    answer = models.CharField(max_length=14, choices=enums.Answer)
    expires_at = models.DateTimeField()


UnitRow = namedtuple("UnitRow", "service_id id adult_gender children oldest_boy answer expires_at")


class ServiceCapacity(models.Model):
    """The number of free places of a service; after `expires_at` the number is unknown, not 0."""

    service = models.OneToOneField(
        Service, on_delete=models.CASCADE, primary_key=True, related_name="capacity"
    )
    available = models.PositiveSmallIntegerField()
    maximum = models.PositiveSmallIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"capacity of {self.service_id}"


CapacityRow = namedtuple("CapacityRow", "service_id available maximum updated_at expires_at")


class CapacityFields(fields.FactRowFields):
    key, main_column = "units", "answer"
    title = gettext_lazy(
        "Room now for a family"
    )  # For translators: over fields: adults, children …
    # Translators: over empty fields, for one more kind of family that a shelter has room for.
    empty_title = gettext_lazy("Room now for another family")

    def build(self, values: Mapping[str, Any]) -> None:
        free, total = values["available"], values["maximum"]
        self.add_field("available", fields.number_field(_("Free places"), MAXIMUM_PLACES, free))
        self.add_field("maximum", fields.number_field(_("Total places"), MAXIMUM_PLACES, total))
        hours = intervals()[self.fact].length // timedelta(hours=1)
        field = fields.number_field(
            _("For how many hours the number is valid"), MAXIMUM_VALID_HOURS, hours, 1
        )
        field.help_text = _(
            "After that, the number of free places is shown as unknown, never as full."
        )
        self.add_field("hours", field)
        super().build(values)

    def form_fields(self, row: Mapping[str, Any]) -> fields.Fields:
        answers = (enums.Answer.YES, enums.Answer.NO, enums.Answer.CASES)
        rooms = {key: labels.ANSWERS[key] for key in answers}
        oldest_boy = row.get("oldest_boy")
        return {
            # Translators: label: which adult a room in a shelter is for: woman, man ….
            "adult_gender": fields.choice_field(_("Adult"), ADULTS, row.get("adult_gender", "")),
            "children": fields.choice_field(_("Children"), CHILDREN_LABELS, row.get("children", 0)),
            "oldest_boy": fields.number_field(_("Sons up to (years)"), MAXIMUM_BOY_AGE, oldest_boy),
            "answer": fields.choice_field(
                _("Is there room now?"),  # For translators: for such a family
                *(rooms, row.get("answer", ""), "–"),
            ),
        }

    def groups(self) -> Iterator[fields.Group]:
        columns = ("available", "maximum", "hours")
        yield fields.Group("", [self.bound_field(column) for column in columns])
        yield from super().groups()

    def clean(self) -> None:
        free, most = self.cleaned_value("available"), self.cleaned_value("maximum")
        if free is None and most is not None:
            self.refuse(
                _("Enter how many of the places are free, or clear both fields."), "available"
            )
        if free is not None and most is not None and free > most:
            self.refuse(
                _("There are more free places than total places. Correct one of the numbers."),
                "available",
            )

    def values(self) -> dict[str, Any]:
        until = clock.now() + timedelta(hours=self.cleaned_value("hours") or 24)
        expires = {"expires_at": until.replace(microsecond=0).isoformat()}
        number = {key: self.cleaned_value(key) for key in ("available", "maximum")} | expires
        units = [self.row(index) | expires for index in self.indexes()]
        return (NO_CAPACITY if number["available"] is None else number) | {"units": units}

    def row(self, index: int) -> dict[str, Any]:
        row = super().row(index)
        return row | {"children": int(row["children"] or 0)}


class CapacityFact(FactType):
    code = enums.Fact.CAPACITY
    label = gettext_lazy("Free places")  # For translators: part of an entry: places in a shelter
    fields_class = CapacityFields
    tables = (
        FactTable(Unit, UnitRow, texts=(), is_for_members=True),
        FactTable(ServiceCapacity, CapacityRow, texts=(), is_for_members=True),
    )
    evidence = (Evidence(ServiceCapacity), Evidence(Unit))
    is_changed_by_link = True
    field = "capacities"

    def blank(self) -> Values:
        return {**NO_CAPACITY, "units": []}

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        if values["available"] is not None:
            free = _("{available} free")  # For translators: free places in a shelter
            if values["maximum"] is not None:
                free = _("{available} of {maximum} free")  # For translators: free shelter places
            yield free.format_map(values)
            until = moments.exact_text(datetime.fromisoformat(values["expires_at"]))
            # Translators: until when the number of free places counts; {moment} is date and time.
            yield _("Valid until {moment}").format(moment=until)
        for unit in values["units"]:
            yield _describe_unit(unit)

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        """Return free places and rooms that have not expired; public `related` has neither."""
        return {
            "capacities": [
                {
                    "id": ids.stable_uuid("hsds", "capacity", str(row.service_id)),
                    "unit": {"id": ids.stable_uuid("hsds", "unit", "place"), "name": "Place"},
                    **attributes(row, "available", "maximum"),
                    "updated": row.updated_at,
                    "expires_at": row.expires_at,
                }
                for row in related.get("capacity", ())
                if row.expires_at > at
            ],
            "families": [
                attributes(row, "adult_gender", "children", "oldest_boy", "answer", "expires_at")
                for row in related.get("units", ())
                if row.expires_at > at
            ],
        }

    def read(self, service: Service) -> Values:
        units = tables.read_values(service.pk, self.tables[0])
        return {"units": units, **self._read_capacity_or_blank(service)}

    def write(self, service: Service, values: Mapping[str, Any], *, at: datetime) -> None:
        if "units" in values:
            tables.write_rows(self.tables[0], {service.pk: values["units"]})
        before = self._read_capacity_or_blank(service)
        new = before | {key: values[key] for key in before if key in values}
        if new != before and new["available"] is None:
            ServiceCapacity.objects.filter(service=service).delete()
        elif new != before:
            expires = datetime.fromisoformat(new["expires_at"])
            defaults = new | {"expires_at": expires, "updated_at": at}
            ServiceCapacity.objects.update_or_create(service=service, defaults=defaults)

    def _read_capacity_or_blank(self, service: Service) -> Values:
        rows = tables.read_values(service.pk, self.tables[1])
        return {key: rows[0][key] for key in NO_CAPACITY} if rows else dict(NO_CAPACITY)


def _describe_unit(unit: Mapping[str, Any]) -> str:
    """Describe for which adult and children a shelter has a room, and if there is room now."""
    parts: list[str | Promise] = [ADULTS[unit["adult_gender"]]]
    if unit["children"]:
        parts.append(CHILDREN_LABELS[unit["children"]])
    if unit["oldest_boy"] is not None:
        # Translators: a room for a family; {age} is the age in years of the oldest son.
        parts.append(_("sons up to {age}").format(age=unit["oldest_boy"]))
    return f"{join_parts(parts)}: {labels.ANSWERS[unit['answer']]}"
