from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PageKind(TextChoices):
    """Where the texts of a page are shown."""

    # Translators, of each below: where the texts of a page are shown.
    RIGHTS = "rights", _("Find help: rights and safety")
    SITE = "site", _("Find help: urgent pages")
    MATERIAL = "material", _("Printed materials")
    PROGRAMME = "programme", _("Site of the programme")


class SegmentKind(TextChoices):
    # Translators, of each below: a part of a page.
    TITLE = "title", _("Title")
    HEADING = "heading", _("Heading")
    PARAGRAPH = "paragraph", _("Paragraph")
    ITEM = "item", _("List item")
    CALL = "call", _("What to do now")  # the most urgent sentence of a page
    BLOCK = "block", _("Filled in by the site")  # a link, or facts of a country; no text


class ReferenceKind(TextChoices):
    """What a text refers to instead of repeating it, such as a number: {kind:name}."""

    EMERGENCY = "emergency"  # number of the emergency services; it has no name
    LIMIT = "limit"  # hours within which a treatment helps: a key of who.toml
    FACTS = "facts"  # facts of the reader's country: a topic, or topic/beginning of a key
    PAGE = "page"  # a link to another page, by its code
    NEED = "need"  # a link to services for a need
    SERVICES = "services"  # the first services of a kind at the reader's place: code of a need
    SITE = "site"  # a part that the site fills by what it knows of the reader
    ONLY = "only"  # the next text or block is only for some readers; it stands for nothing itself


class ChangeClass(TextChoices):
    """What a change of a source text means for its translations."""

    # Translators, of each below: of a change of a text.
    COSMETIC = "cosmetic", _("Same meaning")  # spelling or style
    CONTENT = "content", _("Meaning changed")
    SAFETY = "safety", _("Safety: the old text may harm")


class Origin(TextChoices):
    # Translators, of each below: who made a text.
    HUMAN = "human", _("Translator")
    MACHINE = "machine", _("Machine translation")
    IMPORTED = "imported", _("Imported file")
    PROJECT = "project", _("Draft of the project")  # came with the software


class RecordingOrigin(TextChoices):
    # Translators, of each below: who reads a text aloud in a recording.
    HUMAN = "human", _("A person reads it")
    SYNTHETIC = "synthetic", _("A computer reads it")


class FileOutcome(TextChoices):
    # Translators, of each below: what became of a text of an uploaded file.
    STORED = "stored", _("Saved")
    OTHER_SOURCE = "other_source", _("The source text was changed since")  # since the download
    REFUSED = "refused", _("Not saved: correct it")
    UNKNOWN = "unknown", _("No such text")
    KNOWN = "known", _("Was there already")  # now, or before it was replaced
    EMPTY = "empty", _("Not translated")


class ReviewRole(TextChoices):
    # Translators, of each below: who read a translation to check it.
    LANGUAGE = "language", _("Native reader")
    SUBJECT = "subject", _("Specialist in gender-based violence")


class ReaderLevel(TextChoices):
    """What a coordinator has recorded about a person and a language."""

    # Translators, of each below: how well a person knows a language.
    NATIVE = "native", _("Reads it like a first language")
    TRANSLATES = "translates", _("Translates into it")


class TranslationState(TextChoices):
    # Translators, of each below: the state of a translation.
    CURRENT = "current", _("Current")
    CARRIED = "carried", _("Current, source corrected")
    BEHIND = "behind", _("Source changed")
    WITHDRAWN = "withdrawn", _("Withdrawn: may harm")
    UNREVIEWED = "unreviewed", _("Not reviewed")
    MISSING = "missing", _("Missing")


class Shown(TextChoices):
    """What a public page shows of a translation."""

    TEXT = "text"
    DATED_TEXT = "dated_text"  # the old text, with a note and the date of the translation
    FALLBACK = "fallback"  # another language, labelled


class SearchKind(TextChoices):
    """What a search entry is about, and what its key is."""

    PAGE = "page"  # code of a page
    MATERIAL = "material"  # id of a material of a campaign
    RESOURCE = "resource"  # code of a resource of the programme's site
    DECISION = "decision"  # id of a decision of a working group
    MINUTES = "minutes"  # id of an item of the minutes of a working group


class PageChange(TextChoices):
    # Translators, of each below: what a release does with a page on the public site.
    ADDED = "added", _("New")
    CHANGED = "changed", _("Texts changed")
    LOST = "lost", _("Taken off")


class TakenOff(TextChoices):
    """Why a release takes a page off a language."""

    # Translators, of each below: why the public no longer sees a page.
    UNSAFE = "unsafe", _("A text may harm by now, and the new one was not read by two people yet.")
    UNREAD = "unread", _("A text was not read by others yet, in this language or in English.")
    REMOVED = "removed", _("The page was removed.")
    NOT_YET = "not_yet", _("The earlier release does not have this page.")
