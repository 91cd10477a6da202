"""Demo data: a first release of the pages about rights and of the programme's site, in each
language that has drafts."""

from datetime import datetime

from protect.audit.context import AuditContext
from protect.content.drafts.page_files import SOURCE_TAG, load_translations
from protect.content.releases import actions
from protect.reference import vocabulary


def release_rights_pages(*, at: datetime) -> dict[str, int]:
    """Release the pages in every language of the demonstration. What a language does not have yet
    is shown in the language that replaces it. Errors: match_key_missing."""
    tags = [SOURCE_TAG, *load_translations(), *vocabulary.published_languages("demo")]
    audit = AuditContext(at=at, actor=None, organisation=None)
    return {"releases": len(actions.release_languages(dict.fromkeys(tags), audit))}
