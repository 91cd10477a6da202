from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat, Left

from protect.audit import rules

if TYPE_CHECKING:
    from protect.audit.models import Entry  # noqa: F401 - named in a string below

PAGE_SIZE = 50  # entries on a screen


def newest_state(target: str) -> RawSQL:
    """Return an SQL expression for the newest state of a target; it is NULL without a state.
    Entries of every chain count, because a row can move to another organisation. The state is
    `rules.AMBIGUOUS_STATE` if its newest version was saved with different bytes. Raw SQL,
    because Django's `Subquery` takes three times as long to compose."""
    return RawSQL(
        "SELECT CASE WHEN MIN(state) < MAX(state)"
        " AND substr(MIN(state), 1, %s) = substr(MAX(state), 1, %s) THEN %s ELSE MAX(state) END"
        " FROM (SELECT DISTINCT state FROM audit_entry WHERE target = %s AND state IS NOT NULL"
        " ORDER BY state DESC LIMIT 2) newest_two",
        [rules.VERSION_DIGITS, rules.VERSION_DIGITS, rules.AMBIGUOUS_STATE, target],
        output_field=models.CharField(),
    )


class EntryQuerySet(models.QuerySet["Entry"]):
    def of_chain(self, chain: str) -> Self:
        return self.filter(chain=chain)

    def of_organisation(self, organisation_id: UUID) -> Self:
        """Keep the entries of an organisation's chain."""
        return self.of_chain(rules.organisation_chain(organisation_id))

    def of_target(self, target: str) -> Self:
        """Keep entries about one target, `<kind>:<uuid>`, of every chain."""
        return self.filter(target=target)

    def newest_states(self) -> dict[str, str]:
        """Return the newest state by target; AMBIGUOUS_STATE if saved with different bytes."""
        return {
            target: high if low == high else rules.AMBIGUOUS_STATE
            for target, (low, high) in self.newest_versions().items()
        }

    def newest_versions(self) -> dict[str, tuple[str, str]]:
        """Return by target the lowest and the highest state of its newest version.
        They are equal unless that version was saved with different bytes."""
        saved = self.filter(state__isnull=False).order_by()
        versions = saved.annotate(saved_version=Left("state", rules.VERSION_DIGITS))
        by_version = versions.values("target", "saved_version")
        ends = by_version.annotate(low=models.Min("state"), high=models.Max("state"))
        rows = ends.order_by("saved_version").values_list("target", "low", "high")
        return {target: (low, high) for target, low, high in rows}  # the newest version stays

    def refused(self) -> Self:
        return self.exclude(outcome=rules.DONE)

    def alarms(self) -> Self:
        """Keep alarms: entries about a key or record that differs from the one written."""
        return self.refused().filter(outcome__in=sorted(rules.ALARM_OUTCOMES))

    def unanswered(self) -> Self:
        """Keep alarms that no officer has answered later."""
        same = {name: models.OuterRef(name) for name in ("chain", "target")}
        answer = Concat(models.Value(rules.ALARM_ANSWER_PREFIX), models.OuterRef("outcome"))
        later = self.model.objects.filter(**same, action=answer, n__gt=models.OuterRef("n"))
        return self.alarms().filter(~models.Exists(later.exclude(target="")))

    def newest_first(self) -> Self:
        """Order entries from newest to oldest; a chain's entries of one moment by number."""
        return self.order_by("-at", "chain", "-n")

    def page(self, *, before: int | None = None, size: int = PAGE_SIZE) -> Self:
        """Return the newest entries of one chain with numbers below `before`. The number of the
        last one leads to the next page, so entries written meanwhile shift nothing."""
        older = self if before is None else self.filter(n__lt=before)
        return older.order_by("-n")[:size]
