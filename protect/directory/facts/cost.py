"""What a service costs."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, gettext_lazy as public_text

from protect.directory import labels
from protect.directory.enums import Cost, Fact
from protect.directory.facts.base import fields
from protect.directory.facts.base.cells import Cells
from protect.directory.facts.base.fact_type import FactType, PublicLine, Related
from protect.directory.facts.base.tables import Table
from protect.directory.facts.sentences import line, quoted
from protect.directory.service_models import FactRow, Service

# Translators: how a service is used costs money; how much is not said here.
COSTS_MONEY = public_text("Costs money")
PUBLIC: Mapping[Cost, Promise] = {
    # Translators: costs nothing.
    Cost.FREE: public_text("Free"),
    Cost.LOW: COSTS_MONEY,
    Cost.PAID: COSTS_MONEY,
}
ENGLISH = {Cost.FREE: "Free", Cost.LOW: "Costs little", Cost.PAID: "Costs money"}
IN_FILES = {Cost.LOW: "low", Cost.PAID: "paid"}


class CostOption(FactRow):
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="costs")
    # "" = in words only, because no code says them
    kind = models.CharField(max_length=4, choices=Cost, default="", blank=True)
    note = models.CharField(max_length=400, default="", blank=True)


CostRow = namedtuple("CostRow", "service_id id kind note")


class CostFields(fields.Rows):
    key, lead = "costs", "note"
    # Translators: over the fields of what something costs.
    title = gettext_lazy("Cost")
    # Translators: over empty fields, for one more price.
    another = gettext_lazy("Another cost")

    def columns(self, row: fields.Values) -> fields.Fields:
        kind = fields.choice(_("Kind"), labels.COSTS, row.get("kind", ""), fields.NOT_KNOWN)
        hint = _("For example: first talk free, then 10 euros. Empty both to take it out.")
        return {"kind": kind, "note": fields.note(_("In words"), row.get("note", ""), hint)}

    def indexes(self) -> Iterator[int]:
        return (at for at in range(self.count) if self.typed(at, "kind") or self.typed(at, "note"))


class CostFact(FactType):
    code = Fact.COST
    # Translators: a part of an entry: what it costs.
    label = gettext_lazy("Cost")
    part = CostFields
    tables = (Table(CostOption, CostRow, ("kind", "pk")),)
    is_changed_by_link = True
    columns = ("cost",)
    field = "cost_options"
    # Translators: label of a fact: what it costs.
    public_label = public_text("Cost")
    complaint = ("cost", COSTS_MONEY)
    reasons = {f"cost_{kind}": text for kind, text in PUBLIC.items()}

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        for cost in values["costs"]:
            yield line([labels.COSTS[cost["kind"]] if cost["kind"] else "", quoted(cost["note"])])

    def cells(self, related: Related) -> Mapping[str, str]:
        row: CostRow | None = next(iter(related["costs"]), None)
        if row is None:
            return {"cost": ""}
        if row.kind == Cost.FREE and not row.note:
            return {"cost": "free"}
        return {"cost": row.note or (IN_FILES.get(Cost(row.kind), "") if row.kind else "")}

    def read_cells(self, cells: Cells, country: str) -> Mapping[str, list[dict[str, Any]]]:
        """Return free if the row says so, else the words of the row."""
        text = cells["cost"]
        is_free = text.casefold().startswith("free")
        words = "" if text.casefold() == "free" else text[: fields.NOTE_LENGTH]
        cost = {"kind": Cost.FREE.value if is_free else "", "note": words}
        return {"costs": [cost] if text else []}

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        return {
            "cost_options": [
                {
                    "id": row.id,
                    "option": ENGLISH.get(row.kind, ""),
                    "amount": 0 if row.kind == Cost.FREE else None,
                    "amount_description": row.note,
                    "kind": row.kind,
                }
                for row in related["costs"]
            ]
        }

    def public_line(self, related: Related) -> PublicLine:
        kinds = [row.kind for row in related["costs"] if row.kind]
        lines = tuple(PUBLIC[kind] for kind in Cost if kind in kinds)
        quotes = tuple(row.note for row in related["costs"] if row.note)
        return PublicLine(lines, quotes, f"cost_{kinds[0]}" if kinds else "")
