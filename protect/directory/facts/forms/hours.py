"""What a person types about hours: a plain week, day and night, or the syntax of experts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from protect.directory import labels
from protect.directory.enums import Fact
from protect.directory.facts.forms.fields import Group, Part, Values, note
from protect.directory.facts.values import NO_HOURS
from protect.directory.hours import BadHours, parse, weekly

EXPRESSION_LENGTH = 400
DAY_LENGTH = 80
UNKNOWN, WEEK, ALWAYS, SYNTAX = "unknown", "week", "always", "syntax"


class Opening(Part):
    """Hours of one door."""

    def build(self, values: Values) -> None:
        expression = values["expression"]
        week, way = _way(expression)
        ways = {
            # Translators: opening hours: nobody knows them.
            UNKNOWN: _("Not known"),
            # Translators: opening hours: the same every week.
            WEEK: _("By day of the week"),
            # Translators: opening hours: always open.
            ALWAYS: _("Day and night"),
            # Translators: opening hours, written in the way of OpenStreetMap.
            SYNTAX: _("Otherwise: in the syntax of OpenStreetMap"),
        }
        way_field = forms.ChoiceField(
            # Translators: over the ways to write opening hours.
            label=_("How it is open"),
            help_text=_(
                "By day: write hours like 9-12, 13:30-17. A day left empty is closed; public "
                "holidays left empty are not known, so write “closed” if they are."
            ),
            choices=list(ways.items()),
            widget=forms.RadioSelect,
        )
        self.add("way", way_field, way)
        for day, label in labels.DAYS.items():
            spans = week.get(day)
            typed = "" if spans is None else weekly.typed_of(spans) or _("closed")
            self.add("day", self._day(label), typed, day.lower())
        self.add("expression", self._expression(), expression if way == SYNTAX else "")
        ticked = forms.BooleanField(
            # Translators: people must arrange a time before they come or call.
            label=_("By appointment"),
            help_text=_("People must arrange a time first. The hours still count as known."),
        )
        self.add("appointment", ticked, values["by_appointment"])
        hint = _("What hours cannot say, in the service's own words.")
        self.add("note", note(_("Note"), values["note"], hint), values["note"])

    def groups(self) -> Iterator[Group]:
        yield Group("", [self.bound("way")])
        days = [self.bound(day.lower(), "day") for day in labels.DAYS]
        # Translators: over a field for each day of the week.
        yield Group(_("By day of the week"), days)
        # Translators: opening hours in a fixed way of writing, for those who know it.
        yield Group(_("In the syntax of OpenStreetMap"), [self.bound("expression")])
        # Translators: over fields that hold for all opening hours.
        yield Group(_("In any case"), [self.bound("appointment"), self.bound("note")])

    def clean(self) -> None:
        self._stated = ""
        way = self.typed("way") or UNKNOWN
        if way == WEEK:
            self._stated = self._from_week()
        elif way == SYNTAX:
            self._stated = (self.typed("expression") or "").strip()
            if not self._stated:
                self.refuse(_("Write the hours, or choose another way above."), "expression")
        elif way == ALWAYS:
            self._stated = weekly.ALWAYS
        if self._stated:
            self._check("expression" if way == SYNTAX else "way")

    def values(self) -> dict[str, Any]:
        return NO_HOURS | {
            "expression": self._stated,
            "by_appointment": bool(self.typed("appointment")),
            "note": self.typed("note") or "",
        }

    def _from_week(self) -> str:
        week: weekly.Week = {}
        for day in labels.DAYS:
            typed = str(self.typed(day.lower(), "day") or "")
            closed = typed.strip().casefold() in {_("closed").casefold(), "closed"}
            try:
                spans = weekly.spans_of("closed" if closed else typed)
            except BadHours as error:
                self._refuse_day(day, error)
                continue
            if spans is not None:
                week[day] = spans
        if not any(week.values()) and not self.form.errors:
            self.refuse(_("Write the hours of one day at least, or choose “Not known”."), "way")
        return weekly.expression_of(week)

    def _refuse_day(self, day: str, error: BadHours) -> None:
        # Translators: opening hours of a day; {position} is a number of characters.
        message = _(
            "This cannot be read for certain from character {position} on. Write it like 9-12, "
            "13:30-17, by a clock of 24 hours; 22:00-6:00 goes over midnight."
        )
        self.refuse(message.format(position=error.facts["position"]), day.lower(), "day")

    def _check(self, field: str) -> None:
        try:
            if len(self._stated) > EXPRESSION_LENGTH:
                raise BadHours(position=EXPRESSION_LENGTH, expression=self._stated)
            parse(self._stated, self.about.zone, self.about.country)
        except BadHours as error:
            # Translators: opening hours in a fixed way of writing; {position} is a number.
            message = _(
                "These hours cannot be read from character {position} on. Write them like "
                "Mo-Fr 09:00-17:00; PH off."
            )
            self.refuse(message.format(position=error.facts["position"]), field)

    @staticmethod
    def _day(label: object) -> forms.Field:
        return forms.CharField(
            label=str(label),
            max_length=DAY_LENGTH,
            widget=forms.TextInput(attrs={"dir": "ltr", "class": "short"}),
        )

    @staticmethod
    def _expression() -> forms.Field:
        return forms.CharField(
            # Translators: opening hours in a fixed way of writing.
            label=_("Expression"),
            help_text=_("For example: Mo-Fr 09:00-17:00; PH off"),
            max_length=EXPRESSION_LENGTH,
            widget=forms.TextInput(attrs={"dir": "ltr", "spellcheck": "false"}),
        )


class VisitHours(Opening):
    fact = Fact.VISIT_HOURS


class PhoneHours(Opening):
    fact = Fact.PHONE_HOURS


def _way(expression: str) -> tuple[weekly.Week, str]:
    """Return a week for the fields of days, and the way in which the hours are entered."""
    if not expression:
        return {}, UNKNOWN
    if expression == weekly.ALWAYS:
        return {}, ALWAYS
    try:
        week = weekly.week_of(expression)
    except BadHours:
        week = None
    return ({}, SYNTAX) if week is None else (week, WEEK)
