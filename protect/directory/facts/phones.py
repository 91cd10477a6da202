"""The numbers of a service."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.directory import labels
from protect.directory.enums import Answer, Cost, Fact, PhoneKind
from protect.directory.facts.base.cells import Cells
from protect.directory.facts.base.contacts import numbers
from protect.directory.facts.base.fact_type import Evidence, FactType, Related
from protect.directory.facts.base.fields import NOT_KNOWN, Fields, Rows, Values, choice
from protect.directory.facts.base.tables import Table
from protect.directory.facts.sentences import line
from protect.directory.service_models import FactRow, Service
from protect.kernel.text import plain_name

NUMBER_LENGTH = 40  # characters, blanks included
PHONE_KINDS: Mapping[str, Promise] = {
    # Translators: a kind of number: for speaking.
    PhoneKind.VOICE: gettext_lazy("Calls"),
    # Translators: a kind of number; the name of an app.
    PhoneKind.WHATSAPP: gettext_lazy("WhatsApp"),
    # Translators: a kind of number: for text messages.
    PhoneKind.TEXT: gettext_lazy("Text messages"),
}
# WhatsApp has no type in RFC 6350: the extension says it.
TYPES = {PhoneKind.VOICE: "voice", PhoneKind.WHATSAPP: "text", PhoneKind.TEXT: "text"}
ENGLISH = {PhoneKind.VOICE: "", PhoneKind.WHATSAPP: "WhatsApp", PhoneKind.TEXT: "Text message"}


class Phone(FactRow):
    """A number: E.164, or a national short number as dialled."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="phones")
    position = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, choices=PhoneKind, default=PhoneKind.VOICE)
    cost = models.CharField(max_length=4, choices=Cost, default="", blank=True)
    shown_on_bill = models.CharField(max_length=14, choices=Answer, default=Answer.UNKNOWN)
    works_without_credit = models.CharField(max_length=14, choices=Answer, default=Answer.UNKNOWN)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                name="directory_phone_once", fields=["service", "number", "kind"]
            ),
            models.CheckConstraint(
                name="directory_phone_is_a_number", condition=Q(number__regex=r"^\+?[0-9]{2,15}$")
            ),
        ]


PhoneRow = namedtuple(
    "PhoneRow",
    "service_id id number kind cost shown_on_bill works_without_credit",
)


class PhoneFields(Rows):
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
        kind = choice(_("For"), PHONE_KINDS, row.get("kind", PhoneKind.VOICE))
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


class PhoneFact(FactType):
    code = Fact.PHONE
    # Translators: a part of an entry of the directory that is checked on its own.
    label = gettext_lazy("Numbers")
    part = PhoneFields
    tables = (Table("phones", Phone, PhoneRow, ("position", "pk"), keeps_order=True, texts=()),)
    evidence = (Evidence(Phone),)
    field = "phones"

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        for phone in values["phones"]:
            parts = [plain_name(phone["number"]), PHONE_KINDS[phone["kind"]]]
            parts += [labels.COSTS[phone["cost"]]] if phone["cost"] else []
            parts += _answer(_("on the bill: {answer}"), phone["shown_on_bill"])
            parts += _answer(_("without credit: {answer}"), phone["works_without_credit"])
            yield line(parts)

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        return {
            "phones": [
                {
                    "id": row.id,
                    "number": row.number,
                    "type": TYPES[row.kind],
                    "description": ENGLISH[row.kind],
                    "kind": row.kind,
                    "cost": row.cost,
                    "shown_on_bill": row.shown_on_bill,
                    "works_without_credit": row.works_without_credit,
                }
                for row in related["phones"]
            ]
        }


def _answer(sentence: str, answer: str) -> list[str]:
    return [] if answer == Answer.UNKNOWN else [sentence.format(answer=labels.ANSWERS[answer])]
