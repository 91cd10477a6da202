"""Medical help that works only within hours of what happened."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as public_text

from protect.directory import enums
from protect.directory.facts.base.fact_type import Evidence, FactType, Related, picked
from protect.directory.facts.base.fields import Fields, Rows, Values, choice, note, number
from protect.directory.facts.base.tables import Table
from protect.directory.facts.sentences import line
from protect.directory.service_models import FactRow, Service
from protect.kernel.text import plain_name
from protect.ui import moments

LONGEST_WINDOW = 24 * 30  # hours
ACTS: Mapping[str, Promise] = {
    # Translators: pills taken for some weeks after a risk, so that HIV does not stay in the body.
    "hiv_prophylaxis": public_text("Medicine against HIV"),
    # Translators: pills after sex, so that no pregnancy begins.
    "emergency_contraception": public_text("Emergency contraception"),
}


class ClinicalOffer(FactRow):
    """A medical act that only helps within hours of the event."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="clinical")
    act = models.CharField(max_length=40)
    window_hours = models.PositiveSmallIntegerField()  # hours since the event
    source = models.CharField(max_length=400)
    checked = models.DateField(null=True, blank=True)  # empty = not confirmed yet


ClinicalRow = namedtuple("ClinicalRow", "service_id id act window_hours checked")


class ClinicalFields(Rows):
    key, lead = "offers", "act"
    # Translators: over the fields of a medicine that helps only within some hours.
    title = gettext_lazy("Medical help")
    # Translators: over empty fields, for one more medicine.
    another = gettext_lazy("Other medical help")

    def columns(self, row: Values) -> Fields:
        act = row.get("act", "")
        words = {**ACTS, **({act: act} if act and act not in ACTS else {})}
        # Translators: a medicine helps only within so many hours of what happened.
        hours = _("Within so many hours")
        hint = _("Leave empty if it has not been confirmed: it is shown as not confirmed.")
        return {
            "act": choice(_("What"), words, act, "–"),
            "window_hours": number(hours, LONGEST_WINDOW, row.get("window_hours"), 1),
            # Translators: where a medical fact was read.
            "source": note(_("Source"), row.get("source", "")),
            "checked": forms.DateField(
                # Translators: the day on which a number of hours was confirmed.
                label=_("Confirmed on"),
                help_text=hint,
                initial=row.get("checked") or "",
                widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
            ),
        }

    def clean(self) -> None:
        for index in self.indexes():
            is_wrong = self.name(index, "window_hours") in self.form.errors
            if self.typed(index, "window_hours") is None and not is_wrong:
                self.refuse(_("Write the number of hours."), index, "window_hours")
            if not self.typed(index, "source"):
                self.refuse(_("Write where this stands: a guideline, a page."), index, "source")

    def row(self, index: int) -> dict[str, Any]:
        row = super().row(index)
        day = row["checked"]
        return row | {"checked": day.isoformat() if day else None}


class ClinicalFact(FactType):
    code = enums.Fact.CLINICAL
    # Translators: a part of an entry: medicine that helps only within some hours.
    label = gettext_lazy("Medical help within hours")
    part = ClinicalFields
    tables = (
        Table(
            ClinicalOffer,
            ClinicalRow,
            ("act", "pk"),
            untold=("source",),
            texts=("source",),
            list_name="offers",
        ),
    )
    evidence = (Evidence(ClinicalOffer),)
    field = "clinical_offers"

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        for offer in values["offers"]:
            act = ACTS.get(offer["act"], offer["act"])
            # Translators: a medicine that helps only within some hours of what happened.
            within = _("within {hours} hours").format(hours=offer["window_hours"])
            if offer["checked"]:
                day = moments.exact(date.fromisoformat(offer["checked"]))
                # Translators: {day} is a date.
                sure = _("confirmed {day}").format(day=day)
            else:
                # Translators: this number of hours has not been confirmed.
                sure = _("not confirmed yet")
            yield line([act, within, sure, plain_name(offer["source"])])

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        """Return the acts. An unconfirmed window says so: verify before use."""
        return {
            "clinical_offers": [
                {
                    **picked(row, "act", "window_hours"),
                    "is_confirmed": row.checked is not None,
                    "checked": row.checked,
                }
                for row in related["clinical"]
            ]
        }
