"""What stands in place of the file, what old files keep, and what comes back after a restore."""

import json
import os
from datetime import timedelta

import numpy as np
import pytest

from protect.directory.enums import AddressReaders
from protect.directory.models import DirectoryVersion, Service
from protect.directory.protection.erasure import erase_addresses
from protect.matching import published
from protect.matching.engine import files
from protect.matching.engine.files import FileRefused
from protect.matching.services import store
from protect.matching.snapshots.current import Snapshot
from protect.matching.snapshots.served import ServedSnapshot
from protect.reference.lookup.store import place_rows
from protect.site.server.pagecache import PageCache
from tests.directory.demo import TUESDAY
from tests.matching.test_current import broken, rename
from tests.matching.test_served import name_of, path, started, written
from tests.site.server.test_pagecache import Site, ask

__all__ = ["path", "written"]

pytestmark = pytest.mark.django_db


def pipe(path):
    os.mkfifo(path)


def link(path):
    path.symlink_to(path.with_name("other"))


def of_another_account(path):
    path.touch()
    os.chown(path, 1, 1)


@pytest.mark.parametrize(
    "put",
    [
        pipe,
        link,
        pytest.param(
            of_another_account,
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away"),
        ),
    ],
)
def test_a_foreign_file_at_the_snapshot_path_is_logged_and_replaced(
    demo_services, path, caplog, put
):
    put(path)

    server = started(path)

    assert "the snapshot file is not used" in caplog.text
    assert server.refresh()
    put(path)
    server.write(path)
    assert started(path).get().engine.rows
    assert sorted(each.suffix for each in path.parent.iterdir()) == [".lock", ".snapshot"]


@pytest.mark.parametrize("put", [link])
def test_the_lock_follows_no_link(demo_services, path, caplog, put):
    put(path.with_name("snapshot.lock"))
    server = ServedSnapshot(path)
    server.refresh()

    server.write(path)

    assert "the snapshot file is not written" in caplog.text
    assert [each.name for each in path.parent.iterdir()] == ["snapshot.lock"]


def test_a_huge_file_with_a_wrong_key_is_refused_unread(path):
    head = files.Head(files.MAGIC, files.FORMAT, 1, files.HEAD.size + 32, 1 << 40, bytes(32))
    path.write_bytes(files.HEAD.pack(*head) + bytes(32))
    os.truncate(path, head.start + head.length)  # a terabyte: to read it would raise MemoryError

    with pytest.raises(FileRefused, match="another key"):
        files.read(path, b"k" * 32)


def test_a_snapshot_file_that_exhausts_memory_is_removed(written, monkeypatch, caplog):
    monkeypatch.setattr(files.np, "load", raise_memory_error)

    assert started(written).refresh()

    assert "MemoryError" in caplog.text
    assert not written.exists()


def raise_memory_error(*_given, **_named):
    raise MemoryError


def names(path, count):
    database = path.name.partition("-")[0]
    return [path.with_name(f"{database}-{number:016}.snapshot") for number in range(count)]


def test_each_pass_removes_files_that_no_server_uses(written):
    used, unused, moved = *names(written, 2), written.with_name(f"{'0' * 16}-{'0' * 16}.snapshot")
    for each in (used, unused, moved):
        each.write_bytes(written.read_bytes())
    for each in (unused, moved, written):
        os.utime(each, (0, 0))
    unfinished, foreign = unused.with_suffix(".new"), unused.with_name("other.new")
    unfinished.touch()
    foreign.touch()

    started(written).write(written)  # it has this version already

    assert set(written.parent.glob("*.snapshot")) == {written, used}
    assert written.stat().st_mtime > 0  # another server sees that it is in use
    assert (unfinished.exists(), foreign.exists()) == (False, True)


