"""Which procedures a user may read, write, comment and sign. A group's members read its drafts, and
so do users who may sign for an organisation that should sign. What is in force, or was, is read by
all who work in an organisation of the programme."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from protect.coordination.groups import access as groups
from protect.coordination.groups.enums import MemberRole
from protect.coordination.groups.models import Group
from protect.coordination.procedures.models import (
    Procedure,
    ProcedureComment,
    ProcedureSection,
    ProcedureTranslation,
    ProcedureVersion,
    Signatory,
    Signature,
)
from protect.orgs.access import get_row
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

IN_FORCE = Q(put_in_force_at__isnull=False)
OF_VERSION = ("version__procedure__group__organisation", "version__procedure__language")


def signing_organisations(scope: Scope) -> frozenset[UUID]:
    """Return the organisations for which the user may sign: as administrator or coordinator."""
    managed = scope.organisations_where(Permission.MANAGE_ORGANISATION)
    return managed | scope.organisations_where(Permission.COORDINATE)


def visible_versions(scope: Scope) -> QuerySet[ProcedureVersion]:
    if scope.user_id is None or not scope.held:
        return ProcedureVersion.objects.none()
    asked = Signatory.objects.filter(organisation__in=signing_organisations(scope))
    return ProcedureVersion.objects.filter(
        IN_FORCE
        | Q(procedure__group__in=groups.visible_groups(scope))
        | Q(pk__in=asked.values("version"))
    )


def visible_procedures(scope: Scope) -> QuerySet[Procedure]:
    """Return the procedures of which the user may read a version."""
    return Procedure.objects.filter(pk__in=visible_versions(scope).values("procedure"))


def get_procedure(scope: Scope, pk: UUID) -> Procedure:
    """Return a procedure that the user may see, its group loaded. Errors: Http404."""
    rows = visible_procedures(scope).select_related("group__organisation", "language")
    return get_row(rows, pk=pk)


def get_run_procedure(scope: Scope, pk: UUID) -> Procedure:
    """Return a procedure of a group that the user runs. Errors: Http404; PermissionDenied."""
    procedure = get_procedure(scope, pk)
    groups.must_run(scope, procedure.group)
    return procedure


def get_version(scope: Scope, pk: UUID) -> ProcedureVersion:
    """Return a version that the user may read, its procedure and group loaded. Errors: Http404."""
    rows = visible_versions(scope).select_related(
        "procedure__group__organisation", "procedure__language", "put_in_force_by"
    )
    return get_row(rows, pk=pk)


def get_run_version(scope: Scope, pk: UUID) -> ProcedureVersion:
    """Return a version of a group that the user runs. Errors: Http404; PermissionDenied."""
    version = get_version(scope, pk)
    groups.must_run(scope, version.procedure.group)
    return version


def get_section(scope: Scope, pk: UUID) -> ProcedureSection:
    """Return a section of a version that the user works on: as a member of the group, or as one of
    those who run it. Errors: Http404; for other readers, too."""
    visible = groups.visible_groups(scope)
    rows = ProcedureSection.objects.filter(version__procedure__group__in=visible)
    return get_row(rows.select_related(*OF_VERSION, "editor__user", "edited_by"), pk=pk)


def get_run_section(scope: Scope, pk: UUID) -> ProcedureSection:
    """Return a section of a group that the user runs. Errors: Http404; PermissionDenied."""
    section = get_section(scope, pk)
    groups.must_run(scope, section.version.procedure.group)
    return section


def get_written_section(scope: Scope, pk: UUID) -> ProcedureSection:
    """Return a section that the user may write. Errors: Http404; PermissionDenied."""
    section = get_section(scope, pk)
    if not may_write(scope, section):
        raise PermissionDenied
    return section


def may_write(scope: Scope, section: ProcedureSection) -> bool:
    """Return whether the user runs the group or is the section's editor. Needs `editor` loaded."""
    editor = section.editor
    is_editor = editor and editor.left_at is None and editor.user_id == scope.user_id
    return bool(is_editor) or groups.may_run(scope, section.version.procedure.group)


def may_comment(scope: Scope, group: Group) -> bool:
    """Return whether the user is a member of a group, not only an observer, or runs it."""
    member = groups.own_member(scope, group)
    return bool(member and member.role != MemberRole.OBSERVER) or groups.may_run(scope, group)


def get_commented_section(scope: Scope, pk: UUID) -> ProcedureSection:
    """Return a section on which the user may comment. Errors: Http404; PermissionDenied."""
    section = get_section(scope, pk)
    if not may_comment(scope, section.version.procedure.group):
        raise PermissionDenied
    return section


def get_comment(scope: Scope, pk: UUID) -> ProcedureComment:
    """Return a comment in a group that the user belongs to or runs. Errors: Http404."""
    visible = groups.visible_groups(scope)
    rows = ProcedureComment.objects.filter(section__version__procedure__group__in=visible)
    related = (f"section__{name}" for name in (*OF_VERSION, "editor"))
    comment: ProcedureComment = get_row(rows.select_related(*related, "made_by"), pk=pk)
    return comment


def get_answered_comment(scope: Scope, pk: UUID) -> ProcedureComment:
    """Return a comment that the user may answer. Errors: Http404; PermissionDenied."""
    comment = get_comment(scope, pk)
    if not may_write(scope, comment.section):
        raise PermissionDenied
    return comment


def get_run_signatory(scope: Scope, pk: UUID) -> Signatory:
    """Return a signatory of a version of a group that the user runs. Errors: Http404;
    PermissionDenied."""
    signatory = get_signatory(scope, pk)
    groups.must_run(scope, signatory.version.procedure.group)
    return signatory


def get_signatory(scope: Scope, pk: UUID) -> Signatory:
    """Return a signatory of a version that the user may read. Errors: Http404."""
    rows = Signatory.objects.filter(version__in=visible_versions(scope))
    return get_row(rows.select_related(*OF_VERSION, "organisation"), pk=pk)


def may_sign(scope: Scope, signatory: Signatory) -> bool:
    return signatory.organisation_id in signing_organisations(scope)


def get_scan(scope: Scope, pk: UUID) -> Signature:
    """Return a signature on paper that the user may see: in a group of the user's, or for an
    organisation for which the user signs. Errors: Http404."""
    own = signing_organisations(scope)
    rows = Signature.objects.exclude(media_type="").filter(
        Q(signatory__version__procedure__group__in=groups.visible_groups(scope))
        | Q(signatory__organisation__in=own)
    )
    return get_row(rows, pk=pk)


def get_run_translation(scope: Scope, version: ProcedureVersion, tag: str) -> ProcedureTranslation:
    """Return a translation of a version of a group that the user runs. Errors: Http404;
    PermissionDenied."""
    row = get_row(version.translations.select_related("language"), language=tag)
    groups.must_run(scope, version.procedure.group)
    return row
