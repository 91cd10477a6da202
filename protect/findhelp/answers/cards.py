"""The answers as cards: phone numbers, reasons, and one caution for all services."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from protect.directory.enums import Cost, Fact, Freshness, Mode, PhoneKind
from protect.findhelp.answers import (
    calls,
    contacts,
    gaps,
    limits,
    names,
    order,
    places,
    topics,
    weeks,
)
from protect.findhelp.answers.contacts import NumberView, number_views
from protect.findhelp.answers.names import NameView
from protect.findhelp.answers.sentences import freshness_text, reason_text
from protect.matching.questions import Answers, Fit, Match, Person, Question, Reason, freshness_at
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary

MAX_REASONS = 3  # of a service on a page of answers, beside what it costs
MAX_NATIONAL = 3  # lines for the whole country that are not folded
SHARED_CAUTIONS = {"tells_unknown"}  # cautions that are shown once for all services
EVERYONE_CODE = "gender_everyone"  # reason: a service for all
GENDER_CODES = {"gender_f", "gender_m"}  # reasons: a service for one gender
FOOTER_CODES = {"phone_unknown"}  # the foot of the card says how fresh the number is
# In counts of services that are not shown: one line cannot name the documents of many services.
CODE_FOR_COUNT = {"documents_no": "legal_no"}
UNSURE_CODES = {"language_unlisted"}  # like codes that end with _unknown
OLD_STATES = (Freshness.OVERDUE, Freshness.EXPIRED, Freshness.DISPUTED)  # with date of check
UNKNOWN_PERSON = Person()
FREE = Reason("cost_free")


class ReasonView(NamedTuple):
    """One reason in words. `mark`: yes, no, ask or info."""

    text: str
    mark: str

    @property
    def icon(self) -> str:
        return {"yes": "check", "no": "close"}.get(self.mark, self.mark)


class CardView(NamedTuple):
    """A service on a page of the public site, in words. The printed card is `content.Card`."""

    code: str
    heading: str  # what it is, for whom it is made, and its town, in the reader's language
    kinds: str  # its country if asked for, and what else it does; may be ""
    names: tuple[NameView, ...]  # of the service and its organisation
    where: str  # its distance, or the coarse area around it; never repeated as a reason
    language_window: str  # when the visitor's language is spoken, if not now; else ""
    now: str  # its opening state
    week: str  # if it is closed now, or read at any hour: the hours of an ordinary week; else ""
    is_open: bool  # never if it does not meet a condition: it is open, but not for the visitor
    numbers: tuple[NumberView, ...]
    links: tuple[NumberView, ...]  # contacts that are no numbers
    address: str  # if the visitor needs care, or there is no number, or only the place has a state
    place_now: str  # opening state of this address alone; ""
    reasons: tuple[ReasonView, ...]
    asks: str  # what the visitor has to ask, in one line; ""
    caution: str  # its own; "" without one or if ResultsView.caution says it
    failing: str  # the condition that a near miss does not meet; else ""
    fits: bool  # whether checked facts confirm that it suits the visitor
    fresh: str  # when and how its number was last checked
    has_phone: bool = True  # whether a number is known, also one that is not shown
    is_first_more: bool = False  # whether it is the first new card after "Show more"


class ResultsView(NamedTuple):
    answers: list[CardView]
    speaker: list[CardView]  # at most one, of any kind, that speaks the visitor's language
    near_misses: list[CardView]
    national: list[CardView]  # one for each purpose
    other_national: list[CardView]
    farther: list[CardView]  # beyond reach
    last_resorts: list[CardView]  # the police
    removed: list[tuple[str, int]]  # reason, number of services not shown
    caution: str  # one of SHARED_CAUTIONS, shown once above all answers; or ""
    has_more: bool  # whether more services within reach answer the question

    @property
    def has_national_numbers(self) -> bool:
        """Return whether one of the services for the whole country can be called."""
        return any(card.numbers for card in self.national)


def build_results(answers: Answers, question: Question, tag: str, step_size: int) -> ResultsView:
    """Return the answers as cards, at most as many within reach as the question asks for.
    `step_size`: number of answers that “Show more” adds."""
    near = tuple(order.without_repeats(answers.within_reach, question, tag, []))
    others = answers.answers[len(answers.within_reach) :]
    near, unlikely = ((), near) if _are_all_for_others(near, question) else (near, ())
    within_reach = near[: question.limit]
    last_resorts = [
        match for match in (*others, *answers.national) if _is_last_resort(match, question)
    ]
    lines = [line for line in answers.national if not _is_last_resort(line, question)]
    national, other_national = _arrange_lines(lines, question, len(within_reach))
    speaker = gaps.find_speaker((*within_reach, *national), other_national, question)
    shown: list[order.Shown] = []
    states = calls.states_by_number(
        (*within_reach, *unlikely, *lines, *answers.near_misses, *others)
    )

    def cards_of(matches: Iterable[Match]) -> list[CardView]:
        new = order.without_repeats(matches, question, tag, shown)
        return [card_for(match, question, tag, states) for match in new]

    cards = cards_of(within_reach)
    newest = question.limit - step_size
    if 0 < newest < len(cards):
        cards[newest] = cards[newest]._replace(is_first_more=True)
    return ResultsView(
        answers=cards,
        speaker=cards_of([speaker] if speaker else []),
        national=cards_of(national),
        other_national=cards_of(other_national),
        near_misses=cards_of((*unlikely, *answers.near_misses)),
        farther=cards_of(match for match in others if not _is_last_resort(match, question)),
        last_resorts=cards_of(last_resorts),
        removed=_removed_counts(answers, tag),
        caution=_shared_caution(answers, tag),
        has_more=len(near) > question.limit,
    )


def _arrange_lines(
    lines: Sequence[Match], question: Question, answer_count: int
) -> tuple[list[Match], list[Match]]:
    """Return the national lines that are shown, and the others, which are folded."""
    is_enough = answer_count >= MAX_NATIONAL  # else lines for other needs may help, too
    lines = sorted(lines, key=lambda line: limits.audience_rank(line.row, question))
    for_visitor = [line for line in lines if not limits.is_for_others(line.row, question)]
    if question.wishes.cannot_speak:  # the page then rather says that no service answers
        for_visitor = [
            line
            for line in for_visitor
            if not limits.is_limited_to_unstated_papers(line.row, question)
        ]
        is_age_unknown = question.person.age is None  # the visitor may be a child
        if not for_visitor and not answer_count and is_age_unknown:
            for_visitor = [line for line in lines if limits.is_made_for_children(line.row)][:1]
    else:
        for_visitor = for_visitor or ([] if answer_count else lines)
    wanted = order.wanted_categories(question) if is_enough else frozenset[str]()
    answering = [line for line in for_visitor if _is_line_for_visitor(line, wanted, question)]
    national, others = _split_by_purpose(answering)
    other_national = [*others, *(line for line in for_visitor if line not in answering)]
    shown = {line.row.id for line in for_visitor}
    return national, [*other_national, *(line for line in lines if line.row.id not in shown)]


def card_for(
    answer: Match, question: Question, tag: str, states: calls.StateByNumber | None = None
) -> CardView:
    """Return an answer to a question as a card. The heading depends on the needs; for a need of
    care, the address stands beside the number. `states`: of the numbers of other entries on the
    page."""
    return card_view(
        answer,
        tag,
        question.at,
        name_country=question.where is None,
        wanted=order.wanted_categories(question),
        person=question.person,
        states=states,
    )


def _are_all_for_others(answers: Sequence[Match], question: Question) -> bool:
    """Return whether each answer is made for people that the visitor did not name, and is of a
    kind that a need puts behind others, such as a shelter for trafficked people. For a
    visitor who cannot speak, `silence` has moved these."""
    if question.wishes.cannot_speak:
        return False
    later = {code for need in question.needs for code in vocabulary.needs()[need].later}
    return bool(answers) and all(
        limits.is_for_others(answer.row, question) and not later.isdisjoint(answer.row.categories)
        for answer in answers
    )


def _is_last_resort(match: Match, question: Question) -> bool:
    """Return whether a service answers the needs only by what is their last resort."""
    needs = [vocabulary.needs()[code] for code in question.needs]
    answering = match.row.categories & order.wanted_categories(question)
    last = {category for need in needs for category in need.last}
    return bool(answering) and answering <= last


def _is_line_for_visitor(line: Match, wanted: frozenset[str], question: Question) -> bool:
    """Return whether a line has a wanted category, or is made for people like the visitor.
    `wanted`: categories; empty: any."""
    is_wanted = not wanted or not wanted.isdisjoint(line.row.categories)
    return is_wanted or limits.audience_rank(line.row, question) == 0


def _split_by_purpose(lines: Iterable[Match]) -> tuple[list[Match], list[Match]]:
    """Return the first line of each purpose, MAX_NATIONAL at most, and the others, in order."""
    shown: dict[tuple[str, frozenset[str]], Match] = {}  # one for each purpose
    others = []
    for line in lines:
        purpose = line.row.country, line.row.categories - names.CATEGORIES_WITHOUT_PURPOSE
        if purpose in shown or len(shown) == MAX_NATIONAL:
            others.append(line)
        else:
            shown[purpose] = line
    return [*shown.values()], others


def card_view(  # noqa: PLR0913 - the answer, the reader, and what else is on the page
    answer: Match,
    tag: str,
    at: datetime,
    *,
    name_country: bool = False,
    wanted: frozenset[str] = frozenset(),
    person: Person = UNKNOWN_PERSON,
    states: calls.StateByNumber | None = None,
) -> CardView:
    """Return an answer as a card of a page. `name_country`: name its country; `wanted`: categories
    that the visitor needs; `person`: the visitor; `states`: of the numbers on the page."""
    row = answer.row
    opening = calls.states_of(answer, states or {})
    to_ask = calls.correct_hours_to_ask(topics.reasons_to_ask(answer, person.legal_status), opening)
    reasons = _listed_reasons(answer, to_ask, person)
    phones = [contact for contact in answer.contacts if contact.kind in contacts.PHONE_KINDS]
    caution = _own_caution(answer, tag)
    return CardView(
        code=row.short,
        heading=places.heading_text(row, tag, wanted),
        kinds=places.kinds_text(row, tag, wanted, name_country=name_country),
        names=names.name_views(row, tag),
        where=places.location_text(answer, tag),
        language_window=weeks.language_window_text(answer, tag, at),
        now=_service_state_text(opening.service, answer, tag),
        week=weeks.card_week_text(opening.service, answer, tag, at),
        is_open=calls.is_open(answer, opening) and answer.failing is None,
        numbers=tuple(number_views(phones, row.country, tag, _number_notes(row, opening, tag))),
        links=_link_views(answer, tag),
        address=_address_text(row, wanted, is_called=bool(phones) and not opening.place),
        place_now=_state_text(opening.place, row, tag),
        reasons=_with_limits(_reason_views(reasons, row, tag), row, tag, caution),
        asks=topics.asks_text(to_ask, tag),
        caution=caution,
        failing=reason_text(answer.failing, tag) if answer.failing else "",
        fits=answer.verdict is Fit.FITS,
        fresh=last_check_text(row, Fact.PHONE, tag, at),
        has_phone=bool(row.phones),
    )


def _address_text(row: ServiceRow, wanted: frozenset[str], *, is_called: bool) -> str:
    """Return the address of a service if it cannot be called, or if the visitor needs the care of a
    centre; else ""."""
    is_centre = names.CENTRE in row.categories & wanted
    return "" if is_called and not is_centre else places.public_address(row)


def _service_state_text(state: Reason | None, answer: Match, tag: str) -> str:
    """Return the opening state in words, after the name of the way of writing that it is about."""
    mode = contacts.name_of_mode(answer, tag) if state else ""
    return " · ".join(filter(None, (mode, _state_text(state, answer.row, tag))))


def _link_views(answer: Match, tag: str) -> tuple[NumberView, ...]:
    links = (contact for contact in answer.contacts if contact.kind not in contacts.PHONE_KINDS)
    return tuple(contacts.link_views(links, tag, has_chat=Mode.CHAT in answer.row.written_modes))


def _state_text(state: Reason | None, row: ServiceRow, tag: str) -> str:
    """Return an opening state in words; "" for None."""
    return _add_check_date(reason_text(state, tag), state, row, tag) if state else ""


def _number_notes(row: ServiceRow, opening: calls.States, tag: str) -> dict[str, str]:
    """Return the notes beside numbers: the state of the first one, that a number is for
    appointments, or the word with which a message has to begin."""
    voice = [phone.number for phone in row.phones if phone.kind == PhoneKind.VOICE]
    notes = {number: _state_text(opening.number, row, tag) for number in voice[:1]}
    appointment = reason_text(Reason("by_appointment"), tag)
    notes |= dict.fromkeys(calls.appointment_numbers(row), appointment)
    notes |= calls.message_start_words(row)
    for phone in row.phones:
        if phone.cost == Cost.FREE:
            texts = (notes.get(phone.number), reason_text(FREE, tag))
            notes[phone.number] = " · ".join(filter(None, texts))
    return notes


def _listed_reasons(answer: Match, to_ask: Sequence[Reason], person: Person) -> list[Reason]:
    """Return the reasons for the list of a card: none that another line of the card says or
    contradicts, and none about visits to a service that cannot be visited."""
    hidden = {
        *calls.OPENING_CODES,
        *FOOTER_CODES,
        *places.DISTANCE_CODES,
        *topics.ASKED_TOPICS,
        topics.LANGUAGE_WINDOW_CODE,
    }
    asks_people = limits.has_to_ask_about_gender(answer.row, person)
    if asks_people:
        hidden |= GENDER_CODES
    if asks_people or topics.has_to_ask_whether_taken(to_ask):
        hidden |= topics.SITUATION_CODES
    if any(reason.code in topics.SPOKEN_CODES for reason in answer.reasons):
        hidden |= UNSURE_CODES
    if not topics.may_be_visited(answer.row):
        hidden |= topics.VISIT_CODES
    listed = [reason for reason in answer.reasons if reason.code not in hidden]
    if asks_people:
        return [Reason("gender_unknown"), *listed]
    return [Reason(EVERYONE_CODE), *listed] if limits.takes_group(answer.row, person) else listed


def last_check_text(row: ServiceRow, fact: Fact, tag: str, at: datetime) -> str:
    """Return when and how a fact was last checked, or that it never was."""
    return freshness_text(freshness_at(row, fact, at), tag, row.last_checks.get(fact))


def _with_limits(
    reasons: Iterable[ReasonView], row: ServiceRow, tag: str, caution: str
) -> tuple[ReasonView, ...]:
    """Return the reasons, and each limit that neither they nor the caution state."""
    views = {view.text: view for view in reasons}
    texts, others = limits.texts_beside_limits(row, tag, [*views], {caution})
    shown = limits.sort_admissions_first((*texts, *others), row, tag)
    return tuple(views.get(text, ReasonView(text, "info")) for text in shown)


def _own_caution(answer: Match, tag: str) -> str:
    """Return the caution in words; "" without one, or if it is shown once above all answers."""
    caution = (
        answer.caution if answer.caution and answer.caution.code not in SHARED_CAUTIONS else None
    )
    return reason_text(caution, tag) if caution else ""


def _shared_caution(answers: Answers, tag: str) -> str:
    """Return the shared caution if any answer has it. On each card, it would hide other
    cautions."""
    shown = (*answers.answers, *answers.near_misses, *answers.national)
    codes = {answer.caution.code for answer in shown if answer.caution} & SHARED_CAUTIONS
    return reason_text(Reason(codes.pop()), tag) if codes else ""


def reason_mark(code: str) -> str:
    """Return the mark of a reason: "yes" in favour, "no" against, "ask" if it is not certain."""
    if code.endswith("_unknown") or "_ask_" in code or code in UNSURE_CODES:
        return "ask"
    return "no" if code.endswith("_no") or code == "acceptance_others_first" else "yes"


def _reason_views(reasons: Iterable[Reason], row: ServiceRow, tag: str) -> Iterator[ReasonView]:
    sentences: dict[str, Reason] = {}
    for reason in reasons:
        sentences.setdefault(reason_text(reason, tag), reason)
    first = dict(islice(sentences.items(), MAX_REASONS))
    costs = {text: reason for text, reason in sentences.items() if reason.fact is Fact.COST}
    for text, reason in (first | costs).items():
        mark = "ask" if reason.freshness in OLD_STATES else reason_mark(reason.code)
        yield ReasonView(_add_check_date(text, reason, row, tag), mark)


def _add_check_date(text: str, reason: Reason, row: ServiceRow, tag: str) -> str:
    """Add when a reason's fact was last checked to its text, if that check is old."""
    if reason.fact is None or reason.freshness not in OLD_STATES:
        return text
    check_text = freshness_text(reason.freshness, tag, row.last_checks.get(reason.fact))
    return f"{text} · {check_text}"


def _removed_counts(answers: Answers, tag: str) -> list[tuple[str, int]]:
    """Return reasons in words and how many services they removed, the most first; services that
    nearly fit are shown."""
    shown = Counter(match.failing.code for match in answers.near_misses if match.failing)
    counts: Counter[str] = Counter()
    for code, count in answers.counts_by_reason.items():
        counts[reason_text(Reason(CODE_FOR_COUNT.get(code, code)), tag)] += count - shown[code]
    return (+counts).most_common()
