"""Opening hours for visits and for calls: two facts with the same fields. Syntax: see `hours`."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as public_text

from protect.directory.enums import Channel, Fact, Mode
from protect.directory.facts import address, phones
from protect.directory.facts.base import fact_type, tables
from protect.directory.facts.base.fields import FactFields, Group, note_field, text_field
from protect.directory.facts.base.tables import FactTable, Values
from protect.directory.hours import DAY_AND_NIGHT, BadHours, parse, weekly
from protect.directory.service_models import FactRow, Service
from protect.kernel.text import plain_isolated_name

EXPRESSION_LENGTH = 400  # characters
DAY_LENGTH = 80  # characters of the hours of one day
UNKNOWN, WEEK, ALWAYS, SYNTAX = "unknown", "week", "always", "syntax"  # ways to enter hours
NO_HOURS: Values = {"expression": "", "by_appointment": False, "note": ""}  # stored as no row
# Translators, of each below: a day of the week.
DAY_LABELS: Mapping[str, Promise] = {
    "Mo": gettext_lazy("Monday"),
    "Tu": gettext_lazy("Tuesday"),
    "We": gettext_lazy("Wednesday"),
    "Th": gettext_lazy("Thursday"),
    "Fr": gettext_lazy("Friday"),
    "Sa": gettext_lazy("Saturday"),
    "Su": gettext_lazy("Sunday"),
    # Translators: days on which most people do not work, in a table of opening hours.
    "PH": gettext_lazy("Public holidays"),
}


class Schedule(FactRow):
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="schedules")
    channel = models.CharField(max_length=5, choices=Channel)
    expression = models.CharField(max_length=400, default="", blank=True)  # OpenStreetMap syntax
    by_appointment = models.BooleanField(default=False)
    note = models.CharField(
        max_length=400, default="", blank=True
    )  # anything that the syntax cannot express

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_schedule_one_a_channel", fields=["service", "channel"]
            )
        ]


class ScheduleRow(NamedTuple):
    service_id: UUID
    id: UUID
    channel: str
    expression: str
    by_appointment: bool
    note: str


class HoursFields(FactFields):
    def build(self, values: Mapping[str, Any]) -> None:
        expression = values["expression"]
        week, way = _choose_input_kind(expression)
        ways = {
            # Translators, of each below: opening hours.
            UNKNOWN: _("Not known"),  # they are not known
            WEEK: _("By day of the week"),  # the same every week
            ALWAYS: _("Day and night"),
            SYNTAX: _("Otherwise: in the syntax of OpenStreetMap"),
        }
        way_field = forms.ChoiceField(
            label=_("Opening hours"),  # For translators: over the ways to write opening hours
            help_text=_(
                "By day: write hours like 9-12, 13:30-17. A day left empty is closed. "
                "Public holidays left empty are not known: write “closed” if the "
                "service is closed on them."
            ),
            choices=list(ways.items()),
            initial=way,
            widget=forms.RadioSelect,
        )
        self.add_field("way", way_field)
        for day, label in DAY_LABELS.items():
            spans = week.get(day)
            typed = "" if spans is None else weekly.format_day(spans) or _("closed")
            short = {"dir": "ltr", "class": "short"}
            self.add_field("day", text_field(label, DAY_LENGTH, typed, short), day.lower())
        self._add_expression_field(expression if way == SYNTAX else "")
        appointment_field = forms.BooleanField(
            label=_("By appointment"),  # For translators: first arrange a time to come or call
            help_text=_(
                "People must arrange a time first. If you enter no hours, this still counts"
                " as known hours."
            ),
            initial=values["by_appointment"],
        )
        self.add_field("appointment", appointment_field)
        hint = _("What you cannot enter as hours above, in the service's own words.")
        self.add_field("note", note_field(_("Note"), values["note"], hint))

    def _add_expression_field(self, typed: str) -> None:
        expression_field = text_field(
            _("Expression"),  # For translators: opening hours in a fixed way of writing
            EXPRESSION_LENGTH,
            typed,
            {"dir": "ltr", "spellcheck": "false"},
            _("For example: Mo-Fr 09:00-17:00; PH off"),
        )
        self.add_field("expression", expression_field)

    def groups(self) -> Iterator[Group]:
        yield Group("", [self.bound_field("way")])
        days = [self.bound_field(day.lower(), "day") for day in DAY_LABELS]
        yield Group(_("By day of the week"), days)  # For translators: over a field for each day
        # Translators: opening hours in a fixed way of writing, for those who know it.
        yield Group(_("In the syntax of OpenStreetMap"), [self.bound_field("expression")])
        # Translators: over fields that hold for all opening hours.
        yield Group(_("For all hours"), [self.bound_field("appointment"), self.bound_field("note")])

    def clean(self) -> None:
        self._stated = ""
        way = self.cleaned_value("way") or UNKNOWN
        if way == WEEK:
            self._stated = self._expression_from_week()
        elif way == SYNTAX:
            self._stated = (self.cleaned_value("expression") or "").strip()
            if not self._stated:
                self.refuse(_("Enter the hours, or choose another option above."), "expression")
        elif way == ALWAYS:
            self._stated = DAY_AND_NIGHT
        if self._stated:
            self._check_expression("expression" if way == SYNTAX else "way")

    def values(self) -> dict[str, Any]:
        return NO_HOURS | {
            "expression": self._stated,
            "by_appointment": bool(self.cleaned_value("appointment")),
            "note": self.cleaned_value("note") or "",
        }

    def _expression_from_week(self) -> str:
        """Return the hours typed by day as an expression; add errors for bad days or none."""
        week: weekly.Week = {}
        for day in DAY_LABELS:
            typed = str(self.cleaned_value(day.lower(), "day") or "")
            closed = typed.strip().casefold() in {_("closed").casefold(), "closed"}
            try:
                spans = weekly.parse_day("closed" if closed else typed)
            except BadHours as error:
                # Translators: opening hours of a day; {position} is a number of characters.
                message = _(
                    "This cannot be read for certain from character {position} on. Write it like "
                    "9-12, 13:30-17, by a clock of 24 hours; 22:00-6:00 goes over midnight."
                )
                self.refuse(message.format_map(error.facts), day.lower(), "day")
                continue
            if spans is not None:
                week[day] = spans
        if not any(week.values()) and not self.form.errors:
            self.refuse(_("Enter the hours of at least one day, or choose “Not known”."), "way")
        return weekly.format_week(week)

    def _check_expression(self, field: str) -> None:
        """Add an error to the field `field` if the stated hours cannot be read."""
        try:
            if len(self._stated) > EXPRESSION_LENGTH:
                raise BadHours(position=EXPRESSION_LENGTH, expression=self._stated)
            parse(self._stated, self.context.zone, self.context.country)
        except BadHours as error:
            # Translators: opening hours in a fixed way of writing; {position} is a number.
            message = _(
                "These hours cannot be read from character {position} on. Write them like "
                "Mo-Fr 09:00-17:00; PH off."
            )
            self.refuse(message.format_map(error.facts), field)


def _choose_input_kind(expression: str) -> tuple[weekly.Week, str]:
    """Return the hours by day, {} if they form no plain week, and the way to enter them."""
    if not expression:
        return {}, UNKNOWN
    if expression == DAY_AND_NIGHT:
        return {}, ALWAYS
    week = _parse_plain_week(expression)
    return ({}, SYNTAX) if week is None else (week, WEEK)


def _parse_plain_week(expression: str) -> weekly.Week | None:
    try:
        return weekly.parse_week(expression)
    except BadHours:
        return None


class HoursFact(fact_type.FactType):
    """Hours of one channel: at most one row for each service, updated in place."""

    channel: ClassVar[Channel]
    fields_class = HoursFields
    is_changed_by_link = True
    field = "schedules"
    # Translators: something is wrong about a service: it opens at other times.
    complaint = ("hours", public_text("The hours are wrong"))

    def blank(self) -> Values:
        return dict(NO_HOURS)

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        if values["expression"]:
            yield from describe_hours(values["expression"])
        if values["by_appointment"]:
            yield _("By appointment")  # For translators: first arrange a time to come or call
        if values["note"]:
            yield plain_isolated_name(values["note"])

    def read(self, service: Service) -> Values:
        rows = tables.read_values(service.pk, self.tables[0])
        return {key: rows[0][key] for key in NO_HOURS} if rows else dict(NO_HOURS)

    def write(self, service: Service, values: Mapping[str, Any], *, at: datetime) -> None:
        new = self.read(service) | {key: values[key] for key in NO_HOURS if key in values}
        wanted = [] if new == NO_HOURS else [{"channel": self.channel.value, **new}]
        tables.write_rows(self.tables[0], {service.pk: wanted})


def hours_table(channel: Channel) -> FactTable:
    """Return the table of schedules of one channel. Files list visits before calls."""
    order, identity = ("-channel", "pk"), ("channel",)
    return FactTable(Schedule, ScheduleRow, order, (channel,), "channel", identity_keys=identity)


class VisitHoursFact(HoursFact):
    code, channel, mode = Fact.VISIT_HOURS, Channel.VISIT, Mode.IN_PERSON
    label = gettext_lazy("Hours for visitors")  # For translators: when people can come
    tables = (hours_table(Channel.VISIT),)
    evidence = (
        fact_type.Evidence(address.ServiceAtLocation),
        fact_type.Evidence(Schedule, Channel.VISIT),
    )


class PhoneHoursFact(HoursFact):
    code, channel = Fact.PHONE_HOURS, Channel.PHONE
    label = gettext_lazy("Hours for callers")  # For translators: when people can call
    tables = (hours_table(Channel.PHONE),)
    evidence = (fact_type.Evidence(phones.Phone),)


def describe_hours(expression: str) -> list[str]:
    """Return the hours by day of a plain week, “Day and night”, or the expression itself."""
    if expression == DAY_AND_NIGHT:
        return [_("Day and night")]
    week = _parse_plain_week(expression)
    return [plain_isolated_name(expression)] if week is None else list(_describe_day_groups(week))


def _describe_day_groups(week: weekly.Week) -> Iterator[str]:
    stated_days = [day for day in DAY_LABELS if day in week]
    for spans, run in groupby(stated_days, key=lambda day: (week[day], day == weekly.HOLIDAY)):
        days = list(run)
        name = str(DAY_LABELS[days[0]])
        indexes = [list(DAY_LABELS).index(day) for day in days]
        if len(days) > 1 and indexes[-1] - indexes[0] == len(days) - 1:
            # Translators: days of the week, for example "Monday – Friday".
            name = _("{first} – {last}").format(first=name, last=DAY_LABELS[days[-1]])
        elif len(days) > 1:
            name = ", ".join(str(DAY_LABELS[day]) for day in days)
        hours = plain_isolated_name(weekly.format_day(spans[0])) if spans[0] else _("closed")
        yield f"{name}: {hours}"
