"""The address fact of a service. `protection.addresses` decides what is stored and shown."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.enums import AddressReaders, Fact
from protect.directory.facts.base import fact_type, fields, places, tables
from protect.directory.facts.sentences import area_name, join_parts, place_name, sort_by_name
from protect.directory.service_models import Organisation, Service
from protect.kernel.database import UuidModel
from protect.kernel.text import plain_isolated_name
from protect.reference.lookup import store
from protect.reference.models import Place

# Coordinates of a location that a user typed: only imports know coordinates.
NO_COORDINATES = {"latitude": None, "longitude": None, "is_exact": False}
ADDRESS_FIELDS = ("place", "address", "postcode")  # form fields of one location
# Key of a value → column of a location.
LOCATION_COLUMNS = {"place": "place_id"} | {
    name: name for name in ("city", "address", "postal_code", "latitude", "longitude", "is_exact")
}
AUDIENCE_LABELS: Mapping[str, Promise] = {
    # Translators, of each below: who may see an address.
    AddressReaders.PUBLIC: gettext_lazy("Everyone may see the address"),
    AddressReaders.PROFESSIONALS: gettext_lazy("Only professionals may see the address"),
    AddressReaders.NEVER_STORED: gettext_lazy("The address is never stored"),  # not anywhere
}


class Location(UuidModel):
    """A place where help is given. A service with a never stored address has none."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    latitude = models.FloatField(null=True, blank=True)  # degrees, WGS84
    longitude = models.FloatField(null=True, blank=True)  # degrees, WGS84
    is_exact = models.BooleanField(default=False)  # False: the centre of the city, never the door
    address = models.CharField(max_length=240, default="", blank=True)
    postal_code = models.CharField(max_length=16, default="", blank=True)
    city = models.CharField(max_length=120, default="", blank=True)  # as the source writes it
    zone = models.CharField(max_length=40)  # IANA
    audience = models.CharField(
        max_length=14, choices=AddressReaders, default=AddressReaders.PUBLIC
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_location_never_stored_has_no_row",
                condition=~models.Q(audience=AddressReaders.NEVER_STORED),
            ),
            models.CheckConstraint(
                name="directory_location_both_coordinates",
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(
                    latitude__isnull=False,  # a comparison with NULL would pass
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            ),
        ]


class ServiceAtLocation(UuidModel):
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="at_locations")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="services")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="directory_service_once_at_location", fields=["service", "location"]
            )
        ]

    def __str__(self) -> str:
        return f"service {self.service_id} at {self.location_id}"


class SiteRow(NamedTuple):
    """A public location of a service, for exports. Protected locations are never read."""

    service_id: UUID
    id: UUID
    location_id: UUID
    location__place_id: int | None
    location__latitude: float | None
    location__longitude: float | None
    location__is_exact: bool
    location__address: str
    location__postal_code: str
    location__city: str
    location__zone: str


