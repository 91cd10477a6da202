"""Medical help that works only within some hours after an event."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as public_text

from protect.directory import enums
from protect.directory.facts.base import fields
from protect.directory.facts.base.fact_type import Evidence, FactType, Related, attributes
from protect.directory.facts.base.tables import FactTable
from protect.directory.facts.sentences import join_parts
from protect.directory.service_models import FactRow, Service
from protect.kernel.text import plain_isolated_name
from protect.ui import moments

LONGEST_WINDOW = 24 * 30  # hours after the event, in which a treatment works
TREATMENT_LABELS: Mapping[str, Promise] = {
    # Translators: pills taken for some weeks after a risk, so that HIV does not stay in the body.
    "hiv_prophylaxis": public_text("Medicine against HIV"),
    # Translators: pills after sex, so that no pregnancy begins.
    "emergency_contraception": public_text("Emergency contraception"),
}


class ClinicalOffer(FactRow):
    """A treatment that a service offers and that works only within some hours of an event."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="clinical")
    act = models.CharField(max_length=40)
    window_hours = models.PositiveSmallIntegerField()  # hours since the event
    source = models.CharField(max_length=400)
    checked = models.DateField(null=True, blank=True)  # empty = not confirmed yet


ClinicalRow = namedtuple("ClinicalRow", "service_id id act window_hours checked")


class ClinicalFields(fields.FactRowFields):
    key, main_column = "offers", "act"
    # Translators: over the fields of a medicine that helps only within some hours.
    title = gettext_lazy("Medical help")
    # Translators: over empty fields, for one more medicine.
    empty_title = gettext_lazy("Other medical help")

    def form_fields(self, row: fields.Values) -> fields.Fields:
        act = row.get("act", "")
        words = {**TREATMENT_LABELS, **({act: act} if act and act not in TREATMENT_LABELS else {})}
        hours = _("Number of hours")  # For translators: a medicine helps only within these hours
        hint = _(
            "Leave the date empty if the number of hours has not been confirmed: the number is then"
            " shown as not confirmed."
        )
        return {
            "act": fields.choice_field(_("What"), words, act, "–"),
            "window_hours": fields.number_field(hours, LONGEST_WINDOW, row.get("window_hours"), 1),
            # Translators: where a medical fact was read.
            "source": fields.note_field(_("Source"), row.get("source", "")),
            "checked": forms.DateField(
                label=_("Confirmed on"),  # For translators: day a number of hours was confirmed
                help_text=hint,
                initial=row.get("checked") or "",
                widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
            ),
        }

    def clean(self) -> None:
        for index in self.indexes():
            is_wrong = self.field_name(index, "window_hours") in self.form.errors
            if self.cleaned_value(index, "window_hours") is None and not is_wrong:
                self.refuse(_("Enter the number of hours."), index, "window_hours")
            if not self.cleaned_value(index, "source"):
                message = _("Enter the source, such as a guideline or a web page.")
                self.refuse(message, index, "source")

    def row(self, index: int) -> dict[str, Any]:
        row = super().row(index)
        day = row["checked"]
        return row | {"checked": day.isoformat() if day else None}


class ClinicalFact(FactType):
    code = enums.Fact.CLINICAL
    # Translators: a part of an entry: medicine that helps only within some hours.
    label = gettext_lazy("Medical help with a time limit")
    fields_class = ClinicalFields
    tables = (
        FactTable(
            ClinicalOffer,
            ClinicalRow,
            ("act", "pk"),
            unexported=("source",),
            texts=("source",),
            list_name="offers",
        ),
    )
    evidence = (Evidence(ClinicalOffer),)
    field = "clinical_offers"

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        for offer in values["offers"]:
            act = TREATMENT_LABELS.get(offer["act"], offer["act"])
            # Translators: a medicine that helps only within some hours of what happened.
            within = _("helps only within {hours} hours").format(hours=offer["window_hours"])
            if offer["checked"]:
                day = moments.exact_text(date.fromisoformat(offer["checked"]))
                confirmation = _("confirmed {day}").format(day=day)  # For translators: {day}: date
            else:
                confirmation = _("not confirmed yet")  # For translators: of a number of hours
            yield join_parts([act, within, confirmation, plain_isolated_name(offer["source"])])

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        """Return the treatments. `is_confirmed` is False where the hours were never confirmed."""
        return {
            "clinical_offers": [
                {
                    **attributes(row, "act", "window_hours"),
                    "is_confirmed": row.checked is not None,
                    "checked": row.checked,
                }
                for row in related["clinical"]
            ]
        }
