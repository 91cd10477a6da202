"""What papers of coordination share: their language, and what the demonstration says of itself."""

from typing import Any

from django.conf import settings
from django.utils import translation

from protect.reference import vocabulary
from protect.trainings.documents.paper import wording
from protect.ui import press

ENGLISH = "en"


def paper_language(tag: str) -> press.PaperLanguage:
    language = vocabulary.languages()[tag]
    return press.PaperLanguage.of(tag, language.direction, language.script)


def paper_frame(tag: str) -> dict[str, Any]:
    """Return the values that each template reads, for a paper in a language."""
    with translation.override(tag if tag in settings.DESK_LANGUAGES else ENGLISH):
        return {
            "writing": paper_language(tag),
            "banner": press.bilingual(wording.DEMONSTRATION) if settings.IS_DEMO else (),
        }
