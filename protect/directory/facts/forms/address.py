"""The form part for the address of a service and its audience."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from protect.directory import labels
from protect.directory.enums import Audience, Fact
from protect.directory.facts import sentences
from protect.directory.facts.forms.fields import MORE, NOT_KNOWN, Group, Part, Values, choice, note
from protect.directory.facts.forms.places import NoSuchPlace, named, typed_name
from protect.reference.lookup import store

# Left alone here: they come with an import, or from a map that we do not have.
KEPT = {"latitude": None, "longitude": None, "is_exact": False}
COLUMNS = ("place", "address", "postcode")


class Whereabouts(Part):
    """A protected service has no field for an address at all: nothing can be typed."""

    fact = Fact.ADDRESS

    def build(self, values: Values) -> None:
        audience = Audience(values["audience"])
        self._stored = values
        self._audience = audience
        if not self.about.is_protected:
            words = {key: labels.AUDIENCES[key] for key in ("public", "professionals")}
            self.add("audience", choice(_("Who may see it"), words, audience), audience)
        self.add(
            "coarse-area",
            self._cells(values["coarse_area"]),
            values["coarse_area"] or "",
        )
        self._rows = [] if self.about.is_protected else list(values["locations"])
        self._count = 0 if self.about.is_protected else len(self._rows) + MORE
        for index in range(self._count):
            self._add_row(index, self._rows[index] if index < len(self._rows) else {})

    def groups(self) -> Iterator[Group]:
        protected = [] if self.about.is_protected else [self.bound("audience")]
        yield Group("", [*protected, self.bound("coarse-area")])
        for index in range(self._count):
            # Translators: over the fields of an address.
            title = _("Address") if index < len(self._rows) else _("Another address")
            yield Group(title, [self.bound(index, column) for column in COLUMNS])

    def clean(self) -> None:
        is_open = not self.about.is_protected and self.typed("audience") == Audience.PUBLIC
        if is_open and self.typed("coarse-area"):
            message = _("Everybody may see the address, so nothing is shown instead. Choose –.")
            self.refuse(message, "coarse-area")
        self._read = [each for each in map(self._row, range(self._count)) if each]

    def values(self) -> dict[str, Any]:
        if self.about.is_protected:
            audience = Audience.NEVER_STORED.value
        else:
            audience = str(self.typed("audience") or self._audience.value)
        coarse = self.typed("coarse-area") or None
        return {"audience": audience, "coarse_area": coarse, "locations": self._read}

    def _add_row(self, index: int, row: Values) -> None:
        town = typed_name(row.get("place")) or row.get("city", "")
        # Translators: a field for the name of a town.
        self.add("place", note(_("Town"), town), town, index)
        street = row.get("address", "")
        field = forms.CharField(label=_("Street and number"), max_length=240)
        field.widget.attrs |= {"autocomplete": "off", "dir": "auto"}
        self.add("address", field, street, index)
        postcode = forms.CharField(label=_("Postcode"), max_length=16)
        postcode.widget.attrs |= {"autocomplete": "off", "class": "short", "dir": "ltr"}
        self.add("postcode", postcode, row.get("postal_code", ""), index)

    def _row(self, index: int) -> dict[str, Any] | None:
        """Return a place that was typed; an emptied one is taken out."""
        town = str(self.typed(index, "place") or "")
        street = str(self.typed(index, "address") or "")
        postcode = str(self.typed(index, "postcode") or "")
        if not (town or street or postcode):
            return None
        stored = self._rows[index] if index < len(self._rows) else {}
        if not town:
            self.refuse(_("Write the town as well."), index, "place")
            return None
        if town == (typed_name(stored.get("place")) or stored.get("city")):
            # The town is as it was: its point stays, whatever it was made from.
            return {**stored, "address": street, "postal_code": postcode}
        try:
            place = named(town, self.about.country).place
        except NoSuchPlace as slip:
            self.refuse(slip.text, index, "place")
            return None
        city = sentences.place_name(place)
        return {
            "place": place,
            "city": city,
            "address": street,
            "postal_code": postcode,
            **KEPT,
        }

    def _cells(self, stored: str | None) -> forms.ChoiceField:
        names = {code: sentences.area_name(code) for code in store.coarse_areas(self.about.country)}
        if stored and stored not in names:
            names[stored] = sentences.area_name(stored)
        ordered = dict(sorted(names.items(), key=lambda each: each[1].casefold()))
        return choice(
            # Translators: a list of regions; one of them is told instead of a secret address.
            _("Region that may be told instead"),
            ordered,
            stored or "",
            # Translators: in a list of regions: none of them, only the country is told.
            _("– (no more than the country)") if self.about.is_protected else NOT_KNOWN,
        )
