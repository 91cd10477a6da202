from datetime import timedelta

import pytest
from django.db import OperationalError

from protect.directory.models import DirectoryVersion, Service
from protect.matching.services import store
from protect.matching.snapshots.current import VERSION_CHECK_SECONDS, CurrentSnapshot
from tests.directory.demo import TUESDAY

pytestmark = pytest.mark.django_db


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def current(demo_services, clock):
    return CurrentSnapshot(clock)


def rename(service, name, *, at=TUESDAY + timedelta(hours=1)):
    Service.objects.filter(pk=service.pk).update(name=name, last_modified=at)
    version = DirectoryVersion.objects.get(pk=1)
    version.number += 1
    version.save()


def name_of(current, service):
    return current.get().row_with_short(service.short).name


def test_a_change_is_visible_after_fifty_milliseconds(current, clock, demo_services):
    service = demo_services["talk-canary"]
    before = name_of(current, service)
    rename(service, "Demo Renamed")

    at_once = name_of(current, service)
    clock.seconds += VERSION_CHECK_SECONDS
    soon = name_of(current, service)

    assert (before, at_once, soon) == ("Demo Island Talk", "Demo Island Talk", "Demo Renamed")


def test_only_changed_services_are_read_again(current, clock, demo_services, monkeypatch):
    current.get()
    rename(demo_services["talk-canary"], "Demo Renamed")
    asked = []
    read = store.read
    monkeypatch.setattr(store, "read", lambda ids: read(asked.append(list(ids)) or asked[-1]))
    clock.seconds += VERSION_CHECK_SECONDS

    current.get()

    assert asked == [[demo_services["talk-canary"].pk]]


def test_a_withdrawn_service_disappears_from_answers(current, clock, demo_services):
    service = demo_services["talk-canary"]
    current.get()
    Service.objects.filter(pk=service.pk).update(status="withdrawn")
    rename(service, "Demo Gone")
    clock.seconds += VERSION_CHECK_SECONDS

    assert current.get().row_with_short(service.short) is None


def test_without_a_change_the_snapshot_stays_the_same_object(current, clock):
    before = current.get()
    clock.seconds += 1

    assert current.get() is before


def test_the_last_snapshot_answers_while_the_database_is_unavailable(current, clock, monkeypatch):
    before = current.get()
    clock.seconds += 1
    monkeypatch.setattr(store, "version", broken)

    assert current.get() is before


def test_before_the_first_snapshot_a_lost_database_is_an_error(current, monkeypatch):
    monkeypatch.setattr(store, "version", broken)

    with pytest.raises(OperationalError):
        current.get()


def broken():
    raise OperationalError("away")
