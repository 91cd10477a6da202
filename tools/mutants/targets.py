"""What is mutated, and which tests must notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A module, and its tests: those most likely to notice come first."""

    file: str
    tests: tuple[str, ...]

    @property
    def module(self) -> str:
        return self.file.removesuffix(".py").replace("/", ".")


@dataclass(frozen=True, slots=True)
class Group:
    """Targets whose tests run in one warm process.

    `anew`: the package whose modules are imported anew for each mutant, where more than the mutated
    module has to be (its classes are bases and exceptions of the others). `given`: what the tests
    share and compute from it.
    """

    targets: tuple[Target, ...]
    anew: str = ""
    given: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


FORMATS = "protect/vault/formats"
ATTACKS = (
    "tests/vault/adversary/test_forged_rows.py",
    "tests/vault/adversary/test_forged_people.py",
)
FORMAT_TESTS = "tests/vault/formats"
GUESTS = "test_guest_page"


def _format(name: str, *tests: str) -> Target:
    return Target(f"{FORMATS}/{name}.py", tuple(f"{FORMAT_TESTS}/test_{test}.py" for test in tests))


def _coordination(name: str, *tests: str) -> Target:
    package = "coordination"
    return Target(
        f"protect/{package}/{name}.py", tuple(f"tests/{package}/{test}.py" for test in tests)
    )


GROUPS = {
    "formats": Group(
        targets=(
            _format("badges", "badges", "own_keys"),
            _format("context", "context", "files", "wraps"),
            _format("credentials/codes", "codes", "userwrap"),
            _format("credentials/peppers", "userwrap", "badges"),
            _format("credentials/stretch", "userwrap"),
            _format("credentials/userwrap", "userwrap"),
            _format("credentials/words", "words", "fingerprint"),
            _format("errors", "codes", "secrets", "userwrap", "padding"),
            _format("files", "files"),
            _format("fingerprint", "fingerprint"),
            _format("marks", "origin", "pin"),
            _format("padding", "padding", "files"),
            _format("sealed", "sealed", "sessions_and_links"),
            _format(
                "secrets", "secrets", "token", "userwrap", "wraps", "sessions_and_links", "origin"
            ),
            _format("signing", "signing"),
            _format("token", "token"),
            _format("wraps", "wraps", "parcels"),
        ),
        anew="protect.vault.formats",
        given=("tests.vault.formats.given",),
        options=("--noconftest",),
    ),
    "rules": Group(
        targets=tuple(
            Target(f"protect/{rules}.py", (f"tests/{rules.partition('/')[0]}/test_rules.py",))
            for rules in ("vault/sessions/rules", "orgs/rules", "audit/rules", "notices/rules")
        ),
        options=("--noconftest",),
    ),
    "access": Group(
        targets=(
            Target(
                "protect/orgs/access.py",
                (
                    "tests/orgs/test_access.py",
                    "tests/orgs/test_access_opening.py",
                    "tests/orgs/test_access_deeds.py",
                ),
            ),
            Target(
                "protect/vault/access.py",
                (
                    "tests/vault/test_access.py",
                    "tests/vault/test_access_badges.py",
                    "tests/vault/test_access_deeds.py",
                ),
            ),
        )
    ),
    "keys": Group(
        targets=tuple(
            Target(
                f"protect/vault/{module}.py",
                (*(f"tests/vault/{name}.py" for name in tests), *ATTACKS),
            )
            for module, tests in (
                ("integrity/key_register", ("test_key_register", "test_register_rows")),
                ("integrity/admissions", ("test_signed_roles", "test_admissions")),
                ("integrity/authenticity", ("test_known_keys", "test_authenticity")),
                (
                    "integrity/ledger_rebuild",
                    ("test_ledger_rebuild", "adversary/test_rebuilt_ledger"),
                ),
                (
                    "integrity/record_states",
                    ("test_record_states", "test_damaged_records", "test_verifying"),
                ),
                (
                    "team_keys/recovery_kit",
                    ("test_officer_words", "test_recovery_kit", "views/test_kit_gaps"),
                ),
            )
        )
    ),
    "coordination-rules": Group(
        targets=(
            _coordination("minutes/rules", "minutes/test_rules"),
            _coordination("pathways/rules", "pathways/test_rules"),
            _coordination("procedures/rules", "procedures/test_procedure_rules"),
        ),
        options=("--noconftest",),
    ),
    "coordination": Group(
        targets=(
            _coordination("groups/access", "groups/test_actions", "groups/test_views", GUESTS),
            _coordination("groups/guest_links", GUESTS, "groups/test_actions"),
            _coordination("polls/access", "polls/test_actions", "polls/test_views", GUESTS),
            _coordination("minutes/access", "minutes/test_actions", "minutes/test_views", GUESTS),
            _coordination(
                "procedures/seals", "procedures/test_signatures", "procedures/test_versions"
            ),
        )
    ),
}
