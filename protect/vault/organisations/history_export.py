"""The history of an organisation as a file: codes, no names, and at its foot the signed end."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from protect.audit import models, rules
from protect.kernel import clock
from protect.orgs import access, enums
from protect.orgs.history.pages import HistoryFilter, exported_entries
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.vault.enums import Before
from protect.vault.integrity.heads import signed
from protect.vault.records.notes import number_in
from protect.vault.sessions.unlocked import Unlocked, unlocked
from protect.vault.sign_in import frame, second_factors

COLUMNS = (
    *("n", "at", "actor", "organisation", "action", "target", "consent", "outcome"),
    *("prev_hash", "hash", "number"),
)
FOOT = "# "  # before the end of the history, one line of JSON as `protect audit heads` prints it


@transaction.atomic
def export_history(
    scope: Scope,
    unlocked: Unlocked,
    organisation: Organisation,
    history_filter: HistoryFilter,
    *,
    at: datetime,
) -> Iterator[str]:
    """Return the lines of a CSV file, the oldest entry first. That it was made is an entry itself.
    What is asked for narrows it; the foot always names the end of the whole history.
    Errors: PermissionDenied; step_up_required; signing_key_missing."""
    access.must(scope, enums.Permission.READ_AUDIT, organisation=organisation)
    second_factors.must_be_stepped_up(unlocked, at=at)
    target = f"organisation:{organisation.pk}"
    unlocked.audit(organisation.pk, at=at).record("vault.export_history", target)
    head = next(each for each in signed(at=at) if each.chain == rules.org_chain(organisation.pk))
    return _file(organisation, history_filter, head)


def _file(
    organisation: Organisation, history_filter: HistoryFilter, head: rules.Head
) -> Iterator[str]:
    yield _line(COLUMNS)
    for entry in exported_entries(organisation, history_filter, upto=head.n):
        yield _line(_values(entry))
    yield f"{FOOT}{head.line()}\r\n"


def _values(entry: models.Entry) -> tuple[str, ...]:
    return (
        str(entry.n),
        entry.at.isoformat(),
        str(entry.actor_id or ""),
        str(entry.organisation or ""),
        entry.action,
        entry.target,
        str(entry.consent or ""),
        entry.outcome,
        bytes(entry.prev_hash).hex(),
        bytes(entry.hash).hex(),
        number_in(entry.target),
    )


def _line(values: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()


@require_safe
def history_export(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A browser that keeps a file stays where it is: one comes back to the page, and takes it."""
    if not frame.is_stepped_up(request):
        page = reverse("orgs:organisation_history", args=[pk])
        asked_for = request.GET.urlencode()
        return frame.redirect_to_step_up(f"{page}?{asked_for}" if asked_for else page, Before.FILE)
    scope, at = access.scope_of(request), clock.now()
    organisation = access.get_organisation(scope, pk)
    history_filter = HistoryFilter.of(request.GET.dict())
    lines = export_history(scope, unlocked(request), organisation, history_filter, at=at)
    name = f"history-{at:%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
