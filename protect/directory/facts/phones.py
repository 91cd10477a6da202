from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as public_text

from protect.directory import labels
from protect.directory.enums import Answer, Cost, Fact, PhoneKind
from protect.directory.facts.base import contacts, fact_type, fields
from protect.directory.facts.base.cells import Cells
from protect.directory.facts.base.fields import NOT_KNOWN, choice_field, text_field
from protect.directory.facts.base.tables import FactTable
from protect.directory.facts.sentences import join_parts
from protect.directory.service_models import FactRow, Service
from protect.kernel.text import plain_isolated_name

NUMBER_LENGTH = 40  # characters of a number as typed, with blanks; stored are 16 at most
PHONE_KINDS: Mapping[str, Promise] = {
    # Translators, of each below: a kind of number.
    PhoneKind.VOICE: gettext_lazy("Calls"),  # for speaking
    PhoneKind.WHATSAPP: gettext_lazy("WhatsApp"),  # the name of an app
    PhoneKind.TEXT: gettext_lazy("Text messages"),
}
# In HSDS documents, not on pages. RFC 6350 has no type for WhatsApp: the description names it.
HSDS_PHONE_TYPES = {PhoneKind.VOICE: "voice", PhoneKind.WHATSAPP: "text", PhoneKind.TEXT: "text"}
HSDS_DESCRIPTIONS = {PhoneKind.WHATSAPP: "WhatsApp", PhoneKind.TEXT: "Text message"}


class Phone(FactRow):
    """A phone number: E.164, or a national short number as dialled."""

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


class PhoneFields(fields.FactRowFields):
    key, main_column = "phones", "number"
    title = gettext_lazy("Number")  # For translators: over the fields of a phone number
    empty_title = gettext_lazy("Another number")  # For translators: over empty fields for a phone

    def form_fields(self, row: fields.Values) -> fields.Fields:
        hint = _("Begin with + and the country code, or write a short number as it is dialled.")
        attrs = {"type": "tel", "dir": "ltr", "autocomplete": "off", "class": "short"}
        bill = row.get("shown_on_bill", "unknown")
        credit = row.get("works_without_credit", "unknown")
        return {
            "number": text_field(_("Number"), NUMBER_LENGTH, row.get("number", ""), attrs, hint),
            "kind": choice_field(_("For"), PHONE_KINDS, row.get("kind", PhoneKind.VOICE)),
            "cost": choice_field(_("Cost of a call"), labels.COSTS, row.get("cost", ""), NOT_KNOWN),
            # Translators: whether the number stands on the phone bill, where others may see it.
            "shown_on_bill": choice_field(_("Shown on the bill"), labels.ANSWERS, bill),
            # Translators: whether the number can be called without money on the phone.
            "works_without_credit": choice_field(_("Works without credit"), labels.ANSWERS, credit),
        }

    def clean(self) -> None:
        seen: set[tuple[str, str]] = set()
        for index in self.indexes():
            if not (number := self._read_number(index)):
                continue
            self.form.cleaned_data[self.field_name(index, "number")] = number
            phone = (number, self.cleaned_value(index, "kind"))
            if phone in seen:
                message = _("This number is here twice. Empty one of the fields.")
                self.refuse(message, index, "number")
            seen.add(phone)

    def _read_number(self, index: int) -> str:
        """Return the number typed in a row, as it is stored; "" after adding an error."""
        typed = str(self.cleaned_value(index, "number")).replace(";", ",").replace("|", "/")
        cells = Cells({"phones": typed})
        if phones := contacts.read_phone_numbers(cells, self.context.country):
            return phones[0].number
        fillers = cells.troubles[0].fillers if cells.troubles else {}
        if "other" in fillers:
            # Translators: {proposal} and {other} are phone numbers with + and the country.
            message = _(
                "This number may have lost its leading zero. Is it {proposal}? If it is"
                " right as typed, write {other}."
            )
        elif "proposal" in fillers:
            # Translators: an editor typed a phone number; {proposal} is one that exists.
            message = _("This number cannot be dialled as typed. Is it {proposal}?")
        else:
            message = _(
                "This is not a phone number of that country. Begin with + and the "
                "country code, or write a short number as it is dialled."
            )
        self.refuse(message.format_map(fillers), index, "number")
        return ""

    def row(self, index: int) -> dict[str, Any]:
        return {column: self.cleaned_value(index, column) or "" for column in self.names}


class PhoneFact(fact_type.FactType):
    code = Fact.PHONE
    label = gettext_lazy("Phone numbers")  # For translators: a part of an entry that is checked
    fields_class = PhoneFields
    tables = (FactTable(Phone, PhoneRow, ("position", "pk"), keeps_order=True, texts=()),)
    evidence = (fact_type.Evidence(Phone),)
    field = "phones"
    # Translators: what is wrong about a service: calls are not answered, or it is a wrong number.
    complaint = ("number", public_text("The number does not work"))

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        for phone in values["phones"]:
            parts = [
                plain_isolated_name(phone["number"]),
                PHONE_KINDS[phone["kind"]],
                labels.COSTS[phone["cost"]] if phone["cost"] else "",
                _describe_answer(_("shown on the phone bill: {answer}"), phone["shown_on_bill"]),
                _describe_answer(
                    _("works without credit: {answer}"), phone["works_without_credit"]
                ),
            ]
            yield join_parts(parts)

    def document(self, related: fact_type.Related, at: datetime) -> Mapping[str, Any]:
        columns = ("kind", "cost", "shown_on_bill", "works_without_credit")
        return {
            "phones": [
                {
                    **fact_type.attributes(row, "id", "number"),
                    "type": HSDS_PHONE_TYPES[row.kind],
                    "description": HSDS_DESCRIPTIONS.get(row.kind, ""),
                    **fact_type.attributes(row, *columns),
                }
                for row in related["phones"]
            ]
        }


def _describe_answer(sentence: str, answer: str) -> str:
    """Return `sentence` with the label of an answer in it; "" for Answer.UNKNOWN."""
    return "" if answer == Answer.UNKNOWN else sentence.format(answer=labels.ANSWERS[answer])
