from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from protect.audit.models import Entry
from protect.directory import changes
from protect.directory.changes import NIGHT_SUCCEEDED, all_nightly_steps, run_nightly_steps
from protect.directory.enums import Fact, Freshness
from protect.kernel import clock
from protect.verification.health.facts import HEALTH_RETENTION, last_successful_night, store_health
from protect.verification.models import HealthSnapshot, QueueItem
from tests.verification.nights import NOW, checked, count_audit_entries, entry

DAY = timedelta(days=1)


class RecordedSteps(list):
    """Step names and results that a nightly run reported."""

    def __call__(self, step: str, done: object) -> None:
        self.append((step, done))


def snapshot_of(day=NOW) -> dict[tuple[str, str, str], int]:
    rows = HealthSnapshot.objects.filter(day=day.date()).order_by("pk")
    return {(row.country_id, row.fact, row.freshness): row.services for row in rows}


def test_nightly_job_stores_health_figures_of_the_day(db):
    checked(entry("s1"), Fact.COST)
    entry("s2", "IE")

    number = store_health(at=NOW)

    snapshot = snapshot_of()
    assert len(snapshot) == number
    assert snapshot["MT", Fact.COST, Freshness.FRESH] == 1
    assert snapshot["IE", Fact.COST, Freshness.UNVERIFIED] == 1
    assert ("MT", Fact.COST, Freshness.UNVERIFIED) not in snapshot  # what is nought is no row


def test_second_snapshot_of_a_day_replaces_the_first(db):
    entry("s1")
    store_health(at=NOW)
    entry("s2")

    store_health(at=NOW + timedelta(hours=1))

    assert snapshot_of()["MT", Fact.COST, Freshness.UNVERIFIED] == 2


def test_new_snapshot_keeps_recent_days_and_deletes_expired_ones(db):
    entry("s1")
    for at in (NOW - HEALTH_RETENTION - DAY, NOW - HEALTH_RETENTION, NOW):
        store_health(at=at)

    days = HealthSnapshot.objects.order_by("day").values_list("day", flat=True).distinct()

    assert list(days) == [(NOW - HEALTH_RETENTION).date(), NOW.date()]


def test_nightly_run_executes_every_step_and_is_recorded(db):
    entry("s1")
    recorded = RecordedSteps()

    assert run_nightly_steps(at=NOW, say=recorded) == []

    assert [step for step, _ in recorded] == list(all_nightly_steps())
    assert QueueItem.objects.count() == 1
    assert snapshot_of()
    assert last_successful_night() == NOW
    assert count_audit_entries("keep_true") == 1


def failing_step(*, at):
    QueueItem.objects.all().delete()
    raise ValueError("Demo Street 5")


def test_failed_nightly_step_does_not_stop_others_and_logs_no_content(db, caplog):
    entry("s1")
    recorded = RecordedSteps()

    failed = run_nightly_steps(
        at=NOW, say=recorded, steps={"forget_demo": failing_step, "health": store_health}
    )

    assert failed == ["forget_demo"]
    assert [step for step, _ in recorded] == ["forget_demo", "health"]
    assert snapshot_of()
    assert "directory forget_demo failed: ValueError" in caplog.text
    assert "Demo Street" not in caplog.text
    assert last_successful_night() is None  # `protect check` goes on warning
    assert not Entry.objects.filter(action=NIGHT_SUCCEEDED).exists()


def run() -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    with clock.frozen(NOW):
        call_command("keep_directory_true", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_command_writes_steps_to_stderr_and_the_result_to_stdout(db):
    out, err = run()

    assert out == "all nightly steps of the directory are done\n"
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        step.replace("_", " ") for step in all_nightly_steps()
    ]


def test_command_fails_and_names_the_failed_step(db, monkeypatch):
    monkeypatch.setattr(changes, "all_nightly_steps", lambda: {"forget_demo": failing_step})

    with pytest.raises(CommandError, match="not done: forget_demo") as refused:
        run()

    assert refused.value.returncode == 1


def test_second_nightly_run_changes_only_the_snapshot_of_its_day(db):
    checked(entry("s1"), Fact.COST)
    run_nightly_steps(at=NOW, say=RecordedSteps())
    before = snapshot_of(), list(QueueItem.objects.order_by("pk").values())

    run_nightly_steps(at=NOW, say=RecordedSteps())

    assert (snapshot_of(), list(QueueItem.objects.order_by("pk").values())) == before
