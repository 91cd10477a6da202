"""No file contains the location of a shelter, whichever field it was written in."""

import io
import zipfile

import pytest
from django.test import Client

from protect.directory.enums import AddressReaders, Readers
from protect.directory.models import Location, Service, ServiceAtLocation
from protect.interchange.exports.actions import FORMATS
from protect.reference.models import Place
from tests.interchange.exports.files import exported_file

STREET, CODE = "Wesselényi utca 18", "1012 ZX"  # nothing that an id may hold by chance
POINT = (37.987654, 23.765432)
TEXTS = (
    "description",
    "audience_note",
    "how_to_access",
    "restrictions",
    "area_note",
    "admission_conditions",
    "referral_route",
    "desk_notes",
)


@pytest.fixture(params=[AddressReaders.NEVER_STORED, AddressReaders.PROFESSIONALS])
def shelter(request, demo_services, db):
    """Return a protected service with an address in every text field."""
    service = Service.objects.get(source_id="shelter-sons-14")
    for name in TEXTS:
        setattr(service, name, f"Demo words stay. We are at {STREET}, {CODE} Athens.")
    service.website = "https://www.google.com/maps/@37.987654,23.765432,17z"
    service.source_url = "https://demo.example/wesselenyi-utca-18"
    service.address_audience = request.param
    service.save()
    for rows in (service.schedules, service.languages, service.criteria, service.costs):
        rows.update(note=f"{STREET}, {CODE} Athens")
    service.documents.create(document="passport", note=f"Bring it to {STREET}.")
    service.accessibility.create(kind="step_free", answer="yes", note=f"At {STREET}.")
    _locate(service)
    return service


def _locate(service):
    """Store a map position, which only a defect in our code could do."""
    place = Place.objects.get(pk=264371)
    location = Location.objects.create(
        organisation=service.organisation,
        place=place,
        address=STREET,
        postal_code=CODE,
        city="Demo Quarter",
        latitude=POINT[0],
        longitude=POINT[1],
        is_exact=True,
        zone=place.zone,
    )
    ServiceAtLocation.objects.create(service=service, location=location)


def opened(code, readers):
    raw = exported_file(code, readers)
    if code != "hsds-tables":
        return raw.decode()
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize("readers", Readers)
@pytest.mark.parametrize("code", FORMATS)
def test_no_file_contains_the_address_of_a_shelter(shelter, code, readers):
    text = opened(code, readers).replace("\r\n ", "")

    assert shelter.name in text
    for word in ("utca", CODE, "Demo Quarter", *map(str, POINT), "maps", "wesselenyi"):
        assert word not in text
    if code != "ical":  # which holds no description
        assert "Demo words stay." in text


@pytest.mark.parametrize(
    "path",
    [
        "/hsds/services?full=true",
        "/hsds/services",
        "/hsds/services/{pk}",
        "/hsds/core/services/{pk}",
        "/hsds/organizations/{org}?full_service=true",
    ],
)
def test_no_api_response_contains_the_address_of_a_shelter(shelter, path):
    address = path.format(pk=shelter.pk, org=shelter.organisation_id)

    answer = Client(headers={"host": "127.0.0.1"}).get(address)
    text = b"".join(answer).decode()

    assert answer.status_code == 200, text
    for word in ("utca", CODE, "Demo Quarter", *map(str, POINT), "maps", "wesselenyi"):
        assert word not in text


@pytest.mark.parametrize("code", FORMATS)
def test_moving_a_protected_address_does_not_change_exported_files(shelter, code):
    before = opened(code, Readers.PUBLIC)
    Location.objects.filter(address=STREET).update(latitude=35.1, longitude=25.1, address="Demo 1")

    assert opened(code, Readers.PUBLIC) == before


@pytest.mark.parametrize("code", FORMATS)
def test_files_contain_no_desk_notes(demo_services, db, code):
    service = Service.objects.filter(
        address_audience=AddressReaders.PUBLIC, status="published"
    ).first()
    Service.objects.filter(pk=service.pk).update(
        desk_notes="Demo secret", source_url="https://demo.example/secret", referral_route="Secret"
    )
    service.checks.update(source="Demo secret check")

    assert "secret" not in opened(code, Readers.PUBLIC).lower()
    assert "demo secret" not in opened(code, Readers.MEMBERS).lower()
