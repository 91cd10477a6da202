import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import translation

from protect.directory.enums import Fact, StatusChange
from protect.orgs.enums import MembershipMove, TeamMove
from protect.orgs.history import pages, sentences
from protect.orgs.history.training_sentences import TRAINING_SENTENCES, TRAINING_TARGET_LABELS
from protect.orgs.roles import roles
from protect.orgs.templatetags import organisations as tags
from protect.trainings.attendance.enums import AttendanceState
from protect.trainings.curricula.enums import VersionMove
from protect.trainings.needs.enums import NeedMove
from protect.trainings.scheduling.enums import BookingMove, EditionMove
from protect.vault.enums import SessionEvent
from protect.verification.enums import CorrectionState, QueueEvent

PACKAGE = Path(__file__).resolve().parents[3] / "protect"
WRITERS = {"record", "record_refusal", "note", "refuse"}
# They hand a code on to one of these.
WRITERS |= {"added", "_record_action", "begin_keys", "_refused", "record_file_action", "_set_feed"}
CODE = re.compile(
    r"((orgs|vault|directory|interchange|matching|verification"
    r"|trainings|certificates|assessments|outreach)\.)?[a-z]+(_[a-z]+)*"
)


def codes_in(source: str, app: str) -> Iterator[str]:
    """Yield the codes that calls of a module write into the audit, as far as they are spelled."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name_of(node.func) in WRITERS:
            yield from _spelled(node, app)


def _name_of(called: ast.expr) -> str:
    return getattr(called, "attr", "") or getattr(called, "id", "")


def _spelled(call: ast.Call, app: str) -> Iterator[str]:
    named = [each.value for each in call.keywords if each.arg == "action"]
    chosen = [branch for each in call.args for branch in _branches(each)]
    for each in (*chosen, *named):
        if isinstance(each, ast.Constant) and CODE.fullmatch(str(each.value)):
            code = str(each.value)
            yield code if "." in code else f"{app}.{code}"


def _branches(argument: ast.expr) -> tuple[ast.expr, ...]:
    """Return both codes of an argument such as `"yes" if agrees else "no"`."""
    return (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,)


def written() -> set[str]:
    found = set()
    for app in ("orgs", "vault"):
        for path in sorted((PACKAGE / app).rglob("*.py")):
            found |= set(codes_in(path.read_text("utf-8"), app))
    for app in ("directory", "interchange", "matching", "verification"):
        for path in sorted((PACKAGE / app).rglob("*.py")):
            codes = codes_in(path.read_text("utf-8"), "")  # "" marks other texts than codes
            found |= {code for code in codes if not code.startswith(".")}
    for app in TRAININGS:
        for path in sorted((PACKAGE / app).rglob("*.py")):
            found |= set(codes_in(path.read_text("utf-8"), app))
    return found - OF_REQUESTS


# Trainings and the packages that stand on them: one file of sentences.
TRAININGS = ("trainings", "assessments", "certificates", "outreach")
# `note` of a session request puts a word before its codes.
OF_REQUESTS = {"outreach.ask", "outreach.complete"}
MOVES = [MembershipMove.READY, MembershipMove.ADMIT, MembershipMove.LOSE_KEYS]
CHOSEN = (
    {f"orgs.team_{move}" for move in TeamMove if move is not TeamMove.RETIRE}
    | {f"orgs.membership_{move}" for move in MOVES}
    | {f"vault.session_{event}" for event in ("lock", "idle", "misses", "end")}
    | {f"orgs.promote_{role}" for role in roles()}
    | {f"directory.{move}" for move in StatusChange}
    | {f"directory.edit_{fact}" for fact in Fact}
    | {f"verification.queue_{move}" for move in QueueEvent}
    | {f"verification.correction_{each}" for each in CorrectionState if each != "new"}
    | {"vault.retire_badge_key", "vault.distrust_badge_key"}
    | {f"trainings.{move}" for move in EditionMove}
    | {f"trainings.booking_{move}" for move in BookingMove}
    | {f"trainings.need_{move}" for move in NeedMove}
    | {f"trainings.version_{move}" for move in VersionMove}
    | {f"trainings.attendance_{state}" for state in AttendanceState}
    | {f"outreach.request_{way}" for way in ("ask", "complete", "hold", "close")}
    | {"trainings.keep"}
    | {"certificates.show_name", "certificates.hide_name"}
    | {"vault.erase_retention", "vault.erase_person", "vault.send_uncompared_urgent"}
)


def test_every_code_that_is_written_has_a_sentence():
    found = written()

    assert len(found) > 170
    assert [
        code for code in sorted(found | CHOSEN) if sentences.action_sentence(code) == code
    ] == []


def test_the_search_for_codes_finds_them():
    source = 'note("seal", x)\naudit.record("orgs.invite", y)\nadded(action="restart")'

    assert set(codes_in(source, "vault")) == {"vault.seal", "orgs.invite", "vault.restart"}
    assert {"lock", "idle", "misses", "end"} <= set(SessionEvent.values)


def test_the_search_for_codes_finds_both_branches():
    source = 'audit.record("trainings.co_host_yes" if agrees else "trainings.co_host_no", row)'

    assert set(codes_in(source, "trainings")) == {"trainings.co_host_yes", "trainings.co_host_no"}


def test_each_sentence_of_trainings_belongs_to_a_code_that_is_written():
    assert sorted(TRAINING_SENTENCES.keys() - (written() | CHOSEN)) == []


def test_visitor_actions_have_a_sentence():
    assert sorted(sentences.VISITOR_ACTIONS - sentences.ACTION_SENTENCES.keys()) == []


@pytest.mark.parametrize("kind", sorted(TRAINING_TARGET_LABELS))
def test_the_kinds_of_things_in_trainings_are_models(kind):
    assert any(kind in apps.all_models[app] for app in TRAININGS)


@pytest.mark.parametrize(
    "kind",
    ["service", "queueitem", "correction", "duplicatepair", "coveragesnapshot", "paper"],
)
def test_every_directory_target_has_a_label(kind):
    assert sentences.target_label(kind) != kind


def test_the_history_offers_each_sentence_once():
    for _name, offered in pages.action_choices():
        said = [str(each) for _code, each in offered]
        assert sorted(set(said)) == sorted(said)


def test_filter_by_sentence_finds_all_codes_with_that_sentence():
    compared = pages.actions_with_same_sentence("audit.compare.missing")

    assert "audit.compare.saved_twice" in compared
    assert "audit.compare.whole" not in compared
    assert pages.actions_with_same_sentence("orgs.invite") == {"orgs.invite"}
    assert pages.actions_with_same_sentence("no.such.code") == {"no.such.code"}


def test_an_unknown_code_is_shown_as_it_is():
    assert sentences.action_sentence("vault.long_gone") == "vault.long_gone"
    assert sentences.target_label("comet") == "comet"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("orgs.promote_supervisor", "A person was given the role Supervisor."),
        (
            "vault.send_uncompared_urgent",
            "A packet was sent although the receiver's key was not compared. Reason: urgent.",
        ),
        ("desk.team_admit", "A user tried to admit a person to a team."),
        ("desk.team_edit", "A user tried to change a team or its key."),
        ("desk.something_new", "An action was attempted."),
    ],
)
def test_sentence_contains_the_chosen_value(code, said):
    with translation.override("en"):
        assert str(sentences.action_sentence(code)) == said


def test_refusal_has_a_sentence_and_an_unknown_code_none():
    assert str(sentences.refusal_sentence("not_allowed")) == "Their role does not allow it."
    assert sentences.refusal_sentence("no_such_code") == ""


def test_templates_write_countries_in_the_language_of_the_page():
    with translation.override("de"):
        assert tags.country("GR") == "Griechenland"
    assert tags.country("BE") == "Belgium"
    assert (tags.shape("suspended"), tags.shape("comet")) == ("caution", "plain")
