from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from protect.directory import hsds
from protect.directory.hsds import Variant, store
from protect.directory.hsds.store import Asked
from tests.conftest import STARTER
from tests.directory.demo import TUESDAY
from tests.directory.hsds.conftest import validator

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("variant", Variant)
def test_every_invented_service_fits_the_official_schema(demo_services, variant):
    documents = list(
        hsds.documents(store.services(Asked()), at=TUESDAY, variant=variant, for_members=True)
    )

    wrong = [
        f"{document['name']}: {error.message} at {error.instance_path}"
        for document in documents
        for error in validator(variant, "service").iter_errors(document)
    ]
    assert len(documents) > 20
    assert wrong == []


@pytest.mark.parametrize("variant", Variant)
def test_every_service_of_the_starter_directory_fits_the_official_schema(variant):
    call_command("import_services", str(STARTER), verbosity=0, stdout=StringIO())

    documents = list(hsds.documents(store.services(Asked()), at=TUESDAY, variant=variant))

    check = validator(variant, "service")
    wrong = [
        f"{document['name']}: {error.message} at {error.instance_path}"
        for document in documents
        for error in check.iter_errors(document)
    ]
    assert len(documents) > 250
    assert wrong == []
