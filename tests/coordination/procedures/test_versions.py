"""Versions of a procedure: write, agree, put in force, review, copy."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.coordination.groups.actions import change_member
from protect.coordination.groups.enums import MemberRole
from protect.coordination.minutes.errors import LineChanged
from protect.coordination.procedures import access, rules
from protect.coordination.procedures.actions import comments, sections, translations, versions
from protect.coordination.procedures.enums import CommentState, SectionStatus, VersionState
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.models import (
    ProcedureComment,
    ProcedureSection,
    ProcedureVersion,
)
from protect.coordination.procedures.procedure_links import (
    procedure_links,
    readable_procedures,
)
from protect.coordination.procedures.section_table import standard_sections
from tests.coordination.cast import AT, make_group
from tests.coordination.procedures.drafting import (
    REVIEW_BY,
    STARTS,
    TODAY,
    agree,
    make_agreed,
    make_in_force,
    make_procedure,
    make_signatory,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(cast):
    return make_group(cast)


@pytest.fixture
def version(cast, group):
    return make_procedure(cast, group)


def refusal(action, *args, **kwargs):
    with pytest.raises(ProcedureRefusal) as caught:
        action(*args, at=AT, **kwargs)
    return caught.value.code


def test_a_procedure_begins_with_the_sections_of_the_guidance(cast, group):
    version = make_procedure(cast, group, language="hr")

    titles = [section.title for section in version.sections.all()]
    assert titles[0] == "Temeljna načela"
    assert len(titles) == len(standard_sections()) == 12
    assert {section.status for section in version.sections.all()} == {SectionStatus.EMPTY}


def test_a_second_editor_does_not_overwrite_the_first(cast, version):
    section = version.sections.all()[0]
    seen = section.digest
    sections.save_text(cast.scope(), section, "First", seen, at=AT)

    with pytest.raises(LineChanged):
        sections.save_text(cast.scope(), section, "Second", seen, at=AT)
    same = sections.save_text(cast.scope(), section, "First", seen, at=AT)

    assert same.text == "First"


def test_a_section_that_is_too_long_is_refused_with_its_length(cast, version):
    section, text = version.sections.all()[0], "x" * (rules.MAX_TEXT + 1)

    with pytest.raises(ProcedureRefusal) as caught:
        sections.save_text(cast.scope(), section, text, section.digest, at=AT)

    assert caught.value.code == "coordination_section_too_long"
    assert "20001" in caught.value.text()
    section.refresh_from_db()
    assert section.text == ""


def test_more_sections_than_300_pages_need_are_refused(cast, version):
    for number in range(rules.MAX_SECTIONS - version.sections.count()):
        sections.add_section(cast.scope(), version, "", f"Demo {number}", at=AT)

    code = refusal(sections.add_section, cast.scope(), version, "", "One more")

    assert code == "coordination_too_many_sections"
    assert version.sections.count() == rules.MAX_SECTIONS


@pytest.mark.parametrize(("name", "error"), [("bela", PermissionDenied), ("chidi", Http404)])
def test_others_do_not_write(cast, version, name, error):
    section = version.sections.all()[0]

    with pytest.raises(error):
        sections.save_text(cast.scope(name), section, "Demo", section.digest, at=AT)

    section.refresh_from_db()
    assert section.text == ""


def test_the_editor_of_a_section_writes_it_and_no_other(cast, group, version):
    first, second = version.sections.all()[:2]
    member = group.members.get(user=cast.people["bela"])
    values = {"title": first.title, "editor": member}
    sections.change_section(cast.scope(), first, values, at=AT)

    sections.save_text(cast.scope("bela"), first, "Demo", first.digest, at=AT)
    with pytest.raises(PermissionDenied):
        sections.save_text(cast.scope("bela"), second, "Demo", second.digest, at=AT)

    first.refresh_from_db()
    assert (first.text, first.edited_by) == ("Demo", cast.people["bela"])


def test_an_agreed_section_changes_only_after_it_is_reopened(cast, version):
    section = version.sections.all()[0]
    assert refusal(sections.agree_section, cast.scope(), section, section.digest) == (
        "coordination_section_empty"
    )
    write(cast, section, "Demo")
    agreed = agree(cast, section)

    code = refusal(sections.save_text, cast.scope(), agreed, "Other", agreed.digest)
    assert code == "coordination_section_agreed"
    assert refusal(sections.remove_section, cast.scope(), agreed) == (
        "coordination_section_not_empty"
    )
    sections.reopen_section(cast.scope(), agreed, at=AT)
    assert write(cast, agreed, "Other").text == "Other"


def test_an_open_comment_keeps_a_section_from_being_agreed(cast, version):
    section = write(cast, version.sections.all()[0], "Demo")
    comment = comments.add_comment(cast.scope("bela"), section, "Why?", at=AT)

    code = refusal(sections.agree_section, cast.scope(), section, section.digest)
    comments.answer_comment(cast.scope(), comment, CommentState.RESOLVED, "So", at=AT)

    assert code == "coordination_comments_open"
    assert agree(cast, section).status == SectionStatus.AGREED


def test_an_accepted_proposal_becomes_the_text(cast, version):
    section = write(cast, version.sections.all()[0], "Old")
    proposal = comments.propose_text(cast.scope("bela"), section, "New", "Clearer", at=AT)
    with pytest.raises(PermissionDenied):
        comments.answer_comment(cast.scope("bela"), proposal, CommentState.ACCEPTED, "", at=AT)

    comments.answer_comment(cast.scope(), proposal, CommentState.ACCEPTED, "Yes", at=AT)

    section.refresh_from_db()
    proposal.refresh_from_db()
    assert section.text == "New"
    assert (proposal.state, proposal.organisation_name) == ("accepted", "Demo shelter Zagreb")
    code = refusal(comments.answer_comment, cast.scope(), proposal, CommentState.DECLINED, "No")
    assert code == "coordination_comment_closed"


def test_a_proposal_for_an_earlier_text_is_not_accepted(cast, version):
    section = write(cast, version.sections.all()[0], "Old")
    proposal = comments.propose_text(cast.scope("bela"), section, "New", "", at=AT)
    write(cast, section, "Changed since")

    code = refusal(comments.answer_comment, cast.scope(), proposal, CommentState.ACCEPTED, "")

    section.refresh_from_db()
    assert (code, section.text) == ("coordination_proposal_outdated", "Changed since")


def test_an_observer_does_not_comment(cast, group, version):
    member = group.members.get(user=cast.people["bela"])
    values = {"role": MemberRole.OBSERVER, "position": "", "mailbox": ""}
    change_member(cast.scope(), member, values, at=AT)

    with pytest.raises(PermissionDenied):
        comments.add_comment(cast.scope("bela"), version.sections.all()[0], "Why?", at=AT)

    assert not ProcedureComment.objects.exists()


def test_a_member_withdraws_only_an_own_comment(cast, version):
    section = version.sections.all()[0]
    comment = comments.add_comment(cast.scope("bela"), section, "Why?", at=AT)

    with pytest.raises(PermissionDenied):
        comments.withdraw_comment(cast.scope(), comment, at=AT)
    row = comments.withdraw_comment(cast.scope("bela"), comment, at=AT)

    assert row.state == CommentState.WITHDRAWN


def test_only_a_fully_agreed_version_comes_into_force(cast, group, version):
    write(cast, version.sections.all()[0], "Demo")

    code = refusal(versions.put_in_force, cast.scope(), version, STARTS, REVIEW_BY)

    version.refresh_from_db()
    assert (code, version.in_force_from) == ("coordination_version_not_agreed", None)
    agreed = make_agreed(cast, group)
    code = refusal(versions.put_in_force, cast.scope(), agreed, STARTS, STARTS)
    assert code == "coordination_review_before_start"
    assert versions.put_in_force(cast.scope(), agreed, STARTS, REVIEW_BY, at=AT).is_sealed()


def test_a_version_in_force_does_not_change(cast, group):
    version = make_in_force(cast, group)
    section = version.sections.all()[0]

    codes = {
        refusal(sections.save_text, cast.scope(), section, "Other", section.digest),
        refusal(sections.reopen_section, cast.scope(), section),
        refusal(sections.add_section, cast.scope(), version, "", "Demo"),
        refusal(comments.add_comment, cast.scope(), section, "Demo"),
        refusal(versions.rename_version, cast.scope(), version, "Other"),
    }

    assert codes == {"coordination_version_closed"}


def test_the_next_version_is_a_copy_with_translations_and_signatories(cast, group):
    version = make_in_force(cast, group)
    make_signatory(cast, version, cast.shelter)
    section = version.sections.all()[0]
    row = translations.set_translation(cast.scope(), version, "ar", "إجراء", at=AT)
    values = {"title": "مبادئ", "text": "نص", "seen": "", "source": section.digest}
    translations.save_translation(cast.scope(), row, section, values, at=AT)

    copy = versions.create_version(cast.scope(), version.procedure, at=AT)

    assert copy.number == 2
    pairs = [(each.key, each.title, each.text) for each in copy.sections.all()]
    assert pairs == [(each.key, each.title, each.text) for each in version.sections.all()]
    assert copy.signatories.get().organisation == cast.shelter
    text = copy.translations.get().sections.get()
    assert text.is_sealed()
    assert text.source_digest == copy.sections.all()[0].digest
    code = refusal(versions.create_version, cast.scope(), version.procedure)
    assert code == "coordination_version_open"


def test_the_next_version_replaces_the_last_from_a_later_day(cast, group):
    first = make_in_force(cast, group, starts=TODAY - timedelta(days=30))
    second = versions.create_version(cast.scope(), first.procedure, at=AT)
    early = TODAY - timedelta(days=30)

    code = refusal(versions.put_in_force, cast.scope(), second, early, REVIEW_BY)
    versions.put_in_force(cast.scope(), second, TODAY, REVIEW_BY, at=AT)

    assert code == "coordination_starts_before_last"
    assert first.procedure.in_force_on(TODAY) == second
    assert first.procedure.in_force_on(TODAY - timedelta(days=1)) == first


def test_a_procedure_past_its_review_says_so_until_it_is_reviewed(cast, group):
    yesterday = TODAY - timedelta(days=1)
    version = make_in_force(cast, group, starts=TODAY - timedelta(days=400), review_by=yesterday)
    assert version.procedure.is_past_review(TODAY)
    assert not version.procedure.is_past_review(yesterday)
    (link,) = procedure_links(readable_procedures(cast.scope("chidi")), TODAY)
    assert link.state == VersionState.PAST_REVIEW

    versions.review_version(cast.scope(), version, REVIEW_BY, at=AT)

    version.refresh_from_db()
    assert version.is_sealed()
    assert not version.procedure.is_past_review(TODAY)


def test_a_review_does_not_heal_a_damaged_version(cast, group):
    version = make_in_force(cast, group)
    ProcedureVersion.objects.filter(pk=version.pk).update(text_digest="0" * 64)

    row = versions.review_version(cast.scope(), version, REVIEW_BY, at=AT)

    assert not row.is_sealed()


def test_strangers_read_what_is_in_force_and_no_draft(cast, group):
    version = make_in_force(cast, group)
    draft = versions.create_version(cast.scope(), version.procedure, at=AT)

    assert access.get_version(cast.scope("chidi"), version.pk) == version
    with pytest.raises(Http404):
        access.get_version(cast.scope("chidi"), draft.pk)
    with pytest.raises(Http404):
        access.get_section(cast.scope("chidi"), version.sections.all()[0].pk)
    assert access.get_version(cast.scope("bela"), draft.pk) == draft


def test_a_translation_is_outdated_when_its_section_changed(cast, version):
    section = write(cast, version.sections.all()[0], "Demo")
    row = translations.set_translation(cast.scope(), version, "ar", "إجراء", at=AT)
    values = {"title": "مبادئ", "text": "نص", "seen": "", "source": section.digest}
    text = translations.save_translation(cast.scope(), row, section, values, at=AT)
    write(cast, section, "Changed")

    with pytest.raises(LineChanged):  # the translator has not seen the change
        translations.save_translation(
            cast.scope(), row, section, values | {"seen": text.digest}, at=AT
        )
    with pytest.raises(LineChanged):  # nor the translation of a colleague
        translations.save_translation(cast.scope(), row, section, values, at=AT)

    section.refresh_from_db()
    assert text.source_digest != ProcedureSection.objects.get(pk=section.pk).digest
