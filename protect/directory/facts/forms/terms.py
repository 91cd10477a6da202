"""What a person types about cost, documents, free places and medical help within hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.directory import labels
from protect.directory.enums import Answer, Fact, Kind, Operator
from protect.directory.facts.forms.fields import (
    NOT_KNOWN,
    Fields,
    Group,
    Rows,
    Values,
    choice,
    note,
    number,
)
from protect.directory.facts.intervals import intervals
from protect.kernel import clock
from protect.reference import vocabulary
from protect.reference.wording import DOCUMENT_NAMES

MOST_PLACES = 2000
LONGEST_WINDOW = 24 * 30  # hours
MOST_HOURS = 24 * 7  # that a number of free places may count
OLDEST_BOY = 25  # years


class Costs(Rows):
    fact = Fact.COST
    key, lead = "costs", "note"
    # Translators: over the fields of what something costs.
    title = gettext_lazy("Cost")
    # Translators: over empty fields, for one more price.
    another = gettext_lazy("Another cost")

    def columns(self, row: Values) -> Fields:
        kind = choice(_("Kind"), labels.COSTS, row.get("kind", ""), NOT_KNOWN)
        hint = _("For example: first talk free, then 10 euros. Empty both to take it out.")
        return {"kind": kind, "note": note(_("In words"), row.get("note", ""), hint)}

    def indexes(self) -> Iterator[int]:
        for index in range(self.count):
            if self.typed(index, "kind") or self.typed(index, "note"):
                yield index


class Documents(Rows):
    fact = Fact.DOCUMENTS
    key, lead = "documents", "document"
    # Translators: over the fields of a document that is asked for.
    title = gettext_lazy("Document")
    # Translators: over empty fields, for one more document.
    another = gettext_lazy("Another document")

    def build(self, values: Values) -> None:
        listed = [code for each in values["criteria"] for code in each["values"]]
        rows = [*values["documents"]]
        named_documents = {each["document"] for each in rows}
        rows += [{"document": code, "note": ""} for code in listed if code not in named_documents]
        is_none = any(each["operator"] == Operator.ALL for each in values["criteria"])
        choice_made = "some" if rows else "none" if is_none else ""
        words = {
            # Translators: whether a service wants to see documents.
            "none": _("It asks for no documents, and says so"),
            # Translators: whether a service wants to see documents; a list follows.
            "some": _("It asks for these"),
        }
        asks = choice(_("Documents"), words, choice_made, NOT_KNOWN)
        self.add("asks", asks, choice_made)
        super().build({"documents": rows})

    def columns(self, row: Values) -> Fields:
        code = row.get("document", "")
        names = _document_names()
        return {
            "document": choice(_("Document"), names, code, "–"),
            "note": note(_("Note"), row.get("note", "")),
        }

    def groups(self) -> Iterator[Group]:
        yield Group("", [self.bound("asks")])
        yield from super().groups()

    def clean(self) -> None:
        if self.typed("asks") == "some" and not list(self.indexes()):
            self.refuse(_("Choose one document at least."), 0, "document")
        if self.typed("asks") == "none" and list(self.indexes()):
            self.refuse(_("Documents are chosen below. Choose – there, or change this."), "asks")

    def values(self) -> dict[str, Any]:
        rows = super().values()["documents"] if self.typed("asks") == "some" else []
        no_documents: dict[str, Any] = {
            "kind": Kind.DOCUMENTS.value,
            "operator": Operator.ALL.value,
            "values": [],
            "minimum": None,
            "maximum": None,
            "answer": "",
            "note": "",
        }
        return {
            "documents": rows,
            "criteria": [no_documents] if self.typed("asks") == "none" else [],
        }


class Capacity(Rows):
    """Free places, and kinds of rooms. It counts for some hours and is unknown afterwards."""

    fact = Fact.CAPACITY
    key, lead = "units", "answer"
    # Translators: over the fields of a kind of room in a shelter.
    title = gettext_lazy("Room for")
    # Translators: over empty fields, for one more kind of room in a shelter.
    another = gettext_lazy("Another room for")

    def build(self, values: Values) -> None:
        most = number(_("Places in all"), MOST_PLACES, values["maximum"])
        free = number(_("Free places"), MOST_PLACES, values["available"])
        hours = intervals()[self.fact].length // timedelta(hours=1)
        self.add("available", free, values["available"])
        self.add("maximum", most, values["maximum"])
        lasts = number(_("This counts for so many hours"), MOST_HOURS, hours, 1)
        lasts.help_text = _("Afterwards it is shown as unknown, never as full.")
        self.add("hours", lasts, hours)
        super().build(values)

    def columns(self, row: Values) -> Fields:
        return {
            "adult_gender": choice(_("Adult"), labels.ADULTS, row.get("adult_gender", "")),
            "children": choice(_("Children"), labels.CHILDREN, row.get("children", 0)),
            "oldest_boy": number(_("Sons up to (years)"), OLDEST_BOY, row.get("oldest_boy")),
            # Translators: whether there is room for such a family now.
            "answer": choice(_("Room now"), _rooms(), row.get("answer", ""), "–"),
        }

    def groups(self) -> Iterator[Group]:
        yield Group("", [self.bound(each) for each in ("available", "maximum", "hours")])
        yield from super().groups()

    def clean(self) -> None:
        free, most = self.typed("available"), self.typed("maximum")
        if free is None and most is not None:
            self.refuse(_("Write how many of them are free, or empty both."), "available")
        if free is not None and most is not None and free > most:
            self.refuse(_("There are more free places than places. Correct one."), "available")

    def values(self) -> dict[str, Any]:
        until = (clock.now() + timedelta(hours=self.typed("hours") or 24)).replace(microsecond=0)
        free = self.typed("available")
        return {
            "available": free,
            "maximum": None if free is None else self.typed("maximum"),
            "expires_at": None if free is None else until.isoformat(),
            "units": [self.row(index) | _until(until) for index in self.indexes()],
        }

    def row(self, index: int) -> dict[str, Any]:
        row = super().row(index)
        return row | {"children": int(row["children"] or 0)}


class Clinical(Rows):
    fact = Fact.CLINICAL
    key, lead = "offers", "act"
    # Translators: over the fields of a medicine that helps only within some hours.
    title = gettext_lazy("Medical help")
    # Translators: over empty fields, for one more medicine.
    another = gettext_lazy("Other medical help")

    def columns(self, row: Values) -> Fields:
        act = row.get("act", "")
        words = {**labels.ACTS, **({act: act} if act and act not in labels.ACTS else {})}
        checked = forms.DateField(
            # Translators: the day on which somebody confirmed a number of hours.
            label=_("Confirmed on"),
            help_text=_("Leave empty if nobody has confirmed it: it is shown as not confirmed."),
            initial=row.get("checked") or "",
            widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
        )
        return {
            "act": choice(_("What"), words, act, "–"),
            "window_hours": number(
                # Translators: a medicine helps only within so many hours of what happened.
                _("Within so many hours"),
                LONGEST_WINDOW,
                row.get("window_hours"),
                1,
            ),
            # Translators: where a medical fact was read.
            "source": note(_("Source"), row.get("source", "")),
            "checked": checked,
        }

    def clean(self) -> None:
        for index in self.indexes():
            if self.typed(index, "window_hours") is None and not self._is_wrong(index):
                self.refuse(_("Write the number of hours."), index, "window_hours")
            if not self.typed(index, "source"):
                self.refuse(_("Write where this stands: a guideline, a page."), index, "source")

    def row(self, index: int) -> dict[str, Any]:
        row = super().row(index)
        day = row["checked"]
        return row | {"checked": day.isoformat() if day else None}

    def _is_wrong(self, index: int) -> bool:
        return self.name(index, "window_hours") in self.form.errors


def _rooms() -> Mapping[str, str | Promise]:
    return {key: labels.ANSWERS[key] for key in (Answer.YES, Answer.NO, Answer.CASES)}


def _until(until: datetime) -> dict[str, str]:
    return {"expires_at": until.isoformat()}


def _document_names() -> Mapping[str, str | Promise]:
    return {
        code: DOCUMENT_NAMES.get(code, each.name) for code, each in vocabulary.documents().items()
    }
