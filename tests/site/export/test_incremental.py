"""A second export makes only those pages anew that the new directory changes."""

import random
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.examples import examples
from tests.site.export.exports import AT, VALLETTA, Site, copy_of, files, manifest, pages

LATER = "2026-11-29T22:30:00+00:00"
NEXT_DAY = "2026-11-30T06:00:00+00:00"
ROUNDS = min(examples(1), 4)  # `make fuzz` tries more
MADE = re.compile(r"(\d+) made anew, (\d+) kept")
# Of one service, as a contact on some pages; a text of that service names it, too.
NUMBER = re.compile(r'card__call">(?:<[^>]*>)*2122 8333')
CHANGE = """
from datetime import datetime, UTC
from django.db import transaction
from protect.directory.changes import raise_version
from protect.directory.models import Phone, Service
with transaction.atomic():
    raise_version()
    found = Phone.objects.filter(number__endswith="21228333")
    services = {phone.service_id for phone in found}
    assert services and found.update(number="+35621228399")
    changed_at = datetime(2026, 11, 29, 22, tzinfo=UTC)
    Service.objects.filter(pk__in=services).update(last_modified=changed_at)
"""


def made_and_kept(said: str) -> tuple[int, int]:
    found = MADE.search(said)
    assert found, said
    return int(found[1]), int(found[2])


def change_number(site: Site) -> None:
    done = site.run("shell", "--no-imports", "-c", CHANGE)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def target(valletta: Path, tmp_path: Path) -> Path:
    return copy_of(valletta, tmp_path / "target")


def test_nothing_is_made_anew_when_nothing_changed(exporting_site: Site, target: Path):
    before = {name: (target / name).stat().st_ino for name in pages(target)}
    del_errors = {name for name in before if re.search(r"\b(?:404|410|500)\.html", name)}

    made, kept = made_and_kept(exporting_site.export(target, at=LATER))

    assert (made, kept) == (0, manifest(target)["pages"])
    after = {name: (target / name).stat().st_ino for name in pages(target)}
    assert {n for n in before if before[n] != after[n]} <= del_errors
    assert manifest(target)["made_at"] == LATER


def test_one_changed_number_is_the_same_in_an_incremental_and_a_whole_export(
    own_site: Site, target: Path, tmp_path: Path
):
    shown = {name for name, body in pages(target).items() if NUMBER.search(body)}
    change_number(own_site)

    made, kept = made_and_kept(own_site.export(target, at=LATER))
    own_site.export(tmp_path / "whole", at=LATER)

    assert files(target) == files(tmp_path / "whole")
    assert 0 < len(shown) <= made < kept
    assert not [name for name, body in pages(target).items() if NUMBER.search(body)]


def test_a_new_day_stands_on_all_pages_and_makes_few_anew(
    own_site: Site, target: Path, tmp_path: Path
):
    made, kept = made_and_kept(own_site.export(target, at=NEXT_DAY))
    own_site.export(tmp_path / "whole", at=NEXT_DAY)

    assert files(target) == files(tmp_path / "whole")
    assert all("30 November 2026" in body for body in pages(target).values())
    assert made < kept / 10


def test_a_new_year_makes_all_pages_anew(own_site: Site, target: Path):
    """Sources of facts are called old by their year."""
    assert made_and_kept(own_site.export(target, at="2027-01-01T00:00:00+00:00"))[1] == 0


@pytest.mark.parametrize("seed", range(examples(1)))
def test_exports_after_random_changes_are_as_a_whole_export(
    own_site: Site, target: Path, tmp_path: Path, seed: int
):
    """Each round changes services and lets time pass, from an hour to ten days. A page that a round
    kept wrongly would still be wrong at the end."""
    draw, at = random.Random(seed), datetime.fromisoformat(LATER)
    changes = []
    for number in range(ROUNDS):
        at += timedelta(minutes=draw.choice((60, 700, 1440, 14400)))
        changes.append(own_site.change_at_random(at=f"{at}", seed=ROUNDS * seed + number, count=4))
        own_site.export(target, at=f"{at}")
    own_site.export(tmp_path / "whole", at=f"{at}")

    whole, kept = files(tmp_path / "whole"), files(target)
    assert {name for name in whole | kept if whole.get(name) != kept.get(name)} == set(), changes


def test_a_damaged_page_is_made_anew_and_a_damaged_record_is_not_trusted(
    exporting_site: Site, target: Path, valletta: Path
):
    page = target / "en/index.html"
    page.unlink()  # a copy by hard links: the other export keeps its own
    page.write_text("forged")

    assert made_and_kept(exporting_site.export(target, at=AT))[0] == 1
    assert files(target) == files(valletta)

    (target / "record.json.gz").unlink()
    (target / "record.json.gz").write_bytes(b"forged")
    assert made_and_kept(exporting_site.export(target, at=AT))[1] == 0
    assert files(target) == files(valletta)


def test_pages_of_a_language_that_is_left_out_are_gone(exporting_site: Site, target: Path):
    french = tuple("fr" if option == "en" else option for option in VALLETTA)

    exporting_site.export(target, *french)

    assert not (target / "en").exists()
    assert (target / "fr/index.html").is_file()
