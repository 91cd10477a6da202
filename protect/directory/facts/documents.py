"""Which documents a service asks for, or that it asks for none."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.enums import Fact, Kind, Operator
from protect.directory.facts import criteria, sentences
from protect.directory.facts.base.fact_type import FactType, Related
from protect.directory.facts.base.fields import NOT_KNOWN, Fields, Group, Rows, Values, choice, note
from protect.directory.facts.base.tables import Table
from protect.directory.service_models import FactRow, Service
from protect.kernel.ids import stable_uuid
from protect.reference import vocabulary, wording


class RequiredDocument(FactRow):
    """A required document. Codes of documents.toml."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="documents")
    document = models.CharField(max_length=40)
    note = models.CharField(max_length=400, default="", blank=True)


DocumentRow = namedtuple("DocumentRow", "service_id id document note")


class DocumentFields(Rows):
    key, lead = "documents", "document"
    # Translators: over the fields of a document that is asked for.
    title = gettext_lazy("Document")
    # Translators: over empty fields, for one more document.
    another = gettext_lazy("Another document")

    def build(self, values: Values) -> None:
        listed = [code for each in values["criteria"] for code in each["values"]]
        stored = {each["document"] for each in values["documents"]}
        others = [{"document": code, "note": ""} for code in listed if code not in stored]
        rows = [*values["documents"], *others]
        is_none = any(each["operator"] == Operator.ALL for each in values["criteria"])
        choice_made = "some" if rows else "none" if is_none else ""
        words = {
            # Translators: whether a service wants to see documents.
            "none": _("It asks for no documents, and says so"),
            # Translators: whether a service wants to see documents; a list follows.
            "some": _("It asks for these"),
        }
        self.add("asks", choice(_("Documents"), words, choice_made, NOT_KNOWN))
        super().build({"documents": rows})

    def columns(self, row: Values) -> Fields:
        names = {
            code: wording.DOCUMENT_NAMES.get(code, each.name)
            for code, each in vocabulary.documents().items()
        }
        return {
            "document": choice(_("Document"), names, row.get("document", ""), "–"),
            "note": note(_("Note"), row.get("note", "")),
        }

    def groups(self) -> Iterator[Group]:
        yield Group("", [self.bound("asks")])
        yield from super().groups()

    def clean(self) -> None:
        if self.typed("asks") == "some" and not list(self.indexes()):
            self.refuse(_("Choose at least one document."), 0, "document")
        if self.typed("asks") == "none" and list(self.indexes()):
            self.refuse(_("Documents are chosen below. Choose – there, or change this."), "asks")

    def values(self) -> dict[str, Any]:
        asks = self.typed("asks")
        return {
            "documents": super().values()["documents"] if asks == "some" else [],
            "criteria": [criteria.criterion(Kind.DOCUMENTS, Operator.ALL)]
            if asks == "none"
            else [],
        }


class DocumentsFact(FactType):
    code = Fact.DOCUMENTS
    # Translators: a part of an entry: papers that it asks for.
    label = gettext_lazy("Documents it asks for")
    part = DocumentFields
    tables = (
        criteria.criteria_table((Kind.DOCUMENTS,)),
        Table(RequiredDocument, DocumentRow, ("document", "pk")),
    )
    is_changed_by_link = True
    field = "required_documents"

    def words(self, values: Mapping[str, Any]) -> Iterator[str]:
        for each in values["criteria"]:
            is_none = each["operator"] == Operator.ALL
            # Translators: the service wants to see no document at all.
            yield (
                _("Asks for no documents")
                if is_none
                else sentences.line([*criteria.condition_words(each)][1:])
            )
        for each in values["documents"]:
            name = wording.DOCUMENT_NAMES.get(each["document"], each["document"])
            yield sentences.line([name, sentences.quoted(each["note"])])

    def document(self, related: Related, at: datetime) -> Mapping[str, Any]:
        """Return the documents, from their table and from the criteria."""
        rows = related["documents"]
        listed = {row.document for row in rows}
        documents = [_told(row.id, row.document, row.note) for row in rows]
        documents += [
            _told(stable_uuid("hsds", "document", str(row.id), code), code)
            for row in related["criteria"]
            if row.kind == Kind.DOCUMENTS and row.operator != Operator.ALL
            for code in sorted(row.values)
            if code not in listed
        ]
        return {"required_documents": documents}


def _told(key: UUID, code: str, note: str = "") -> dict[str, Any]:
    names = vocabulary.documents()
    name = names[code].name if code in names else code
    return {"id": key, "document": f"{name} ({note})" if note else name, "code": code}
