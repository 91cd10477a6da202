"""Export of an organisation's history as CSV: codes without names, then the signed chain head."""

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
from protect.orgs.history.pages import HistoryFilter, entries_to_export
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.vault.enums import StepUpCause
from protect.vault.integrity.heads import signed_heads
from protect.vault.records.notes import note_number_of_target
from protect.vault.sessions.unlocked import Unlocked, get_unlocked
from protect.vault.sign_in import frame, second_factors

CSV_COLUMNS = (
    *("n", "at", "actor", "organisation", "action", "target", "consent", "outcome"),
    *("prev_hash", "hash", "number"),  # `number`: of the note that is the target
)
FOOTER_PREFIX = "# "  # before the chain head, which is JSON as `protect audit heads` prints it


@transaction.atomic
def export_history(
    scope: Scope,
    unlocked: Unlocked,
    organisation: Organisation,
    history_filter: HistoryFilter,
    *,
    at: datetime,
) -> Iterator[str]:
    """Return the lines of a CSV file, the oldest entry first; the export is audited itself.
    The filter narrows the entries; the last line always names the head of the whole chain.
    Errors: PermissionDenied; step_up_required; signing_key_missing."""
    access.must(scope, enums.Permission.READ_AUDIT, organisation=organisation)
    second_factors.must_be_stepped_up(unlocked, at=at)
    target = f"organisation:{organisation.pk}"
    unlocked.audit(organisation.pk, at=at).record("vault.export_history", target)
    chain = rules.organisation_chain(organisation.pk)
    head = next(head for head in signed_heads(at=at) if head.chain == chain)
    return _csv_lines_and_footer(organisation, history_filter, head)


def _csv_lines_and_footer(
    organisation: Organisation, filters: HistoryFilter, head: rules.Head
) -> Iterator[str]:
    yield _csv_line(CSV_COLUMNS)
    for entry in entries_to_export(organisation, filters, last_entry=head.n):
        yield _csv_line(_row_values(entry))
    yield f"{FOOTER_PREFIX}{head.to_json()}\r\n"


def _row_values(entry: models.Entry) -> tuple[str, ...]:
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
        note_number_of_target(entry.target),
    )


def _csv_line(values: tuple[str, ...]) -> str:
    """Return one line of CSV. Formulas are not escaped: no value is free text."""
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()


@require_safe
def history_export(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Send the file, or redirect to the step-up. A download does not change the page, so the
    step-up leads back to the history page, where the user starts the download again."""
    if not frame.is_stepped_up(request):
        page = reverse("orgs:organisation_history", args=[pk])
        query = request.GET.urlencode()
        return frame.redirect_to_step_up(f"{page}?{query}" if query else page, StepUpCause.FILE)
    scope, at = access.scope_of(request), clock.now()
    organisation = access.get_organisation(scope, pk)
    history_filter = HistoryFilter.from_query(request.GET.dict())
    lines = export_history(scope, get_unlocked(request), organisation, history_filter, at=at)
    name = f"history-{at:%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
