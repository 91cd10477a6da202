"""The pages “If it just happened” and “Police” of a country as blocks, for readers who have the
booklet or the offline file. The public site shows more on them: what depends on the visitor."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.content.enums import ReferenceKind, SegmentKind
from protect.findhelp.answers import country_lines, emergency, first_hours
from protect.findhelp.answers.first_hours import FirstHours
from protect.findhelp.answers.page_blocks import Block, BlockPage, Number, Passage
from protect.reference import catalogue, formats, vocabulary

FIRST_HOURS_TITLE = _("If it just happened")
POLICE_TITLE = _("Police")
# Translators: heading over facts of the country whose name stands above.
IN_THIS_COUNTRY = _("In this country")
NOT_CHECKED = _("Not checked yet")
NEEDS_BEFORE_POLICE = ("talk", "law-papers")  # of a person who thinks about going to the police
# Sentences of `first_hours.html` and of its parts.
# Translators: advice after sexual violence; "centre" is one for people who were hurt so.
NO_CENTRE_KNOWN = _(
    "If you know of no centre near you, go to the emergency department of a hospital."
)
URGENT = (
    first_hours.GO_NOW,
    NO_CENTRE_KNOWN,
    first_hours.ANY_TIME,
    first_hours.NO_TO_EXAMINATION,
)
# Translators: heading over four dangers; {number} is the emergency number.
DANGERS_HEADING = _("Go to a hospital or call {number} at once if:")
DANGERS = (
    # Translators: a danger, said to the reader.
    _("You are bleeding a lot, or you are in strong pain"),
    # Translators: a danger: strangled or choked.
    _("Your neck was pressed, even if you feel well now"),
    # Translators: a danger, said to the reader.
    _("You are pregnant"),
    # Translators: a danger: the hurt person is a small child.
    _("It is about a small child"),
)
# Translators: heading over three treatments that have a time limit.
LIMITS_HEADING = _("What helps only for a while")
# Translators: below the line about medicine against HIV; {hours} is a number.
AFTER_HIV = _(
    "If more than {hours} hours have passed, go all the same. Ask a doctor what still helps."
)
# Translators: evidence: traces that can prove what happened; {hours} is a number.
EXAMINATION = _(
    "An examination for evidence: best within {hours} hours. You can be treated without it."
)
# Translators: heading: what to do before the examination.
EXAMINATION_HEADING = _("Until an examination")
BEFORE_EXAMINATION = (
    # Translators: advice; it is no condition for care.
    _("If you can, do not wash and do not change your clothes. If you did, go all the same."),
    # Translators: clothes worn when it happened.
    _("Put clothes in a paper bag, not in plastic."),
)


def first_hours_page(country: str, tag: str, today: date) -> BlockPage:
    """Return the page “If it just happened” of a country in a language. Errors: DataError."""
    known = first_hours.first_hours(country, today)
    number = emergency.emergency_of(country).number
    urgent = [need.code for need in vocabulary.needs().values() if need.first_hours]
    blocks = (
        items_of(URGENT, tag),
        block_of(SegmentKind.HEADING, DANGERS_HEADING, tag, number),
        items_of(DANGERS, tag),
        *_limits(known, tag),
        Block(ReferenceKind.NEED, codes=tuple(urgent)),
        block_of(SegmentKind.HEADING, EXAMINATION_HEADING, tag),
        items_of(BEFORE_EXAMINATION, tag),
        block_of(SegmentKind.HEADING, IN_THIS_COUNTRY, tag),
        Block(ReferenceKind.FACTS, lines=known.lines),
    )
    limits = (known.hiv, known.contraception, known.examination)
    sources = tuple(limit.source for limit in limits)
    return BlockPage("first-hours", say(FIRST_HOURS_TITLE, tag), blocks, sources)


def _limits(known: FirstHours, tag: str) -> Iterator[Block]:
    """Yield the treatments that help only for a while, marked together if one is not confirmed."""
    limits = (known.hiv, known.contraception, known.examination)
    is_sure = all(limit.is_confirmed for limit in limits)
    yield block_of(SegmentKind.HEADING, LIMITS_HEADING, tag)
    passages = (
        say(first_hours.HIV, tag, known.hiv.hours),
        say(AFTER_HIV, tag, known.hiv.hours),
        say(first_hours.PILL, tag, known.contraception.hours),
        say(EXAMINATION, tag, known.examination.hours),
    )
    yield Block(SegmentKind.ITEM, passages, note=None if is_sure else say(NOT_CHECKED, tag))


def police_page(country: str, tag: str, today: date) -> BlockPage:
    """Return the page about the police of a country in a language."""
    notes = [say(note, tag) for note in emergency.caller_notes(tag, country)]
    number = Number(emergency.emergency_of(country).number)
    texts = " ".join(str(part) for note in notes for part in note.parts)
    warning = Passage((number, f"{formats.colon_after('', tag)} {texts}"), notes[0].tag)
    blocks = (
        Block(SegmentKind.PARAGRAPH, (warning,)),
        Block(ReferenceKind.NEED, codes=NEEDS_BEFORE_POLICE),
        block_of(SegmentKind.HEADING, IN_THIS_COUNTRY, tag),
        Block(ReferenceKind.FACTS, lines=country_lines.lines_about_police(country, today)),
    )
    return BlockPage("police", say(POLICE_TITLE, tag), blocks)


def say(text: Promise | str, tag: str, number: object = "") -> Passage:
    """Return a public text in a language, with a number in place of its one {placeholder}."""
    said, language = catalogue.translation_with_language(text, tag)
    before, brace, rest = said.partition("{")
    if not brace:
        return Passage((said,), language)
    parts = (before, Number(str(number)), rest.partition("}")[2])
    return Passage(tuple(part for part in parts if part), language)


def block_of(kind: SegmentKind, text: Promise, tag: str, number: object = "") -> Block:
    """Return a public text as a block of a kind; `number` as in `say`."""
    return Block(kind, passages=(say(text, tag, number),))


def items_of(texts: Iterable[Promise], tag: str) -> Block:
    """Return public texts as a list."""
    return Block(SegmentKind.ITEM, passages=tuple(say(text, tag) for text in texts))
