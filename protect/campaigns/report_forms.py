"""The form that chooses what a report for a period is about."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.campaigns.period_reports.report_rows import ReportQuery
from protect.campaigns.plans.models import Campaign
from protect.directory.services.forms import set_choices
from protect.kernel.ids import parse_uuid
from protect.reference import formats
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage


class ReportForm(DeskForm):
    first = fields.date_field(_("First day"))
    last = fields.date_field(_("Last day"))
    # Translators: a field: a country or a campaign that a report is about.
    about = forms.ChoiceField(label=_("Country or campaign"))

    def __init__(
        self,
        *args: Any,
        countries: Iterable[str] = (),
        campaigns: Iterable[Campaign] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._campaigns: dict[UUID | None, Campaign] = {row.pk: row for row in campaigns}
        tag = get_language() or "en"
        named = sorted((formats.country_name(code, tag), code) for code in countries)
        chosen = [(code, name) for name, code in named]
        set_choices(
            self, "about", [*chosen, *((str(pk), row.name) for pk, row in self._campaigns.items())]
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first. Correct one of them."))
        return cleaned

    def to_query(self) -> ReportQuery:
        data = self.cleaned_data
        campaign = self._campaigns.get(parse_uuid(data["about"]))
        country = "" if campaign else data["about"]
        return ReportQuery(data["first"], data["last"], country, campaign)

    @property
    def about_name(self) -> str:
        names = dict(self.fields["about"].choices)  # type: ignore[attr-defined]
        return str(names[self.cleaned_data["about"]])


def default_period(today: date) -> dict[str, str]:
    """Return the days of the year until today, as the form's address says them."""
    return {"first": today.replace(month=1, day=1).isoformat(), "last": today.isoformat()}


PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "campaigns:report": DraftPage(_("Report for a period"), ReportForm),
}
