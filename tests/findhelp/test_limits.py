"""The starter directory, imported whole: each limit that a code of a service states is in words on
its card, page and papers, and each sentence that no code says stands in its own language."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import transaction

from protect import directory
from protect.directory.facts.restrictions import SENTENCE_END, known_sentences
from protect.directory.models import Criterion, Service
from protect.findhelp.answers import cards, limits, sheets
from protect.findhelp.paper import books, leaflets
from protect.findhelp.paper.content import ServiceFacts
from protect.interchange.imports.actions import command
from protect.interchange.imports.files import reader
from protect.matching import explanation
from protect.matching.questions import Match, Person, Question, Reason, build_query
from protect.matching.services import store
from protect.matching.services.rows import ServiceRow
from protect.matching.wording import reason_text
from protect.reference.catalogue import active_language, translation_with_language
from protect.reference.wording import GROUP_NAMES, STATUS_NAMES
from tests.directory.demo import TUESDAY
from tests.findhelp.paper.demo import URL, answers

STARTER = Path(directory.__file__).parent / "data" / "services" / "services.csv"
NAMES = {**STATUS_NAMES, **GROUP_NAMES}
SENTENCES = {  # code of the sentence, by kind and answer of a criterion
    ("tells_police", "yes"): "tells_police",
    ("tells_police", "in_these_cases"): "tells_sometimes",
    ("tells_migration_authority", "yes"): "tells_migration",
    ("guardian_consent", "yes"): "guardian",
}
pytestmark = pytest.mark.django_db


class Shown(NamedTuple):
    """The lines of a service on each page and paper, and what to know before going there."""

    lines: dict[str, str]
    before: dict[str, list[tuple[str, str]]]  # texts and their languages


@pytest.fixture(scope="module")
def rows(django_db_setup, django_db_blocker) -> Iterator[dict[str, ServiceRow]]:
    """Import the starter directory once; return the public services by their id there."""
    with django_db_blocker.unblock(), transaction.atomic():
        command.import_services(
            reader.csv_table(STARTER.read_bytes(), "starter"),
            publish=True,
            dry_run=False,
            at=TUESDAY,
            report_progress=lambda done, total: None,
        )
        ids = dict(Service.objects.values_list("pk", "source_id"))
        yield {ids[row.id]: row for row in store.read(None)}
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=["en", "ar"])
def shown(request, rows) -> tuple[str, dict[str, Shown]]:
    """Return a language, and how each service is shown in it."""
    tag, every = request.param, [*rows.values()]
    matches = [
        explanation.explain(row, build_query(Question(tuple(sorted(row.categories)), TUESDAY)))
        for row in every
    ]
    book = books.build_book(every, books.BookOptions("BE", "", "", tag, URL), TUESDAY)
    entries = {
        entry.key: entry.service
        for chapter in book.chapters
        for town in chapter.towns
        for entry in town.entries
    }
    steps = [
        leaflets.build_pathway(answers(match), "", "", "BE", tag, URL, TUESDAY).steps[0]
        for match in matches  # together, they would leave out what a number says already
    ]
    return tag, {
        source_id: _show(match, step, entries.get(match.row.short), tag)
        for source_id, match, step in zip(rows, matches, steps, strict=True)
    }


def _show(match: Match, step: ServiceFacts, entry: ServiceFacts | None, tag: str) -> Shown:
    """`entry`: None for a programme that answers no need, which no directory prints."""
    card = cards.card_view(match, tag, TUESDAY)
    page = sheets.sheet_view(match.row, tag, TUESDAY)
    small = leaflets.build_card(match.row, tag, URL, TUESDAY).service
    papers = {"poster": step, "printed card": small, **({"directory": entry} if entry else {})}
    lines = {
        "card": "\n".join([card.caution, *(reason.text for reason in card.reasons)]),
        "page": "\n".join([*page.cautions, *(line for fact in page.facts for line in fact.lines)]),
    }
    lines |= {name: _lines_of_paper(facts) for name, facts in papers.items()}
    texts = {"page": page.before, **{name: each.before for name, each in papers.items()}}
    before = {name: [(each.text, each.tag) for each in quoted] for name, quoted in texts.items()}
    return Shown(lines, before)


def _lines_of_paper(facts: ServiceFacts) -> str:
    lines = [*facts.cautions, *facts.reasons, *facts.limits]
    assert len(lines) == len(set(lines))  # nothing is said twice
    return "\n".join(lines)


def expected(criterion: Criterion, tag: str) -> list[str]:
    """Return the words that a criterion of the starter directory must be said in."""
    if criterion.kind == "boys":
        return [reason_text(Reason("sons_to", facts={"age": criterion.maximum}), tag)]
    if criterion.operator == "range":
        end = "+" if criterion.maximum is None else f"–{criterion.maximum}"
        return [f"{criterion.minimum or 0}{end}"]
    if criterion.operator == "answer":
        code = SENTENCES.get((criterion.kind, criterion.answer))
        return [reason_text(Reason(code), tag)] if code else []
    if criterion.kind == "gender":
        return [reason_text(Reason(f"gender_{value}"), tag) for value in criterion.values]
    if criterion.kind == "legal_status" and criterion.values in ([], ["undocumented"]):
        return [reason_text(Reason("legal_everyone"), tag)]
    with active_language(tag):
        return [str(NAMES[value]) for value in criterion.values]


def test_every_limit_of_a_code_is_on_card_page_and_papers(rows, shown):
    tag, views = shown
    services = {row.id: source_id for source_id, row in rows.items()}
    stated = [
        (services[criterion.service_id], words)
        for criterion in Criterion.objects.filter(service__in=services).order_by("pk")
        for words in expected(criterion, tag)
    ]

    missing = [
        (source_id, name, words)
        for source_id, words in stated
        for name, text in views[source_id].lines.items()
        if words not in text
    ]

    assert missing == []
    assert len(stated) > 300


def test_a_sentence_that_codes_do_not_say_wholly_is_in_the_language_of_the_reader(rows, shown):
    tag, views = shown
    texts = dict(Service.objects.exclude(restrictions="").values_list("source_id", "restrictions"))
    whole = set()
    for source_id in texts.keys() & rows.keys():
        known = [*known_sentences(texts[source_id])]
        said = {each.code for each in known if each.is_whole}
        elsewhere = said | {each.code for each in known if each.names_people}
        left = [each for each in SENTENCE_END.split(texts[source_id]) if each not in elsewhere]
        translated = " ".join(translation_with_language(each, tag)[0] for each in left)
        for quoted in views[source_id].before.values():
            assert quoted == ([(translated, tag)] if left else [])
        whole |= {source_id} if said else set()

    assert whole == {"es-006", "gr-303", "hr-301", "it-307", "pl-204"}


@pytest.mark.parametrize(
    ("source_id", "sentence"),
    [
        ("si-301", "For trans people."),
        ("nl-304", "Takes trans people, too."),
        ("pl-201", "Takes trans women, too."),
    ],
)
def test_trans_people_read_on_cards_pages_and_papers_that_a_service_takes_them(
    shown, source_id, sentence
):
    tag, views = shown
    translated, language = translation_with_language(sentence, tag)

    assert language == tag
    assert all(translated in text for text in views[source_id].lines.values())
    assert translated in views[source_id].lines["card"].splitlines()[:2]
    quoted = [text for quotes in views[source_id].before.values() for text, _tag in quotes]
    assert not any(translated in text for text in quoted)


@pytest.mark.parametrize(("source_id", "is_asked"), [("pl-201", False), ("pl-006", True)])
def test_an_lgbtqi_person_does_not_ask_a_service_for_women_that_names_trans_women(
    rows, source_id, is_asked
):
    person = Person(gender="f", groups=frozenset({"lgbtqi"}))

    assert limits.has_to_ask_about_gender(rows[source_id], person) is is_asked


@pytest.mark.parametrize(
    ("source_id", "code"),
    [
        ("es-006", "tells_police"),
        ("hr-301", "tells_police"),
        ("pl-204", "violence_programme"),
        ("bg-015", "violence_programme"),
        ("nl-212", "violence_programme"),
        ("si-006", "guardian"),
    ],
)
def test_sentences_are_in_the_language_of_the_reader(shown, source_id, code):
    tag, views = shown

    assert {
        name: reason_text(Reason(code), tag) in text
        for name, text in views[source_id].lines.items()
    } == dict.fromkeys(views[source_id].lines, True)
