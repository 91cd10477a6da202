"""Every address of the desk, each kind of account: access_matrix*.toml hold the expected statuses.

An address without a row fails. Each row has the statuses of GET and POST for ASKERS in their
order; POST sends no data, so 422 means "allowed, and the form must be filled in". A failure with
-vv prints the actual statuses for new rows. Read each column before copying it: a copied table
proves nothing. PROVED is edited by hand.
"""

import tomllib
from pathlib import Path

import pytest

from tests.choosing import few_on_sqlite
from tests.guards.matrix import ASKERS, CONFIRM, addresses, browser_of, statuses_by_url_name
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
# Pages that ask for a recent proof: export, admission, recovery, rotation, roles, second factors.
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
    "coordination:signatory_sign",
}
REFUSES_ITSELF = "vault:code_confirm"  # an unlocked account has confirmed its code
OF_OTHERS = ("vault:draft", "vault:draft_drop", "vault:passkey_remove", "vault:session_end")
UNKNOWN = "A" * 43  # a secret that no link has


@pytest.mark.parametrize("asker", few_on_sqlite(ASKERS, FEW_ASKERS))
def test_each_account_gets_the_status_of_the_table(world, asker):
    column = ASKERS.index(asker)

    expected = {
        name: {method: row[method][column] for method in ("get", "post")}
        for name, row in TABLE.items()
    }
    assert statuses_by_url_name(asker, world) == expected


def answers(name: str, asker: str) -> tuple[int | str, int | str]:
    """Return the expected statuses of GET and POST of an address for a kind of account."""
    column = ASKERS.index(asker)
    return TABLE[name]["get"][column], TABLE[name]["post"][column]


@pytest.mark.parametrize(
    ("asker", "shown"),
    [("anonymous", OPEN), ("provisional", OPEN | FIRST_STEPS), ("unproven", OPEN | FIRST_STEPS)],
)
def test_an_incomplete_session_reaches_only_the_first_pages(asker, shown):
    for name in TABLE:
        assert {*answers(name, asker)} <= {302, 405} or name in shown, name


def test_an_account_with_a_second_factor_must_show_it_first():
    for name in FIRST_STEPS - {"vault:second_factor"}:
        assert answers(name, "unproven") == (302, 409), name
    assert answers("vault:second_factor", "unproven") == (200, 200)


def test_an_old_proof_redirects_to_the_page_that_asks_for_a_new_proof():
    asked = {name for name in TABLE if CONFIRM in answers(name, "stale")}

    assert asked == PROVED
    for name in asked:
        assert {*answers(name, "stale")} <= {CONFIRM, 405}, name


def test_an_old_proof_changes_no_other_page():
    for name in TABLE.keys() - PROVED - {REFUSES_ITSELF}:
        assert answers(name, "stale") == answers(name, "supervisor"), name


def test_a_recent_proof_is_not_asked_for_again():
    for name in TABLE:
        for asker in set(ASKERS) - {"stale"}:
            assert CONFIRM not in answers(name, asker), (name, asker)


def test_drafts_passkeys_and_sessions_of_other_accounts_are_not_found():
    unlocked = ASKERS[ASKERS.index("worker") :]
    for name in OF_OTHERS:
        for asker in unlocked:
            assert {*answers(name, asker)} <= {404, 405}, (name, asker)


@pytest.mark.parametrize("asker", ["anonymous", "locked", "foreign"])
def test_a_link_opens_only_its_own_page_and_other_links_answer_like_unknown_ones(world, asker):
    desk = browser_of(asker, world.cast)
    for page in world.tokens:
        gone = desk.get(f"/{page}/{UNKNOWN}")
        others = [secret for kind, secret in world.tokens.items() if kind != page]
        met = [desk.get(f"/{page}/{secret}") for secret in others]
        assert {each.status_code for each in (gone, *met)} == {410}, page
        assert {words(each) for each in met} == {words(gone)}, page


# Read by every user of the programme and changed by none of them: published pathways with their
# tests, and issued reports of mappings. Drafts are not found.
PUBLISHED = {
    *(f"coordination:{name}" for name in ("issued", "issued_docx", "issued_pdf")),
    *(f"coordination:pathway{name}" for name in ("", "_paper", "_picture", "_svg", "_test")),
    *(f"coordination:pathway_finding{name}" for name in ("", "_report")),
}


def test_pages_about_objects_of_other_accounts_are_not_found():
    """404, or 302 to the page that asks first who one is; never a page, and never 403."""
    with_key = {name for name, kinds in addresses() if "pk" in kinds}
    for name in with_key:
        row = TABLE[name]
        foreign = {row[method][ASKERS.index("foreign")] for method in ("get", "post")}
        allowed = {200, 403, 405} if name in PUBLISHED else {404, 405}
        assert foreign <= allowed, name


def test_an_access_reviewer_reads_teams_and_places_and_changes_none():
    """As an administrator sees them: refused with 403, not with 404, and never more than seen."""
    officer = ASKERS.index("officer")
    for name in (each for each in TABLE if each.startswith(("vault:team_", "vault:place_"))):
        met = {TABLE[name][method][officer] for method in ("get", "post")}
        assert met <= {200, 403, 405} if name == "vault:team_list" else met <= {403, 405}, name
    assert [answers(each, "officer") for each in ("vault:team", "vault:place")] == [(200, 405)] * 2


def test_roles_without_keys_open_no_sealed_data():
    for name in (each for each in TABLE if each.startswith("vault:note")):
        for asker in ("admin", "officer", "colleague", "operator"):
            statuses = {TABLE[name][method][ASKERS.index(asker)] for method in ("get", "post")}
            assert statuses <= {403, 404, 405}, (name, asker)
