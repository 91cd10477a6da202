"""Signatures: who may sign, what is signed, and that a change under them is seen."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.coordination.procedures import access, seals
from protect.coordination.procedures.actions import sections, signatures
from protect.coordination.procedures.enums import SignatureState
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.models import (
    ProcedureSection,
    ProcedureVersion,
    Signatory,
    Signature,
)
from tests.coordination.cast import AT, make_group
from tests.coordination.procedures.drafting import (
    TODAY,
    add_page,
    make_agreed,
    make_in_force,
    make_procedure,
    make_signatory,
    sign,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(cast):
    return make_group(cast)


@pytest.fixture
def version(cast, group):
    return make_agreed(cast, group)


def states(version):
    digest = seals.text_digest(version)
    return [row.state for row in seals.signatory_rows(version, digest)]


def refusal(action, *args, **kwargs):
    with pytest.raises(ProcedureRefusal) as caught:
        action(*args, **kwargs)
    return caught.value.code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"position": " "}, "coordination_signatory_without_role"),
        ({"organisation_name": " "}, "coordination_signatory_unnamed"),
    ],
)
def test_a_signatory_needs_an_organisation_and_a_role(cast, version, given, code):
    assert refusal(make_signatory, cast, version, None, **given) == code

    assert not Signatory.objects.exists()


def test_an_account_signs_for_its_own_organisation_only(cast, version):
    own = make_signatory(cast, version, cast.office)
    other = make_signatory(cast, version, cast.shelter)

    sign(cast, own)

    assert refusal(sign, cast, other) == "coordination_may_not_sign"
    assert refusal(sign, cast, other, "bela") == "coordination_may_not_sign"  # a reader
    assert states(version) == [SignatureState.SIGNED, SignatureState.MISSING]
    assert refusal(sign, cast, own) == "coordination_signed_already"


def test_an_administrator_outside_the_group_signs_and_reads_the_draft(cast, version):
    signatory = make_signatory(cast, version, cast.other, position="Head")
    assert access.get_version(cast.scope("chidi"), version.pk) == version

    row = sign(cast, signatory, "chidi")

    assert (row.name, row.position) == (cast.people["chidi"].name, "Head")
    with pytest.raises(Http404):
        access.get_version(cast.scope("dana"), make_procedure(cast, version.procedure.group).pk)


def test_a_version_that_is_not_agreed_is_not_signed(cast, group):
    version = make_procedure(cast, group)

    code = refusal(sign, cast, make_signatory(cast, version, cast.office))

    assert code == "coordination_version_not_agreed"
    assert not Signature.objects.exists()


def test_a_text_that_changed_since_it_was_read_is_not_signed(cast, version):
    signatory = make_signatory(cast, version, cast.office)
    seen = seals.text_digest(version)
    section = sections.reopen_section(cast.scope(), version.sections.all()[0], at=AT)
    row = write(cast, section, "Changed")
    sections.agree_section(cast.scope(), row, row.digest, at=AT)

    code = refusal(signatures.sign_version, cast.scope(), signatory, seen, at=AT)

    assert code == "coordination_version_changed"
    assert not Signature.objects.exists()


def test_who_signed_an_earlier_text_signs_again(cast, version):
    signatory = make_signatory(cast, version, cast.office)
    sign(cast, signatory)
    section = sections.reopen_section(cast.scope(), version.sections.all()[0], at=AT)
    row = write(cast, section, "Changed")
    sections.agree_section(cast.scope(), row, row.digest, at=AT)
    version = ProcedureVersion.objects.get(pk=version.pk)
    assert states(version) == [SignatureState.EARLIER_TEXT]

    sign(cast, Signatory.objects.get())

    assert states(version) == [SignatureState.SIGNED]


@pytest.mark.parametrize(
    "column", ["name", "position", "organisation_name", "signed_on", "text_digest", "scan"]
)
def test_a_signature_changed_in_the_database_does_not_count(cast, version, column):
    row = add_page(cast, make_signatory(cast, version, cast.office))
    value = {"signed_on": TODAY - timedelta(days=9), "scan": b"other", "text_digest": "0" * 64}

    Signature.objects.filter(pk=row.pk).update(**{column: value.get(column, "Demo other")})

    assert states(version) == [SignatureState.DAMAGED]


def test_a_signature_moved_to_another_signatory_does_not_count(cast, version):
    row = sign(cast, make_signatory(cast, version, cast.office))
    other = make_signatory(cast, version, cast.shelter)

    Signature.objects.filter(pk=row.pk).update(signatory=other)

    assert states(version) == [SignatureState.MISSING, SignatureState.DAMAGED]


def test_a_text_changed_in_the_database_is_seen(cast, group):
    version = make_in_force(cast, group)
    sign(cast, make_signatory(cast, version, cast.office))
    assert seals.is_text_sound(version, seals.text_digest(version))

    ProcedureSection.objects.filter(version=version, position=1).update(text="Forged")
    forged = ProcedureVersion.objects.get(pk=version.pk)
    digest = seals.text_digest(forged)

    assert not seals.is_text_sound(forged, digest)
    assert states(forged) == [SignatureState.EARLIER_TEXT]
    ProcedureVersion.objects.filter(pk=version.pk).update(text_digest=digest)
    forged = ProcedureVersion.objects.get(pk=version.pk)
    assert not seals.is_text_sound(forged, digest)
    code = refusal(sign, cast, make_signatory(cast, forged, cast.office, position="Other"))
    assert code == "coordination_version_changed"


def test_a_signed_page_is_added_by_those_who_run_the_group(cast, version):
    signatory = make_signatory(cast, version, None, organisation_name="Demo police")

    with pytest.raises(PermissionDenied):
        signatures.add_signed_page(cast.scope("bela"), signatory, None, {}, at=AT)
    tomorrow = TODAY + timedelta(days=1)
    code = refusal(add_page, cast, signatory, signed_on=tomorrow)
    row = add_page(cast, signatory)

    assert code == "coordination_signed_in_future"
    assert states(version) == [SignatureState.SIGNED]
    assert access.get_scan(cast.scope("bela"), row.pk) == row
    with pytest.raises(Http404):
        access.get_scan(cast.scope("chidi"), row.pk)


def test_a_signatory_that_signed_is_not_removed(cast, version):
    signed = make_signatory(cast, version, cast.office)
    sign(cast, signed)
    unsigned = make_signatory(cast, version, cast.shelter)

    code = refusal(signatures.remove_signatory, cast.scope(), signed, at=AT)
    signatures.remove_signatory(cast.scope(), unsigned, at=AT)

    assert code == "coordination_signed_already"
    assert Signatory.objects.get() == signed
