"""What a person types about numbers and languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.directory import labels
from protect.directory.enums import Answer, Fact, How, PhoneKind
from protect.directory.facts import sentences
from protect.directory.facts.cells import Cells
from protect.directory.facts.contacts import numbers
from protect.directory.facts.forms.fields import (
    NOT_KNOWN,
    Fields,
    Rows,
    Values,
    choice,
    note,
    number,
)
from protect.directory.hours import BadHours, parse
from protect.reference import vocabulary

NUMBER_LENGTH = 40  # characters, blanks included
WINDOW_LENGTH = 200
LONGEST_LEAD = 7 * 24 * 60  # minutes
FROM_OUTSIDE = {"": None, "yes": True, "no": False}


class Phones(Rows):
    fact = Fact.PHONE
    key, lead = "phones", "number"
    # Translators: over the fields of a phone number.
    title = gettext_lazy("Number")
    # Translators: over empty fields, for one more phone number.
    another = gettext_lazy("Another number")

    def columns(self, row: Values) -> Fields:
        typed = forms.CharField(
            label=_("Number"),
            help_text=_("Begin with + and the country, or write a short number as it is dialled."),
            max_length=NUMBER_LENGTH,
            initial=row.get("number", ""),
            widget=forms.TextInput(
                attrs={"type": "tel", "dir": "ltr", "autocomplete": "off", "class": "short"}
            ),
        )
        kind = choice(_("For"), labels.PHONE_KINDS, row.get("kind", PhoneKind.VOICE))
        cost = choice(_("Cost of a call"), labels.COSTS, row.get("cost", ""), NOT_KNOWN)
        # Translators: whether the number stands on the phone bill, where others may see it.
        bill = choice(_("Shown on the bill"), labels.ANSWERS, row.get("shown_on_bill", "unknown"))
        credit = choice(
            # Translators: whether the number can be called without money on the phone.
            _("Works without credit"),
            labels.ANSWERS,
            row.get("works_without_credit", "unknown"),
        )
        return {
            "number": typed,
            "kind": kind,
            "cost": cost,
            "shown_on_bill": bill,
            "works_without_credit": credit,
        }

    def clean(self) -> None:
        seen: set[tuple[str, str]] = set()
        for index in self.indexes():
            phone = self._dialled(index)
            if not phone:
                continue
            self.form.cleaned_data[self.name(index, "number")] = phone
            if (phone, self.typed(index, "kind")) in seen:
                self.refuse(_("This number stands here twice. Empty one of them."), index, "number")
            seen.add((phone, self.typed(index, "kind")))

    def _dialled(self, index: int) -> str:
        """Return a number as it is stored, "" for a mistake."""
        text = str(self.typed(index, "number"))
        cells = Cells({"phones": text.replace(";", ",").replace("|", "/")})
        phones = numbers(cells, self.about.country)
        if phones:
            return phones[0].number
        trouble = next(iter(cells.troubles), None)
        facts = trouble.facts if trouble else {}
        proposal, other = facts.get("proposal"), facts.get("other")
        if other:
            # Translators: {proposal} and {other} are phone numbers with + and the country.
            message = _(
                "This may have lost its first zero. Is it {proposal}? If it is right as it stands, "
                "write {other}."
            )
            self.refuse(message.format(proposal=proposal, other=other), index, "number")
        elif proposal:
            # Translators: somebody typed a phone number; {proposal} is one that exists.
            message = _("This cannot be dialled as it stands. Is it {proposal}?")
            self.refuse(message.format(proposal=proposal), index, "number")
        else:
            self.refuse(
                _(
                    "This is no phone number of that country. Begin with + and the country, or "
                    "write a short number as it is dialled."
                ),
                index,
                "number",
            )
        return ""

    def row(self, index: int) -> dict[str, Any]:
        return {column: self.typed(index, column) or "" for column in self.names}


class Languages(Rows):
    fact = Fact.LANGUAGES
    key, lead = "languages", "language"
    # Translators: over the fields of a language that is spoken.
    title = gettext_lazy("Language")
    # Translators: over empty fields, for one more language.
    another = gettext_lazy("Another language")

    def columns(self, row: Values) -> Fields:
        outside = {True: "yes", False: "no"}.get(row.get("from_outside", ""), "")
        return {
            "language": choice(_("Language"), _languages(), row.get("language", ""), "–"),
            "how": choice(_("Who speaks it"), labels.HOW, row.get("how", How.STAFF)),
            "window": forms.CharField(
                # Translators: at which hours a language is spoken.
                label=_("Only at these hours"),
                help_text=_("Leave empty for whenever it is open. For example: Mo,Th 09:00-11:00"),
                max_length=WINDOW_LENGTH,
                initial=row.get("window", ""),
                widget=forms.TextInput(attrs={"dir": "ltr"}),
            ),
            "lead_minutes": number(
                # Translators: how long before an interpreter must be asked for.
                _("Ask for the interpreter so many minutes before"),
                LONGEST_LEAD,
                row.get("lead_minutes"),
            ),
            "interpreter_gender": choice(
                _("Interpreter"), labels.INTERPRETERS, row.get("interpreter_gender", ""), NOT_KNOWN
            ),
            "from_outside": choice(
                # Translators: an interpreter who does not belong to the person's own community.
                _("Interpreter from outside the community possible"),
                {"yes": labels.ANSWERS[Answer.YES], "no": labels.ANSWERS[Answer.NO]},
                outside,
                NOT_KNOWN,
            ),
            "note": note(_("Note"), row.get("note", "")),
        }

    def clean(self) -> None:
        seen: set[tuple[str, ...]] = set()
        for index in self.indexes():
            self._check_window(index)
            key = tuple(str(self.typed(index, each)) for each in ("language", "how", "window"))
            if key in seen:
                self.refuse(
                    _("This stands here twice. Choose – in one of them."), index, "language"
                )
            seen.add(key)

    def row(self, index: int) -> dict[str, Any]:
        row = {column: self.typed(index, column) for column in self.names}
        return {**row, "from_outside": FROM_OUTSIDE.get(row["from_outside"])}

    def _check_window(self, index: int) -> None:
        window = self.typed(index, "window")
        try:
            if window:
                parse(window, self.about.zone, self.about.country)
        except BadHours as error:
            # Translators: opening hours in a fixed way of writing; {position} is a number.
            message = _(
                "This cannot be read from character {position} on. Write it like Mo,Th 09:00-11:00."
            )
            self.refuse(message.format(position=error.facts["position"]), index, "window")


def _languages() -> dict[str, str]:
    """Return every language that we know, by name in the language of the page."""
    languages = {tag: sentences.language_name(tag) for tag in vocabulary.languages()}
    return dict(sorted(languages.items(), key=lambda each: each[1].casefold()))
