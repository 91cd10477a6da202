"""The numbers of a service."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as public_text

from protect.directory import labels
from protect.directory.enums import Answer, Cost, Fact, PhoneKind
from protect.directory.facts.base import contacts, fact_type
from protect.directory.facts.base.cells import Cells
from protect.directory.facts.base.fields import NOT_KNOWN, Fields, Rows, Values, choice, text
from protect.directory.facts.base.tables import Table
from protect.directory.facts.sentences import line
from protect.directory.service_models import FactRow, Service
from protect.kernel.text import plain_name

NUMBER_LENGTH = 40  # characters, blanks included
PHONE_KINDS: Mapping[str, Promise] = {
    # Translators, of each below: a kind of number.
    PhoneKind.VOICE: gettext_lazy("Calls"),  # for speaking
    PhoneKind.WHATSAPP: gettext_lazy("WhatsApp"),  # the name of an app
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
                name="directory_phone_is_a_number",
                condition=models.Q(number__regex=r"^\+?[0-9]{2,15}$"),
            ),
        ]


PhoneRow = namedtuple(
    "PhoneRow", "service_id id number kind cost shown_on_bill works_without_credit"
)


class PhoneFields(Rows):
    key, lead = "phones", "number"
    # Translators: over the fields of a phone number.
    title = gettext_lazy("Number")
    # Translators: over empty fields, for one more phone number.
    another = gettext_lazy("Another number")

    def columns(self, row: Values) -> Fields:
        hint = _("Begin with + and the country, or write a short number as it is dialled.")
        attrs = {"type": "tel", "dir": "ltr", "autocomplete": "off", "class": "short"}
        bill, credit = (
            row.get(key, "unknown") for key in ("shown_on_bill", "works_without_credit")
        )
        return {
            "number": text(_("Number"), NUMBER_LENGTH, row.get("number", ""), attrs, hint),
            "kind": choice(_("For"), PHONE_KINDS, row.get("kind", PhoneKind.VOICE)),
            "cost": choice(_("Cost of a call"), labels.COSTS, row.get("cost", ""), NOT_KNOWN),
            # Translators: whether the number stands on the phone bill, where others may see it.
            "shown_on_bill": choice(_("Shown on the bill"), labels.ANSWERS, bill),
            # Translators: whether the number can be called without money on the phone.
            "works_without_credit": choice(_("Works without credit"), labels.ANSWERS, credit),
        }

    def clean(self) -> None:
        seen: set[tuple[str, str]] = set()
        for index in self.indexes():
            if not (number := self._dialled(index)):
                continue
            self.form.cleaned_data[self.name(index, "number")] = number
            phone = (number, self.typed(index, "kind"))
            if phone in seen:
                self.refuse(_("This number stands here twice. Empty one of them."), index, "number")
            seen.add(phone)

    def _dialled(self, index: int) -> str:
        """Return a number as it is stored, "" for a mistake."""
        typed = str(self.typed(index, "number")).replace(";", ",").replace("|", "/")
        cells = Cells({"phones": typed})
        if phones := contacts.numbers(cells, self.about.country):
            return phones[0].number
        fillers = cells.troubles[0].fillers if cells.troubles else {}
        if "other" in fillers:
            # Translators: {proposal} and {other} are phone numbers with + and the country.
            message = _(
                "This may have lost its first zero. Is it {proposal}? If it is right as it stands, "
                "write {other}."
            )
        elif "proposal" in fillers:
            # Translators: an editor typed a phone number; {proposal} is one that exists.
            message = _("This cannot be dialled as it stands. Is it {proposal}?")
        else:
            message = _(
                "This is no phone number of that country. Begin with + and the country, or "
                "write a short number as it is dialled."
            )
        self.refuse(message.format_map(fillers), index, "number")
        return ""

    def row(self, index: int) -> dict[str, Any]:
        return {column: self.typed(index, column) or "" for column in self.names}


class PhoneFact(fact_type.FactType):
    code = Fact.PHONE
    # Translators: a part of an entry of the directory that is checked on its own.
    label = gettext_lazy("Numbers")
    part = PhoneFields
    tables = (Table(Phone, PhoneRow, ("position", "pk"), keeps_order=True, texts=()),)
    evidence = (fact_type.Evidence(Phone),)
    field = "phones"
    # Translators: what is wrong about a service: calls are not answered, or the number is another.
    complaint = ("number", public_text("The number does not work"))

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        for phone in values["phones"]:
            yield line(
                [
                    plain_name(phone["number"]),
                    PHONE_KINDS[phone["kind"]],
                    labels.COSTS[phone["cost"]] if phone["cost"] else "",
                    _answer(_("on the bill: {answer}"), phone["shown_on_bill"]),
                    _answer(_("without credit: {answer}"), phone["works_without_credit"]),
                ]
            )

    def document(self, related: fact_type.Related, at: datetime) -> Mapping[str, Any]:
        return {
            "phones": [
                {
                    **fact_type.picked(row, "id", "number"),
                    "type": TYPES[row.kind],
                    "description": ENGLISH[row.kind],
                    **fact_type.picked(
                        row, "kind", "cost", "shown_on_bill", "works_without_credit"
                    ),
                }
                for row in related["phones"]
            ]
        }


def _answer(sentence: str, answer: str) -> str:
    return "" if answer == Answer.UNKNOWN else sentence.format(answer=labels.ANSWERS[answer])
