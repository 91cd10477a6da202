import json
from io import StringIO

import pytest
from django.core.management import call_command

from protect.audit.models import Entry
from protect.audit.rules import PLATFORM
from protect.interchange.exports import actions
from tests.refusals import refuses
from tests.verification.nights import count_audit_entries, entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(starter):
    entry("s1")
    entry("s2", professionals_only=True)
    entry("s3", "IE")


@pytest.fixture
def export(tmp_path):
    """Run the command. Return the file and the messages."""

    def export(code, *options):
        path, said = tmp_path / f"services.{code}", StringIO()
        call_command("export_services", code, str(path), *options, stderr=said)
        return path, said.getvalue()

    return export


def test_export_command_writes_a_file_and_reports_progress(services, export):
    path, said = export("geojson", "--country", "mt", "--demo")

    assert len(json.loads(path.read_text())["features"]) == 1
    assert "DEMONSTRATION" in path.read_text()
    assert said.startswith("1/1 services\nwrote ")
    (deed,) = Entry.objects.filter(action="interchange.export")
    assert (deed.chain_id, deed.actor_id, deed.organisation) == (PLATFORM, None, None)


def test_export_for_members_includes_fields_for_professionals(services, export):
    path, _ = export("geojson", "--audience", "members")

    assert len(json.loads(path.read_text())["features"]) == 3


def test_demo_writes_a_public_file_only_with_the_demo_option(services, export, tmp_path):
    with refuses("interchange_export_needs_demo") as refused:
        export("csv")

    assert refused.value.code == "interchange_export_needs_demo"
    assert not list(tmp_path.iterdir())
    assert count_audit_entries("export") == 0


def test_live_site_exports_without_the_demo_option(services, export, settings):
    settings.IS_DEMO = False

    path, _ = export("csv")

    assert "DEMONSTRATION" not in path.read_text()


@pytest.mark.parametrize(
    "options",
    [
        ("--country", "XX"),
        ("--area", "MT-999"),
        ("--category", "castle"),
        ("--language", "qq"),
    ],
)
def test_unknown_filter_value_is_refused(services, export, tmp_path, options):
    with refuses("interchange_export_condition_unknown") as refused:
        export("csv", "--demo", *options)

    assert refused.value.facts == {"option": options[0][2:], "value": options[1]}
    assert not list(tmp_path.iterdir())
    assert count_audit_entries("export") == 0


def test_unwritable_file_is_refused(services, tmp_path):
    with refuses("interchange_file_not_writable"):
        call_command("export_services", "csv", str(tmp_path / "none" / "x.csv"), "--demo")

    assert not list(tmp_path.iterdir())
    assert count_audit_entries("export") == 1  # the entry is written before the first byte leaves


def test_failed_export_keeps_the_existing_file(services, export, tmp_path, monkeypatch):
    path, _ = export("csv", "--demo")
    before = path.read_bytes()

    def crash(found, head):
        yield b"half"
        raise RuntimeError("power cut")

    broken = actions.FORMATS["csv"]._replace(write=crash)
    monkeypatch.setitem(actions.FORMATS, "csv", broken)
    with pytest.raises(RuntimeError):
        export("csv", "--demo")

    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_export_can_be_written_to_standard_output(services, capfdbinary):
    call_command("export_services", "csv", "-", "--demo", stderr=StringIO())

    assert capfdbinary.readouterr().out.decode("utf-8-sig").startswith("source_id,organisation,")
