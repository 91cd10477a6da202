"""The page for a person who helps someone, as blocks for the booklet and the offline file."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from protect.content.enums import ReferenceKind, SegmentKind
from protect.findhelp.answers import country_lines
from protect.findhelp.answers.country_pages import block_of, items_of, say
from protect.findhelp.answers.emergency import emergency_of
from protect.findhelp.answers.page_blocks import Block, BlockPage

# Sentences of `helper.html`.
TITLE = _("I am helping someone")
# Translators: to a person, such as a neighbour, who thinks that someone is being hurt; {number} is
# the emergency number.
IF_VIOLENCE = _("If you hear or see violence now, call {number}.")
FIRST = (
    # Translators: after "If you hear or see violence now …"; ask the person who is hurt.
    _("Otherwise, ask first: the person decides. If the person says no, accept it."),
    # Translators: how to begin: the person who hurts must find nothing in writing.
    _("Speak only when you two are alone. Leave no message and no paper."),
)
# Translators: heading over sentences to say to a person who was hurt.
SAY_HEADING = _("What to say")
SAY = (
    # Translators, of each below: said to a person who was hurt.
    _("“I believe you.”"),
    _("“It is not your fault.”"),
    _("“What do you need now? You decide.”"),
    _("“You do not have to tell me what happened.”"),
)
# Translators: heading over things that a helper must not do.
AVOID_HEADING = _("What not to do")
AVOID = (
    # Translators, of each below: advice to a helper.
    _("Do not ask for details or proof. Do not ask “why”."),
    _("Do not promise what only others can do."),
    _("Never let family, children or neighbours interpret."),
    # Translators: advice to a helper; some, such as teachers and nurses, must take notes or report.
    _(
        "Unless the rules of your work ask for it, write nothing down, take no pictures and do not "
        "tell others."
    ),
    # Translators: advice to a helper; "their" is the person who did it.
    _("Do not speak with the person who did it, and do not go to their home."),
)
# Translators: heading for a nurse, teacher or social worker: does the law ask to tell the police?
REPORT_HEADING = _("Must you report it?")
# Translators: last advice to a helper; a link to telephone lines follows.
HELPLINES = _(
    "Helplines also advise people who help. Ask them what to do, or talk about how you feel."
)


def helper_page(country: str, tag: str, today: date) -> BlockPage:
    """Return the page for a person who helps someone in a country, in a language."""
    number = emergency_of(country).number
    blocks = (
        block_of(SegmentKind.CALL, IF_VIOLENCE, tag, number),
        items_of(FIRST, tag),
        block_of(SegmentKind.HEADING, SAY_HEADING, tag),
        items_of(SAY, tag),
        Block(ReferenceKind.PAGE, codes=("first-hours",)),
        block_of(SegmentKind.HEADING, AVOID_HEADING, tag),
        items_of(AVOID, tag),
        block_of(SegmentKind.HEADING, REPORT_HEADING, tag),
        Block(ReferenceKind.FACTS, lines=country_lines.lines_about_reporting(country, today)),
        block_of(SegmentKind.PARAGRAPH, HELPLINES, tag),
        Block(ReferenceKind.NEED, codes=("talk",)),
    )
    return BlockPage("helper", say(TITLE, tag), blocks)
