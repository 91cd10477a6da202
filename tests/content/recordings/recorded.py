"""A recording of a text, also without ffmpeg."""

from protect.content.enums import RecordingOrigin
from protect.content.models import Page, Recording
from protect.content.recordings import actions
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from protect.orgs.scope import Scope
from protect.uploads.parser_process import ParserAnswer
from tests.content.editing import segment, texts_of

MADE = ParserAnswer({"seconds": 4, "opus_bytes": 5}, b"Opus!MP3")


def make_recording(scope: Scope, made: ParserAnswer = MADE) -> Recording:
    """Store a recording of the first text of the page for men, in French."""
    page = Page.objects.get(code="men")
    text = texts_of(page).text_in(segment(page), "fr")
    digest, origin = text_digest(text.text), RecordingOrigin.HUMAN
    return actions.save_recording(scope, page, "fr", "lead", digest, origin, made, at=clock.now())
