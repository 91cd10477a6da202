from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProcedureKind(TextChoices):
    # Translators, of each below: a document that services agree on. SOP: how they work together.
    SOP = "sop", _("Standard operating procedure")
    GUIDELINE = "guideline", _("Guideline")


class SectionStatus(TextChoices):
    # Translators, of each below: the state of a section of a procedure.
    EMPTY = "empty", _("Empty")
    DRAFT = "draft", _("Draft")
    AGREED = "agreed", _("Agreed")


class CommentKind(TextChoices):
    # Translators, of each below: what a member writes about a section of a procedure.
    COMMENT = "comment", _("Comment")
    PROPOSAL = "proposal", _("Proposal")  # another text for the section


class CommentState(TextChoices):
    # Translators, of each below: the state of a comment or of a proposed text.
    OPEN = "open", _("Not answered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Not accepted")
    RESOLVED = "resolved", _("Resolved")
    WITHDRAWN = "withdrawn", _("Taken back")


class VersionState(TextChoices):
    # Translators, of each below: the state of a version of a procedure.
    DRAFT = "draft", _("Draft")
    COMING = "coming", _("Agreed, not in force yet")
    IN_FORCE = "in_force", _("In force")
    PAST_REVIEW = "past_review", _("In force, review overdue")
    REPLACED = "replaced", _("Replaced")


class SignatureState(TextChoices):
    # Translators, of each below: whether an organisation has signed a version of a procedure.
    MISSING = "missing", _("Not signed yet")
    SIGNED = "signed", _("Signed")
    EARLIER_TEXT = "earlier_text", _("Signed an earlier text")
    DAMAGED = "damaged", _("Signature damaged")


class TranslationState(TextChoices):
    # Translators, of each below: the state of a translated section of a procedure.
    MISSING = "missing", _("Not translated")
    CURRENT = "current", _("Translated")
    OUTDATED = "outdated", _("Original changed since")
    DAMAGED = "damaged", _("Translation damaged")


class SectionChange(TextChoices):
    # Translators, of each below: what happened to a section between two versions.
    SAME = "same", _("Unchanged")
    CHANGED = "changed", _("Different")
    ADDED = "added", _("New section")
    REMOVED = "removed", _("Left out")
