import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from protect.audit import facts, rules
from protect.audit.models import Entry
from protect.kernel import clock
from protect.kernel.errors import ProtectError
from tests.audit.tampering import tamper
from tests.audit.test_pruning import OLD
from tests.audit.writing import AT, CHAIN, write

pytestmark = pytest.mark.django_db


def audit(*arguments: str) -> tuple[list[str], list[str]]:
    """Return what the command says on standard output, and beside it."""
    out, beside = StringIO(), StringIO()
    call_command("audit", *arguments, stdout=out, stderr=beside)
    return out.getvalue().splitlines(), beside.getvalue().splitlines()


def test_verify_reports_a_whole_chain(five):
    assert audit("verify") == ([f"{CHAIN}: whole, 5 entries, ends at 5"], [])


def test_verify_reports_an_empty_audit():
    assert audit("verify") == (["nothing was written yet"], [])


def test_verify_names_the_broken_entry_and_exits_with_1(five):
    tamper("UPDATE audit_entry SET outcome = 'refused' WHERE n = 3")
    out = StringIO()

    with pytest.raises(CommandError, match=r"^chains broken: 1; records damaged: 0") as refused:
        call_command("audit", "verify", stdout=out)

    assert out.getvalue() == f"{CHAIN}: broken at entry 3: its fields were changed\n"
    assert refused.value.returncode == 1


def test_heads_are_printed_as_lines_of_json(five):
    with clock.frozen(AT):
        (line,), _ = audit("heads")

    assert json.loads(line) == {
        "at": "2026-11-25T10:30:00Z",
        "chain": CHAIN,
        "hash": five[-1].hash.hex(),
        "n": 5,
    }


def test_verify_compares_chains_with_printed_heads(five, tmp_path):
    path = tmp_path / "heads"
    path.write_text("\n".join(audit("heads")[0]), "utf-8")

    assert audit("verify", "--heads", str(path))[0][0].endswith("earlier heads that agree: 1")

    path.write_text(rules.Head("2026-11-25T10:30:00Z", CHAIN, "00" * 32, 9).to_json(), "utf-8")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("audit", "verify", "--heads", str(path), stdout=out)
    assert (
        "broken at entry 9: an entry that was noted earlier as the last one is missing"
        in out.getvalue()
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "audit_heads_file_missing"),
        (None, "audit_heads_file_missing"),
        (b"no head", "audit_heads_unreadable"),
    ],
)
def test_a_file_that_holds_no_heads_is_refused(five, tmp_path, content, code):
    path = tmp_path / "heads"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ProtectError) as refused:
        audit("verify", "--heads", str(path))

    assert refused.value.code == code


def test_prune_reports_how_many_entries_it_removed(five):
    write(chain=rules.PLATFORM, at=OLD[0])

    assert audit("prune")[0] == [f"{CHAIN}: 0 removed", "platform: 1 removed"]
    assert audit("prune")[0] == [f"{CHAIN}: 0 removed", "platform: 0 removed"]


def test_a_broken_chain_is_not_pruned_and_ends_with_1():
    write(at=OLD[0])
    tamper("UPDATE audit_entry SET outcome = 'refused'")

    with pytest.raises(CommandError, match="left as they are: 1"):
        audit("prune")

    assert Entry.objects.count() == 1


def test_progress_is_written_to_stderr(five, monkeypatch):
    monkeypatch.setattr(facts, "PROGRESS_INTERVAL", 4)

    _, beside = audit("verify")

    assert beside == [f"{CHAIN}: 4 entries read"]
