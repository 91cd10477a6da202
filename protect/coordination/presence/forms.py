from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from protect.coordination.presence import axes
from protect.coordination.presence.actions import PresenceValues
from protect.coordination.presence.enums import FocalRole
from protect.coordination.presence.matrix import MatrixQuery
from protect.coordination.presence.models import Presence
from protect.directory.facts.sentences import countries_by_name
from protect.reference import vocabulary
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_CAPACITY = 100_000  # people a month


class MatrixFilter(forms.Form):
    """The filter of the matrix. Its values are in the address, so that a reload keeps them."""

    country = forms.ChoiceField(label=_("Country"))
    need = forms.ChoiceField(label=_("Need"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)
    group = forms.ChoiceField(label=_("Target group"), required=False)
    organisation = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str], default_country: str | None) -> None:
        countries = countries_by_name(vocabulary.countries())
        default = default_country if default_country in vocabulary.countries() else countries[0][0]
        country = data.get("country") or default
        super().__init__(
            {**{name: data.get(name, "") for name in self.base_fields}, "country": country}
        )
        everything = ("", _("All"))
        choices: dict[str, list[tuple[str, Any]]] = {
            "country": list(countries),
            "need": [everything, *axes.needs().items()],
            "region": [everything, *axes.regions(country).items()],
            "group": [everything, *axes.target_groups().items()],
        }
        for name, pairs in choices.items():
            self.fields[name].choices = pairs  # type: ignore[attr-defined]

    def query(self) -> MatrixQuery:
        """Return what was chosen. A region of another country is left out.
        Errors: Http404 for an unknown code."""
        if "region" in self.errors and "country" not in self.errors:
            self.cleaned_data["region"] = ""
            del self.errors["region"]
        if not self.is_valid():
            raise Http404
        return MatrixQuery(**self.cleaned_data)


class PresenceForm(DeskForm):
    """The form of one organisation: for each need capacity and end of funding, for each role a
    function and its mailbox."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0)

    def __init__(self, *args: Any, presence: Presence | None = None, **kwargs: Any) -> None:
        needs = kwargs.pop("needs", None)
        super().__init__(*args, **kwargs)
        self.needs = list(axes.needs() if needs is None else needs)
        stored = {row.need: row for row in presence.provisions.all()} if presence else {}
        points = {row.role: row for row in presence.focal_points.all()} if presence else {}
        if presence:
            self.fields["version"].initial = presence.version
        for need in self.needs:
            self._add_need(need, stored.get(need))
        for role in FocalRole:
            self._add_role(role, points.get(role))

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """Return the fields by need and role, with the heading of each group."""
        names = axes.needs()
        needs = [
            (names[need], [self[f"capacity-{need}"], self[f"until-{need}"]]) for need in self.needs
        ]
        roles = [
            (role.label, [self[f"position-{role}"], self[f"mailbox-{role}"]]) for role in FocalRole
        ]
        return [*needs, *roles]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for role in FocalRole:
            position, mailbox = data.get(f"position-{role}"), data.get(f"mailbox-{role}")
            if mailbox and not position:
                self.add_error(f"position-{role}", _("Say which function reads this mailbox."))
            if position and not mailbox and f"mailbox-{role}" not in self.errors:
                self.add_error(f"mailbox-{role}", _("Type the mailbox of this function."))
        return data

    def values(self) -> PresenceValues:
        data = self.cleaned_data
        return PresenceValues(
            data["version"],
            {need: (data[f"capacity-{need}"], data[f"until-{need}"]) for need in self.needs},
            {role: (data[f"position-{role}"], data[f"mailbox-{role}"]) for role in FocalRole},
        )

    def _add_need(self, need: str, row: Any) -> None:
        capacity = fields.number_field(
            # Translators: a field: how many people an organisation can help.
            _("People a month"),
            0,
            MAX_CAPACITY,
            is_required=False,
            initial=row.capacity if row else None,
        )
        until = fields.date_field(_("Funded until"))  # For translators: a field: a day
        until.required, until.initial = False, row.funded_until if row else None
        self.fields |= {f"capacity-{need}": capacity, f"until-{need}": until}

    def _add_role(self, role: FocalRole, row: Any) -> None:
        position = fields.text_field(_("Function"), 120, is_required=False)
        position.initial = row.position if row else ""
        mailbox = forms.EmailField(
            label=_("Mailbox"),
            max_length=254,
            required=False,
            initial=row.mailbox if row else "",
        )
        self.fields |= {f"position-{role}": position, f"mailbox-{role}": mailbox}


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:provider_edit": DraftPage(_("Capacity and focal points"), PresenceForm),
}
