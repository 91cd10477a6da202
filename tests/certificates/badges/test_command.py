"""`protect certificates verify`, run by an operator or by a verifier elsewhere."""

import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from protect.certificates.badges.documents import build_document
from protect.certificates.badges.issuers import Issuer
from protect.certificates.badges.status_lists import build_status_list
from protect.kernel import clock
from protect.vault.server_keys import badge_keys
from tests.certificates.badges.given import (
    AT,
    CONTENT,
    CONTROLLER,
    KEY,
    LATER,
    PROFILE,
    SIGNED,
    STATUS_INDEX,
    STATUS_LISTS,
    make_status_lists,
    to_bytes,
    with_value,
)
from tests.orgs.conftest import make_organisation
from tests.refusals import refuses

PROTECT = Path(sys.executable).with_name("protect")


@pytest.fixture
def files(tmp_path):
    """Return a function that writes a document and gives its path."""

    def written(name: str, document: object) -> str:
        path = tmp_path / name
        path.write_bytes(to_bytes(document))
        return str(path)

    return written


def run(*arguments: str, at=LATER) -> list[str]:
    out = StringIO()
    with clock.frozen(at):
        call_command("certificates", "verify", *arguments, stdout=out)
    return out.getvalue().splitlines()


def run_refused(*arguments: str) -> tuple[list[str], str]:
    out = StringIO()
    with clock.frozen(LATER), pytest.raises(CommandError) as error:
        call_command("certificates", "verify", *arguments, stdout=out)
    assert error.value.returncode == 1
    return out.getvalue().splitlines(), str(error.value)


def given_lists(files, lists) -> list[str]:
    names = [files(f"{number}.json", status_list) for number, status_list in enumerate(lists)]
    return [part for name in names for part in ("--status", name)]


def test_verifier_checks_a_certificate_with_its_files_alone(files):
    said = run(
        files("certificate.json", SIGNED),
        *given_lists(files, STATUS_LISTS),
        "--issuer",
        files("did.json", PROFILE),
    )

    assert said == [
        "result valid",
        f"course {CONTENT.title}",
        "minutes 360",
        "date 2026-11-19",
        f"issuer Demo office {CONTROLLER}",
        "name Demo Person",
        f"certificate {CONTENT.id}",
        "issued 2026-11-20T12:00:00Z",
        f"signed 2026-11-20T12:00:00Z {KEY.public}",
    ]


@pytest.mark.parametrize(
    ("document", "lists", "state", "reason"),
    [
        (SIGNED, make_status_lists(STATUS_INDEX), "revoked", "set"),
        (SIGNED, [], "undecided", "list_missing"),
        (with_value(SIGNED, ("name",), "Demo"), STATUS_LISTS, "altered", "proof"),
        (STATUS_LISTS[0], STATUS_LISTS, "altered", "shape"),
    ],
)
def test_invalid_certificate_gives_exit_code_one(files, document, lists, state, reason):
    said, error = run_refused(
        files("certificate.json", document),
        *given_lists(files, lists),
        "--issuer",
        files("did.json", PROFILE),
    )

    assert said[0] == f"result {state}"
    assert said[1].startswith(f"reason {reason}: ")
    assert error == f"do not rely on this certificate: {state}"
    assert any(line.startswith("course ") for line in said) is (state != "altered")


@pytest.mark.parametrize("issuer", [{}, STATUS_LISTS[0]])
def test_a_bad_file_of_keys_is_refused(files, issuer):
    with refuses("certificates_issuer_unreadable"):
        run(files("certificate.json", SIGNED), "--issuer", files("did.json", issuer))


@pytest.mark.django_db
def test_command_reads_keys_of_this_installation_from_the_database(files, settings):
    settings.PUBLIC_URL, settings.PEPPERS = "https://help.demo.example", [b"p" * 32]
    office = make_organisation("Demo office")
    badge_keys.make_key_as_operator(office, at=AT)
    issuer = Issuer(
        office.name, badge_keys.issuer_address(office.pk), badge_keys.issuer_name(office.pk)
    )
    made = badge_keys.sign_document(
        office.pk, build_document(replace(CONTENT, issuer=issuer)), at=AT
    )
    lists = [badge_keys.sign_document(office.pk, build_status_list(issuer, 1, [], at=AT), at=AT)]
    arguments = [files("certificate.json", made), *given_lists(files, lists)]

    assert run(*arguments)[0] == "result valid"
    badge_keys.make_key_as_operator(office, at=LATER)
    assert run(*arguments)[0] == "result valid"
    said, _error = run_refused(files("strange.json", SIGNED))
    assert said[0] == "result unknown_issuer"


@pytest.mark.django_db
def test_document_without_an_issuer_needs_no_key(files):
    said, _error = run_refused(files("certificate.json", {}))

    assert said[0] == "result altered"


def test_a_refusal_is_one_sentence_with_its_code(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text("no JSON", encoding="utf-8")

    with refuses("certificates_unreadable"):
        run(str(bad))
    done = subprocess.run(
        [PROTECT, "certificates", "verify", str(bad)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("certificates_unreadable: ")
