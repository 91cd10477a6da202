"""Which entries are read together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from protect.audit import rules

if TYPE_CHECKING:
    from protect.audit.models import Entry  # noqa: F401 - named in a string below

PAGE = 50  # entries on a screen


def newest_state(target: str) -> RawSQL:
    """Return the newest state of a thing, as a column of a query about that thing.

    It counts in whichever chain it stands: which organisation a thing belongs to is only a row.
    The SQL is written out because composing it with Django's `Subquery` takes three times as long.
    """
    return RawSQL(
        "SELECT state FROM audit_entry WHERE target = %s AND state IS NOT NULL"
        " ORDER BY state DESC LIMIT 1",
        [target],
        output_field=models.CharField(),
    )


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads as English: `Entry.objects.of_organisation(pk).about(target).page()`."""

    def of_chain(self, chain: str) -> Self:
        """Keep one chain."""
        return self.filter(chain=chain)

    def of_organisation(self, organisation_id: UUID) -> Self:
        """Keep the chain of an organisation."""
        return self.of_chain(rules.org_chain(organisation_id))

    def about(self, target: str) -> Self:
        """Keep what was done to one thing, `<kind>:<uuid>`, in whichever chain."""
        return self.filter(target=target)

    def newest_states(self) -> dict[str, str]:
        """Return the newest state of each thing that these entries speak of, by target."""
        of_targets = self.filter(state__isnull=False).order_by().values("target")
        return dict(of_targets.annotate(newest=models.Max("state")).values_list("target", "newest"))

    def refused(self) -> Self:
        """Keep what was refused."""
        return self.exclude(outcome=rules.DONE)

    def alarms(self) -> Self:
        """Keep what says that the database is not as it was written."""
        return self.refused().filter(outcome__in=sorted(rules.ALARMS))

    def unanswered(self) -> Self:
        """Keep alarms after which no officer has said that the same of a thing is cleared up."""
        same = {name: models.OuterRef(name) for name in ("chain", "target")}
        answer = Concat(models.Value(rules.ANSWER), models.OuterRef("outcome"))
        later = self.model.objects.filter(**same, action=answer, n__gt=models.OuterRef("n"))
        return self.alarms().filter(~models.Exists(later.exclude(target="")))

    def newest_first(self) -> Self:
        """Put the newest first. Entries of one moment and chain keep their order."""
        return self.order_by("-at", "chain", "-n")

    def page(self, *, before: int | None = None, size: int = PAGE) -> Self:
        """Return the newest entries of one chain with numbers under `before`.

        The number of the last one leads to the next page; entries written meanwhile move nothing.
        """
        older = self if before is None else self.filter(n__lt=before)
        return older.order_by("-n")[:size]