class AddressFields(fields.FactFields):
    """Form fields of the address; for a protected service, only the field of the coarse area."""

    def build(self, values: Mapping[str, Any]) -> None:
        self._audience = AddressReaders(values["audience"])
        if not self.context.is_protected:
            words = {key: AUDIENCE_LABELS[key] for key in ("public", "professionals")}
            choice = fields.choice_field(_("Who may see the address"), words, self._audience)
            self.add_field("audience", choice)
        self.add_field("coarse-area", self._coarse_area_field(values["coarse_area"]))
        self._rows = [] if self.context.is_protected else list(values["locations"])
        self._count = 0 if self.context.is_protected else len(self._rows) + fields.EXTRA_ROWS
        for index in range(self._count):
            self._add_location_fields(index, self._rows[index] if index < len(self._rows) else {})

    def groups(self) -> Iterator[fields.Group]:
        protected = [] if self.context.is_protected else [self.bound_field("audience")]
        yield fields.Group("", [*protected, self.bound_field("coarse-area")])
        for index in range(self._count):
            # Translators: over the fields of an address.
            title = _("Address") if index < len(self._rows) else _("Another address")
            yield fields.Group(title, [self.bound_field(index, name) for name in ADDRESS_FIELDS])

    def clean(self) -> None:
        is_open = (
            not self.context.is_protected
            and self.cleaned_value("audience") == AddressReaders.PUBLIC
        )
        if is_open and self.cleaned_value("coarse-area"):
            message = _(
                "Everyone may see the address, so no region is shown instead. Choose "
                "“Not known” in the list of regions."
            )
            self.refuse(message, "coarse-area")
        self._read = [
            location for location in map(self._read_location, range(self._count)) if location
        ]

    def values(self) -> dict[str, Any]:
        audience = str(self.cleaned_value("audience") or self._audience.value)
        if self.context.is_protected:
            audience = AddressReaders.NEVER_STORED.value
        coarse = self.cleaned_value("coarse-area") or None
        return {"audience": audience, "coarse_area": coarse, "locations": self._read}

    def _add_location_fields(self, index: int, row: Mapping[str, Any]) -> None:
        town = places.place_input(row.get("place")) or row.get("city", "")
        # Translators: a field for the name of a town.
        self.add_field("place", fields.note_field(_("Town"), town), index)
        wide = {"autocomplete": "off", "dir": "auto"}
        short = {"autocomplete": "off", "class": "short", "dir": "ltr"}
        street = fields.text_field(_("Street and number"), 240, row.get("address", ""), wide)
        self.add_field("address", street, index)
        postcode = fields.text_field(_("Postcode"), 16, row.get("postal_code", ""), short)
        self.add_field("postcode", postcode, index)

    def _read_location(self, index: int) -> dict[str, Any] | None:
        """Return the typed values of a location; None if it is blank, or after an error."""
        texts = (str(self.cleaned_value(index, column) or "") for column in ADDRESS_FIELDS)
        town, street, postcode = texts
        if not (town or street or postcode):
            return None
        stored = self._rows[index] if index < len(self._rows) else {}
        typed = {"address": street, "postal_code": postcode}
        if not town:
            self.refuse(_("Enter the town as well."), index, "place")
            return None
        if town == (places.place_input(stored.get("place")) or stored.get("city")):
            # The town has not changed, so its coordinates stay.
            return {**stored, **typed}
        try:
            place = places.find_named_place(town, self.context.country).place
        except places.NoSuchPlace as error:
            self.refuse(str(error), index, "place")
            return None
        return {"place": place, "city": place_name(place), **typed, **NO_COORDINATES}

    def _coarse_area_field(self, stored: str | None) -> forms.ChoiceField:
        codes = {*store.coarse_areas(self.context.country), *([stored] if stored else [])}
        return fields.choice_field(
            _("Region to show instead of the address"),  # For translators: list; address is secret
            dict(sort_by_name((code, area_name(code)) for code in sorted(codes))),
            stored or "",
            # Translators: in a list of regions: none of them, only the country is told.
            _("– (only the country)") if self.context.is_protected else fields.NOT_KNOWN,
        )


class AddressFact(fact_type.FactType):
    """The address fact. `protection.addresses` writes addresses, but no protected address."""

    code = Fact.ADDRESS
    label = gettext_lazy("Where it is")  # For translators: a part of an entry
    fields_class = AddressFields
    evidence = (fact_type.Evidence(ServiceAtLocation),)
    field = "service_at_locations"

    def blank(self) -> tables.Values:
        """Return no location, and everyone as the audience, as for a new service."""
        return {"audience": "public", "coarse_area": None, "locations": []}

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        if values["audience"] != AddressReaders.PUBLIC:
            yield str(AUDIENCE_LABELS[values["audience"]])
        if values["coarse_area"]:
            area = plain_isolated_name(area_name(values["coarse_area"]))
            # Translators: what the public is told instead of an address; {area} is a region.
            yield _("Shown instead: {area}").format(area=area)
        for location in values["locations"]:
            town = location["city"] or place_name(location["place"])
            parts = [location["address"], f"{location['postal_code']} {town}".strip()]
            yield join_parts([plain_isolated_name(part) for part in parts if part])

    def read(self, service: Service) -> tables.Values:
        """Return the audience of the address, the area shown instead, and the locations."""
        return {
            "audience": service.address_audience,
            "coarse_area": service.coarse_area_id,
            "locations": [
                {key: getattr(location, column) for key, column in LOCATION_COLUMNS.items()}
                for location in locations_of(service)
            ],
        }


def locations_of(service: Service) -> list[Location]:
    """Return the locations of a service by city; none if its address is never stored."""
    if service.address_audience == AddressReaders.NEVER_STORED:
        return []
    rows = Location.objects.filter(services__service=service)
    return list(rows.order_by("city", "address", "pk"))
