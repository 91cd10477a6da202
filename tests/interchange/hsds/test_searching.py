"""Guessed words reveal nothing: a search matches only the text that the answer shows."""

import json

import pytest

from protect.directory.enums import AddressReaders, ReviewState, TranslatableField
from protect.directory.models import Location, ServiceText
from protect.kernel import clock
from tests.verification.nights import BEFORE, entry, locate

pytestmark = pytest.mark.django_db
PLANTED = "Wesselenyi"
TOLD = f"Demo rooms for a while. The door is at {PLANTED} utca 18, 1012 ZX Athens."
COLUMNS = (
    "description",
    "audience_note",
    "how_to_access",
    "restrictions",
    "area_note",
    "admission_conditions",
    "referral_route",
    "desk_notes",
)
LISTS = ("/hsds/services", "/hsds/core/services", "/hsds/organizations")


@pytest.fixture(params=[AddressReaders.PROFESSIONALS, AddressReaders.NEVER_STORED])
def shelter(request):
    """Return a protected service with an address in every text field."""
    service = entry(
        "shelter",
        phone="",
        name="Demo Rooms",
        address_audience=request.param,
        **dict.fromkeys(COLUMNS, TOLD),
    )
    if request.param == AddressReaders.PROFESSIONALS:
        locate(service, f"{PLANTED} utca 18", city=PLANTED, audience=request.param)
    ServiceText.objects.create(
        service=service,
        field=TranslatableField.DESCRIPTION,
        language_id="fr",
        text=TOLD,
        source_digest="0" * 64,
        state=ReviewState.DRAFT,
        at=BEFORE,
    )
    return service


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("word", [PLANTED, PLANTED.upper(), "wessel", "1012", "utca", "door"])
def test_searching_a_withheld_word_finds_nothing(shelter, read, ids, path, word):
    for more in ({}, {"full": "true"}, {"search": f"demo {word}"}):
        assert ids(path, **{"search": word, **more}) == []
        assert read(path, **{"search": word, "format": "ndjson", **more}) == []
        assert read(path, method="post", **{"search": word, **more})["total_items"] == 0


def test_searching_a_withheld_word_finds_nothing_in_minimal_lists(shelter, read, ids):
    assert read("/hsds/services", minimal="true", search=PLANTED)["contents"] == []
    assert ids("/hsds/service_at_locations", search=PLANTED) == []


@pytest.mark.parametrize("word", ["rooms", "WHILE", "demo while", "House", "rooms house"])
def test_searching_a_shown_word_finds_a_protected_service(shelter, read, ids, word):
    assert ids("/hsds/services", search=word) == [str(shelter.pk)]
    shown = json.dumps(read(f"/hsds/services/{shelter.pk}"))
    assert all(each.casefold() in shown.casefold() for each in word.split())
    assert PLANTED not in shown


def test_searching_any_word_finds_a_public_service(read, ids):
    service = entry("open", phone="", description=TOLD)
    locate(service, f"{PLANTED} utca 18")

    assert ids("/hsds/services", search=PLANTED) == [str(service.pk)]
    assert PLANTED in json.dumps(read(f"/hsds/services/{service.pk}"))
    assert Location.objects.filter(audience=AddressReaders.PUBLIC).exists()


def test_search_queries_do_not_depend_on_the_number_of_shelters(
    read, django_assert_max_num_queries
):
    for number in range(12):
        entry(
            f"s{number}",
            phone="",
            description=TOLD,
            address_audience=AddressReaders.NEVER_STORED,
            released_at=clock.now(),
        )
    with django_assert_max_num_queries(12):
        assert read("/hsds/services", search=PLANTED)["total_items"] == 0
    with django_assert_max_num_queries(12):
        assert read("/hsds/services", search="rooms")["total_items"] == 12
