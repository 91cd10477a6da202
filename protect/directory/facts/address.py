"""Where a service is. What is written and what is told of it: `protection.addresses` decides."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.enums import Audience, Fact
from protect.directory.facts.base import fact_type, places, tables
from protect.directory.facts.base.fields import MORE, NOT_KNOWN, Group, Part, choice, note, text
from protect.directory.facts.sentences import area_name, by_name, line, place_name
from protect.directory.service_models import Organisation, Service
from protect.kernel.text import plain_name
from protect.kernel.uuid_model import UuidModel
from protect.reference.lookup import store
from protect.reference.models import Place

# Left alone here: they come with an import, or from a map that we do not have.
KEPT = {"latitude": None, "longitude": None, "is_exact": False}
COLUMNS = ("place", "address", "postcode")
# Key of a value → column of a location.
STORED = {"place": "place_id"} | {
    name: name for name in ("city", "address", "postal_code", "latitude", "longitude", "is_exact")
}
AUDIENCES: Mapping[str, Promise] = {
    # Translators, of each below: who may see an address.
    Audience.PUBLIC: gettext_lazy("Everyone may see the address"),
    Audience.PROFESSIONALS: gettext_lazy("Only professionals may see the address"),
    # Translators: who may see an address: it is not stored anywhere.
    Audience.NEVER_STORED: gettext_lazy("The address is never stored"),
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
    audience = models.CharField(max_length=14, choices=Audience, default=Audience.PUBLIC)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_location_never_stored_has_no_row",
                condition=~models.Q(audience=Audience.NEVER_STORED),
            ),
            models.CheckConstraint(
                name="directory_location_both_coordinates",
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(
                    latitude__isnull=False,  # a comparison with nothing would pass
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
    """A public place of a service. A protected one is never read."""

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


class AddressFields(Part):
    """A protected service has no field for an address at all: nothing can be typed."""

    def build(self, values: Mapping[str, Any]) -> None:
        self._audience = Audience(values["audience"])
        if not self.about.is_protected:
            words = {key: AUDIENCES[key] for key in ("public", "professionals")}
            self.add("audience", choice(_("Who may see it"), words, self._audience))
        self.add("coarse-area", self._cells(values["coarse_area"]))
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
            message = _("Everyone may see the address, so no region is shown instead. Choose –.")
            self.refuse(message, "coarse-area")
        self._read = [each for each in map(self._row, range(self._count)) if each]

    def values(self) -> dict[str, Any]:
        if self.about.is_protected:
            audience = Audience.NEVER_STORED.value
        else:
            audience = str(self.typed("audience") or self._audience.value)
        coarse = self.typed("coarse-area") or None
        return {"audience": audience, "coarse_area": coarse, "locations": self._read}

    def _add_row(self, index: int, row: Mapping[str, Any]) -> None:
        town = places.typed_name(row.get("place")) or row.get("city", "")
        # Translators: a field for the name of a town.
        self.add("place", note(_("Town"), town), index)
        wide = {"autocomplete": "off", "dir": "auto"}
        short = {"autocomplete": "off", "class": "short", "dir": "ltr"}
        street = text(_("Street and number"), 240, row.get("address", ""), wide)
        self.add("address", street, index)
        self.add("postcode", text(_("Postcode"), 16, row.get("postal_code", ""), short), index)

    def _row(self, index: int) -> dict[str, Any] | None:
        town, street, postcode = (str(self.typed(index, each) or "") for each in COLUMNS)
        if not (town or street or postcode):
            return None
        stored = self._rows[index] if index < len(self._rows) else {}
        if not town:
            self.refuse(_("Write the town as well."), index, "place")
            return None
        if town == (places.typed_name(stored.get("place")) or stored.get("city")):
            # The town is as it was: its point stays, whatever it was made from.
            return {**stored, "address": street, "postal_code": postcode}
        try:
            place = places.named(town, self.about.country).place
        except places.NoSuchPlace as slip:
            self.refuse(str(slip), index, "place")
            return None
        city = place_name(place)
        return {"place": place, "city": city, "address": street, "postal_code": postcode, **KEPT}

    def _cells(self, stored: str | None) -> forms.ChoiceField:
        codes = {*store.coarse_areas(self.about.country), *([stored] if stored else [])}
        return choice(
            # Translators: a list of regions; one of them is told instead of a secret address.
            _("Region to show instead of the address"),
            dict(by_name((code, area_name(code)) for code in sorted(codes))),
            stored or "",
            # Translators: in a list of regions: none of them, only the country is told.
            _("– (only the country)") if self.about.is_protected else NOT_KNOWN,
        )


class AddressFact(fact_type.FactType):
    """`protection.addresses` writes it: a protected service has no row, whatever is given."""

    code = Fact.ADDRESS
    # Translators: a part of an entry.
    label = gettext_lazy("Where it is")
    part = AddressFields
    evidence = (fact_type.Evidence(ServiceAtLocation),)
    field = "service_at_locations"

    def blank(self) -> tables.Values:
        return {"audience": "public", "coarse_area": None, "locations": []}

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        if values["audience"] != Audience.PUBLIC:
            yield str(AUDIENCES[values["audience"]])
        if values["coarse_area"]:
            # Translators: what the public is told instead of an address; {area} is a region.
            yield _("Shown instead: {area}").format(
                area=plain_name(area_name(values["coarse_area"]))
            )
        for location in values["locations"]:
            town = location["city"] or place_name(location["place"])
            parts = [location["address"], f"{location['postal_code']} {town}".strip()]
            yield line([plain_name(part) for part in parts if part])

    def read(self, service: Service) -> tables.Values:
        """Return the audience of the address, the area shown instead, and the locations."""
        return {
            "audience": service.address_audience,
            "coarse_area": service.coarse_area_id,
            "locations": [
                {key: getattr(each, column) for key, column in STORED.items()}
                for each in locations_of(service)
            ],
        }


def locations_of(service: Service) -> list[Location]:
    if service.address_audience == Audience.NEVER_STORED:
        return []
    return list(
        Location.objects.filter(services__service=service).order_by("city", "address", "pk")
    )
