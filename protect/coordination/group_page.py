"""The page of a working group, made of what each subject knows about it."""

from itertools import groupby
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from protect.coordination.groups import access
from protect.coordination.minutes.models import ActionPoint, Decision
from protect.coordination.procedures.procedure_links import procedure_links, readable_procedures
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import render_form_page

DECISIONS_SHOWN = 10  # the newest


@require_safe
def group(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_group(scope, pk)
    members = row.members.current().by_organisation()
    actions = ActionPoint.objects.open().filter(meeting__group=row)
    today = clock.now().date()
    context = {
        "group": row,
        "organisations": [
            (name, list(rows))
            for name, rows in groupby(members, key=lambda member: member.organisation_name)
        ],
        "terms": row.terms.defer("content").first(),
        "meetings": row.meetings.all(),
        "polls": row.polls.filter(ended_at=None),
        "decisions": Decision.objects.filter(group=row).select_related("meeting")[:DECISIONS_SHOWN],
        "actions": actions.select_related("owner__user", "meeting__group"),
        "procedures": procedure_links(readable_procedures(scope).filter(group=row), today),
        "today": today,
        "may_run": access.may_run(scope, row),
    }
    return render_form_page(request, "coordination/group.html", None, context)
