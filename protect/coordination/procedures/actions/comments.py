"""Comments of members on a section, and texts that they propose for it."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.coordination.groups import access as groups
from protect.coordination.procedures import access
from protect.coordination.procedures.actions.sections import (
    lock_section,
    must_fit,
    store_text,
)
from protect.coordination.procedures.enums import CommentKind, CommentState
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.models import ProcedureComment, ProcedureSection
from protect.orgs.access import home_organisation, must_be_signed_in
from protect.orgs.scope import Scope


@transaction.atomic
def add_comment(
    scope: Scope, section: ProcedureSection, text: str, *, at: datetime
) -> ProcedureComment:
    """Comment on a section of a draft. Errors: Http404; PermissionDenied;
    coordination_version_closed."""
    return _add(scope, section, CommentKind.COMMENT, text, "", at)


@transaction.atomic
def propose_text(
    scope: Scope, section: ProcedureSection, proposed: str, reason: str, *, at: datetime
) -> ProcedureComment:
    """Propose another text for a section. Errors: as `add_comment`;
    coordination_section_too_long."""
    must_fit(proposed)
    return _add(scope, section, CommentKind.PROPOSAL, reason, proposed, at)


@transaction.atomic
def answer_comment(
    scope: Scope, comment: ProcedureComment, state: CommentState, answer: str, *, at: datetime
) -> ProcedureComment:
    """Answer a comment: resolve it, or accept or decline a proposal. An accepted text becomes that
    of the section. `answer`: the reason. Errors: Http404; PermissionDenied;
    coordination_version_closed; coordination_comment_closed; coordination_proposal_outdated;
    coordination_section_agreed."""
    row = _lock_open(access.get_answered_comment(scope, comment.pk))
    if state == CommentState.ACCEPTED:
        _accept(scope, row, at)
    _close(scope, row, state, at, answer)
    return row


@transaction.atomic
def withdraw_comment(scope: Scope, comment: ProcedureComment, *, at: datetime) -> ProcedureComment:
    """Withdraw an own comment that is not answered. Errors: Http404; PermissionDenied;
    coordination_version_closed; coordination_comment_closed."""
    found = access.get_comment(scope, comment.pk)
    if found.made_by_id != scope.user_id:
        raise PermissionDenied
    row = _lock_open(found)
    _close(scope, row, CommentState.WITHDRAWN, at)
    return row


def _add(
    scope: Scope,
    section: ProcedureSection,
    kind: CommentKind,
    text: str,
    proposed: str,
    at: datetime,
) -> ProcedureComment:
    row = lock_section(access.get_commented_section(scope, section.pk))
    user, group = must_be_signed_in(scope), row.version.procedure.group
    member, home = groups.own_member(scope, group), home_organisation(user)
    comment = ProcedureComment.objects.create(
        section=row,
        kind=kind,
        text=text,
        proposed_text=proposed,
        seen_digest=row.digest,
        made_at=at,
        made_by_id=user,
        organisation_name=member.organisation_name if member else home.name if home else "",
    )
    groups.group_context(scope, group, at=at).record(f"coordination.add_{kind.value}", comment)
    return comment


def _lock_open(comment: ProcedureComment) -> ProcedureComment:
    section = lock_section(comment.section)
    rows = ProcedureComment.objects.select_for_update(of=("self",))
    row: ProcedureComment = rows.get(pk=comment.pk)
    if row.state != CommentState.OPEN:
        raise ProcedureRefusal("coordination_comment_closed")
    row.section = section
    return row


def _accept(scope: Scope, comment: ProcedureComment, at: datetime) -> None:
    section = comment.section
    if comment.kind != CommentKind.PROPOSAL:
        raise PermissionDenied
    if section.agreed_at is not None:
        raise ProcedureRefusal("coordination_section_agreed")
    if section.digest != comment.seen_digest:
        raise ProcedureRefusal("coordination_proposal_outdated")
    store_text(scope, section, comment.proposed_text, at=at)


def _close(
    scope: Scope, row: ProcedureComment, state: CommentState, at: datetime, answer: str = ""
) -> None:
    row.state, row.answer = state, answer
    row.answered_at, row.answered_by_id = at, must_be_signed_in(scope)
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    group = row.section.version.procedure.group
    audit = groups.group_context(scope, group, at=at)
    audit.record(f"coordination.comment_{state.value}", row)
