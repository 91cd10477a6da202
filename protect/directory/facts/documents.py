"""The documents that a service asks for, or the statement that it asks for none."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.enums import CriterionKind, CriterionOperator, Fact
from protect.directory.facts import criteria, sentences
from protect.directory.facts.base import fields
from protect.directory.facts.base.fact_type import FactType, Related
from protect.directory.facts.base.tables import FactTable
from protect.directory.service_models import FactRow, Service
from protect.kernel.ids import stable_uuid
from protect.reference import vocabulary, wording


class RequiredDocument(FactRow):
    """A document that a service asks for. `document` is a code of documents.toml."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="documents")
    document = models.CharField(max_length=40)
    note = models.CharField(max_length=400, default="", blank=True)


DocumentRow = namedtuple("DocumentRow", "service_id id document note")


class DocumentFields(fields.FactRowFields):
    key, main_column = "documents", "document"
    title = gettext_lazy("Document")  # For translators: over fields of a document that is asked for
    empty_title = gettext_lazy(
        "Another document"
    )  # For translators: over empty fields for one more

    def build(self, values: fields.Values) -> None:
        listed = [code for criterion in values["criteria"] for code in criterion["values"]]
        stored = {document["document"] for document in values["documents"]}
        listed_rows = [{"document": code, "note": ""} for code in listed if code not in stored]
        rows = [*values["documents"], *listed_rows]
        asks_none = any(row["operator"] == CriterionOperator.ALL for row in values["criteria"])
        asks = "some" if rows else "none" if asks_none else ""
        words = {
            "none": _("It asks for no documents, and says so"),  # For translators: it: a service
            "some": _("It asks for these"),  # For translators: it: a service; documents follow
        }
        self.add_field("asks", fields.choice_field(_("Documents"), words, asks, fields.NOT_KNOWN))
        super().build({"documents": rows})

    def form_fields(self, row: fields.Values) -> fields.Fields:
        documents = vocabulary.documents().items()
        names = {code: wording.DOCUMENT_NAMES.get(code, term.name) for code, term in documents}
        return {
            "document": fields.choice_field(_("Document"), names, row.get("document", ""), "–"),
            "note": fields.note_field(_("Note"), row.get("note", "")),
        }

    def groups(self) -> Iterator[fields.Group]:
        yield fields.Group("", [self.bound_field("asks")])
        yield from super().groups()

    def clean(self) -> None:
        if self.cleaned_value("asks") == "some" and not list(self.indexes()):
            self.refuse(_("Choose at least one document."), 0, "document")
        if self.cleaned_value("asks") == "none" and list(self.indexes()):
            message = _("You have chosen documents below. Choose “–” there, or change this answer.")
            self.refuse(message, "asks")

    def values(self) -> dict[str, Any]:
        asks = self.cleaned_value("asks")
        none = [criteria.new_criterion(CriterionKind.DOCUMENTS, CriterionOperator.ALL)]
        documents = super().values()["documents"] if asks == "some" else []
        return {"documents": documents, "criteria": none if asks == "none" else []}


class DocumentsFact(FactType):
    code = Fact.DOCUMENTS
    # Translators: a part of an entry: papers that it asks for.
    label = gettext_lazy("Documents it asks for")
    fields_class = DocumentFields
    tables = (
        criteria.criteria_table((CriterionKind.DOCUMENTS,)),
        FactTable(RequiredDocument, DocumentRow, ("document", "pk")),
    )
    is_changed_by_link = True
    field = "required_documents"

    def desk_lines(self, values: Mapping[str, Any]) -> Iterator[str]:
        for criterion in values["criteria"]:
            is_none = criterion["operator"] == CriterionOperator.ALL
            none = _("Asks for no documents")  # For translators: a service wants to see none
            parts = [*criteria.describe_condition(criterion)][1:]
            yield none if is_none else sentences.join_parts(parts)
        for document in values["documents"]:
            name = wording.DOCUMENT_NAMES.get(document["document"], document["document"])
            yield sentences.join_parts([name, sentences.isolate_text(document["note"])])

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        """Return the documents of RequiredDocument, then other documents in criteria."""
        rows = related["documents"]
        listed = {row.document for row in rows}
        documents = [_hsds_required_document(row.id, row.document, row.note) for row in rows]
        documents += [
            _hsds_required_document(stable_uuid("hsds", "document", str(row.id), code), code)
            for row in related["criteria"]
            if row.kind == CriterionKind.DOCUMENTS and row.operator != CriterionOperator.ALL
            for code in sorted(row.values)
            if code not in listed
        ]
        return {"required_documents": documents}


def _hsds_required_document(key: UUID, code: str, note: str = "") -> dict[str, Any]:
    names = vocabulary.documents()
    name = names[code].name if code in names else code
    return {"id": key, "document": f"{name} ({note})" if note else name, "code": code}
