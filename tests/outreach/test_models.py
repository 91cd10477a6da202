from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from protect.outreach.models import InformationSession
from protect.trainings.scheduling.models import Session
from tests.outreach.requests import make_request, make_request_session
from tests.trainings.planning import make_edition

START = datetime(2027, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def session(host) -> InformationSession:
    return make_request_session(make_request(host), START)


def test_session_number_is_unique_per_request(session):
    values = {
        field.attname: getattr(session, field.attname)
        for field in Session._meta.concrete_fields
        if field.name != "id"
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        InformationSession.objects.create(request=session.request, **values)

    assert session.request.sessions.count() == 1


def test_a_session_of_a_training_is_numbered_in_its_edition(host, session):
    other = make_edition(host).sessions.get(number=1)
    other.numbered_in = session.numbered_in

    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()

    other.refresh_from_db()
    assert other.numbered_in != session.numbered_in
