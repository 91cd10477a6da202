"""Every address of the desk for everybody who could ask: access_matrix*.toml say what they meet.

An address without a row fails. Each row has the answers to GET and POST for ASKERS in their order;
POST sends nothing, so 422 means "may, and must fill in the form". To write rows anew, run this file
with -vv: a failure prints what was met. Then read each column: a table that was only copied proves
nothing. PROVED is kept by hand.
"""

import tomllib
from pathlib import Path

import pytest

from tests.choosing import few_on_sqlite
from tests.guards.matrix import ASKERS, CONFIRM, addresses, browser_of, met_by
from tests.vault.views.desk import words

TABLE = {
    name: row
    for path in sorted(Path(__file__).parent.glob("access_matrix*.toml"))
    for name, row in tomllib.loads(path.read_text("utf-8")).items()
}
OPEN = {  # to people without a session
    "desk_file",
    "vault:sign_in",
    "vault:sign_out",
    "vault:forgot",
    "vault:forgot_sent",
    "vault:invited",
    "vault:reset",
    "vault:restart",
    "verification:entry",
    "outreach:count_send",
    "trainings:keeper",
}
FEW_ASKERS = {"anonymous", "foreign", "keeper"}
FIRST_STEPS = {"vault:second_factor", "vault:code_confirm", "vault:factor_new"}
# Export, admission, recovery and rotation; who may do what; what protects an account; who there is.
PROVED = {
    "vault:history_export",
    "vault:team_admit",
    *("vault:officer_appoint", "vault:officer_confirm", "vault:team_kit", "vault:team_restore"),
    *("vault:team_make_key", "vault:team_rotate"),
    *("vault:place_end", "vault:place_role", "vault:place_restart"),
    *("vault:account_suspend", "vault:account_reactivate", "vault:team_retire"),
    *("vault:invitation_new", "vault:invitation_first", "vault:invitation_again"),
    *("vault:organisation_suspend", "vault:organisation_reactivate"),
    *("vault:organisation_vouch", "vault:organisation_leave"),
    *("vault:totp_change", "vault:totp_remove", "vault:passkey_new", "vault:passkey_remove"),
    *("vault:code_change", "vault:partner_compare"),
    *("certificates:issuer_key_make", "certificates:issuer_key_distrust"),
}
REFUSES_ITSELF = "vault:code_confirm"  # of the first day; whoever is unlocked has their code
OF_OTHERS = ("vault:draft", "vault:draft_drop", "vault:passkey_remove", "vault:session_end")
UNKNOWN = "A" * 43  # a secret that no link has


@pytest.mark.parametrize("asker", few_on_sqlite(ASKERS, FEW_ASKERS))
def test_everybody_meets_what_the_table_says(world, asker):
    column = ASKERS.index(asker)

    expected = {
        name: {method: row[method][column] for method in ("get", "post")}
        for name, row in TABLE.items()
    }
    assert met_by(asker, world) == expected


def answers(name: str, asker: str) -> tuple[int | str, int | str]:
    """Return what somebody meets at an address: answers to GET and POST."""
    column = ASKERS.index(asker)
    return TABLE[name]["get"][column], TABLE[name]["post"][column]


@pytest.mark.parametrize(
    ("asker", "shown"),
    [("anonymous", OPEN), ("provisional", OPEN | FIRST_STEPS), ("unproven", OPEN | FIRST_STEPS)],
)
def test_nobody_without_a_whole_session_gets_past_the_first_pages(asker, shown):
    for name in TABLE:
        assert {*answers(name, asker)} <= {302, 405} or name in shown, name


def test_whoever_has_a_second_factor_shows_it_before_anything_else():
    for name in FIRST_STEPS - {"vault:second_factor"}:
        assert answers(name, "unproven") == (302, 409), name
    assert answers("vault:second_factor", "unproven") == (200, 200)


def test_an_old_proof_leads_to_the_page_that_asks_for_a_fresh_one():
    asked = {name for name in TABLE if CONFIRM in answers(name, "stale")}

    assert asked == PROVED
    for name in asked:
        assert {*answers(name, "stale")} <= {CONFIRM, 405}, name


def test_an_old_proof_changes_nothing_else():
    for name in TABLE.keys() - PROVED - {REFUSES_ITSELF}:
        assert answers(name, "stale") == answers(name, "supervisor"), name


def test_whoever_has_just_shown_it_is_not_asked_again():
    for name in TABLE:
        for asker in set(ASKERS) - {"stale"}:
            assert CONFIRM not in answers(name, asker), (name, asker)


def test_drafts_passkeys_and_sessions_of_others_are_not_there():
    unlocked = ASKERS[ASKERS.index("worker") :]
    for name in OF_OTHERS:
        for asker in unlocked:
            assert {*answers(name, asker)} <= {404, 405}, (name, asker)


@pytest.mark.parametrize("asker", ["anonymous", "locked", "foreign"])
def test_a_link_opens_its_own_page_and_any_other_says_the_same_as_of_an_unknown_one(world, asker):
    desk = browser_of(asker, world.cast)
    for page in world.tokens:
        gone = desk.get(f"/{page}/{UNKNOWN}")
        others = [secret for kind, secret in world.tokens.items() if kind != page]
        met = [desk.get(f"/{page}/{secret}") for secret in others]
        assert {each.status_code for each in (gone, *met)} == {410}, page
        assert {words(each) for each in met} == {words(gone)}, page


def test_what_is_about_something_of_others_is_not_there_for_them():
    """404, or 302 to the page that asks first who one is; never a page, and never 403."""
    with_key = {name for name, kinds in addresses() if "pk" in kinds}
    for name in with_key:
        row = TABLE[name]
        foreign = {row[method][ASKERS.index("foreign")] for method in ("get", "post")}
        assert foreign <= {404, 405}, name


def test_who_reviews_access_sees_teams_and_places_and_changes_none():
    """As an administrator sees them: refused with 403, not with 404, and never more than seen."""
    officer = ASKERS.index("officer")
    for name in (each for each in TABLE if each.startswith(("vault:team_", "vault:place_"))):
        met = {TABLE[name][method][officer] for method in ("get", "post")}
        assert met <= {200, 403, 405} if name == "vault:team_list" else met <= {403, 405}, name
    assert [answers(each, "officer") for each in ("vault:team", "vault:place")] == [(200, 405)] * 2


def test_roles_without_keys_open_nothing_that_is_sealed():
    for name in (each for each in TABLE if each.startswith("vault:note")):
        for asker in ("admin", "officer", "colleague", "operator"):
            statuses = {TABLE[name][method][ASKERS.index(asker)] for method in ("get", "post")}
            assert statuses <= {403, 404, 405}, (name, asker)
