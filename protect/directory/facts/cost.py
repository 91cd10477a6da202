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
from protect.directory.facts.base.tables import FactTable
from protect.directory.facts.sentences import isolate_text, join_parts
from protect.directory.service_models import FactRow, Service

# Translators: using a service costs money; how much is not said here.
COSTS_MONEY = public_text("Costs money")
PUBLIC_LABELS: Mapping[Cost, Promise] = {
    Cost.FREE: public_text("Free"),  # For translators: costs nothing
    Cost.LOW: COSTS_MONEY,
    Cost.PAID: COSTS_MONEY,
}
ENGLISH_LABELS = {Cost.FREE: "Free", Cost.LOW: "Costs little", Cost.PAID: "Costs money"}
CELL_WORDS = {Cost.LOW: "low", Cost.PAID: "paid"}  # in a cell, for a cost without a note


class CostOption(FactRow):
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="costs")
    # "" = the note alone says the cost
    kind = models.CharField(max_length=4, choices=Cost, default="", blank=True)
    note = models.CharField(max_length=400, default="", blank=True)


CostRow = namedtuple("CostRow", "service_id id kind note")


class CostFields(fields.FactRowFields):
    key, main_column = "costs", "note"
    title = gettext_lazy("Cost")  # For translators: over the fields of what something costs
    empty_title = gettext_lazy(
        "Another cost"
    )  # For translators: over empty fields, for one more price

    def form_fields(self, row: fields.Values) -> fields.Fields:
        kind = fields.choice_field(_("Kind"), labels.COSTS, row.get("kind", ""), fields.NOT_KNOWN)
        hint = _(
            "For example: first talk free, then 10 euros. To remove the cost, empty both fields."
        )
        return {
            "kind": kind,
            "note": fields.note_field(_("Cost in words"), row.get("note", ""), hint),
        }

    def is_filled(self, index: int) -> bool:
        return bool(self.cleaned_value(index, "kind") or self.cleaned_value(index, "note"))


class CostFact(FactType):
    code = Fact.COST
    label = gettext_lazy("Cost")  # For translators: a part of an entry: what it costs
    fields_class = CostFields
    tables = (FactTable(CostOption, CostRow, ("kind", "pk")),)
    is_changed_by_link = True
    columns = ("cost",)
    field = "cost_options"
    public_label = public_text("Cost")  # For translators: label of a fact: what it costs
    complaint = ("cost", COSTS_MONEY)
    reasons = {f"cost_{kind}": text for kind, text in PUBLIC_LABELS.items()}

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        for cost in values["costs"]:
            kind = labels.COSTS[cost["kind"]] if cost["kind"] else ""
            yield join_parts([kind, isolate_text(cost["note"])])

    def cells(self, related: Related) -> Mapping[str, str]:
        """Return the first cost only: its note, or else the word for its kind."""
        row: CostRow | None = next(iter(related["costs"]), None)
        if row is None:
            return {"cost": ""}
        if row.kind == Cost.FREE and not row.note:
            return {"cost": "free"}
        return {"cost": row.note or (CELL_WORDS.get(Cost(row.kind), "") if row.kind else "")}

    def read_cells(self, cells: Cells, country: str) -> Mapping[str, list[dict[str, Any]]]:
        """Return one cost, free if the cell begins with “free”; the text becomes the note."""
        text = cells["cost"]
        is_free = text.casefold().startswith("free")
        words = "" if text.casefold() == "free" else text[: fields.MAX_NOTE_LENGTH]
        cost = {"kind": Cost.FREE.value if is_free else "", "note": words}
        return {"costs": [cost] if text else []}

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        return {
            "cost_options": [
                {
                    "id": row.id,
                    "option": ENGLISH_LABELS.get(row.kind, ""),
                    "amount": 0 if row.kind == Cost.FREE else None,
                    "amount_description": row.note,
                    "kind": row.kind,
                }
                for row in related["costs"]
            ]
        }

    def public_line(self, related: Related) -> PublicLine:
        kinds = [row.kind for row in related["costs"] if row.kind]
        codes = tuple(f"cost_{kind}" for kind in Cost if kind in kinds)
        quotes = tuple(row.note for row in related["costs"] if row.note)
        return PublicLine(codes, quotes, f"cost_{kinds[0]}" if kinds else "")