def test_files_of_an_older_version_go_as_soon_as_the_new_one_is_written(written, demo_services):
    (older,) = names(written, 1)
    older.write_bytes(written.read_bytes())
    server = started(written)
    rename(demo_services["talk-canary"], "Demo Renamed")
    server.refresh()

    server.write(written)

    assert list(written.parent.glob("*.snapshot")) == [written]


def test_the_town_of_a_service_that_was_protected_leaves_the_file(demo_services, path):
    service = demo_services["talk-canary"]
    used = set(Service.objects.values_list("at_locations__location__place", flat=True))
    rows = (row for row in place_rows().values() if row.country == service.country_id)
    town = min((row for row in rows if row.id not in used), key=lambda row: row.population)
    service.areas.create(place_id=town.id, radius_km=3)
    at = {"place_id": town.id, "latitude": town.latitude, "longitude": town.longitude}
    location = service.at_locations.get().location
    type(location).objects.filter(pk=location.pk).update(**at)
    hours = {"expression": "Tu 03:07-03:11"}
    service.schedules.update_or_create(channel="visit", defaults=hours)
    rename(service, service.name)
    server = ServedSnapshot(path)
    server.refresh()
    server.write(path)
    before = encoder_of(path)

    service.areas.all().delete()
    service.schedules.all().delete()
    erase_addresses(service)
    Service.objects.filter(pk=service.pk).update(address_audience=AddressReaders.NEVER_STORED)
    rename(service, service.name, at=TUESDAY + timedelta(hours=2))
    server.refresh()
    server.write(path)

    for told in (str(town.id), str(town.latitude), "03:07"):
        assert told in before
        assert told not in encoder_of(path)
    assert list(started(path).get().engine.rows) == list(server.get().engine.rows)


def encoder_of(path):
    with path.open("rb") as file:
        head = files.Head._make(files.HEAD.unpack(file.read(files.HEAD.size)))
        file.seek(head.start)
        arrays = np.load(file)
        return json.dumps(json.loads(arrays["encoder"].tobytes()), ensure_ascii=False)


def restore(service):
    """Make the database an older one in which as many changes were made since."""
    Service.objects.filter(pk=service.pk).update(
        name="Demo Restored", last_modified=TUESDAY - timedelta(days=9)
    )


def test_the_file_is_rewritten_after_a_restore_to_the_same_version(
    written, demo_services, monkeypatch
):
    service = demo_services["talk-canary"]
    restore(service)
    server = started(written)
    server.refresh()

    server.write(written)
    first = written.stat().st_ino
    server.write(written)

    assert written.stat().st_ino == first  # once
    monkeypatch.setattr(store, "version", broken)
    assert name_of(started(written), service) == "Demo Restored"


def test_a_restore_under_a_running_server_is_noticed_after_an_hour_at_most(written, demo_services):
    server = started(written)
    server.refresh()
    restore(demo_services["talk-canary"])
    server.refresh()
    assert name_of(server, demo_services["talk-canary"]) == "Demo Island Talk"

    server._wait(0)
    server.refresh()

    assert name_of(server, demo_services["talk-canary"]) == "Demo Restored"


def test_no_page_from_before_a_restore_is_served(written, demo_services, monkeypatch):
    server = started(written)
    monkeypatch.setattr(published, "CURRENT", server)
    site = Site(("Protect-Valid-Until", "0"))
    cache = PageCache(site, published.snapshot_number)
    ask(cache)
    ask(cache)
    assert site.asked == 1

    restore(demo_services["talk-canary"])
    server.refresh()
    ask(cache)
    assert site.asked == 2

    number = DirectoryVersion.objects.get().number
    for asked, version in enumerate([number + 9, number, number + 9], 3):
        DirectoryVersion.objects.update(number=version)
        server.refresh()
        ask(cache)
        assert site.asked == asked


def test_an_unchanged_directory_keeps_its_pages(written):
    server = started(written)
    before = server.get().number

    server.refresh()

    assert server.get().number == before
    assert isinstance(server.get(), Snapshot)
