"""Demo data: a first release of the pages about rights and of the programme's site, in each
language that has drafts, and a person who reads one of them."""

from datetime import datetime

from protect.audit.context import AuditContext
from protect.content.drafts.page_files import SOURCE_TAG, load_translations
from protect.content.enums import ReaderLevel
from protect.content.models import LanguageSkill
from protect.content.releases import actions
from protect.orgs.models import User
from protect.reference import vocabulary


def release_rights_pages(*, at: datetime) -> dict[str, int]:
    """Release the pages in every language of the demonstration. What a language does not have yet
    is shown in the language that replaces it. Errors: match_key_missing."""
    tags = [SOURCE_TAG, *load_translations(), *vocabulary.published_languages("demo")]
    audit = AuditContext(at=at, actor=None, organisation=None)
    return {"releases": len(actions.release_languages(dict.fromkeys(tags), audit))}


def record_readers(*, at: datetime) -> dict[str, int]:
    """Record as a coordinator that a translator reads Arabic like a first language, once."""
    coordinator, translator = (
        User.objects.get(email=f"{name}@demo.example") for name in ("hajna", "tiba")
    )
    before = LanguageSkill.objects.filter(person=translator, language="ar").first()
    if before and before.is_sealed():
        return {"readers": 0}
    row = before or LanguageSkill(person=translator, language_id="ar")
    row.level, row.recorded_by, row.recorded_at = ReaderLevel.NATIVE, coordinator, at
    row.sealed().save()
    return {"readers": 1}
