"""Whom a service accepts and what it passes on, in words: the limits that its codes state."""

import re
from collections.abc import Collection, Iterator, Sequence

from protect.directory.enums import Answer, CriterionKind, CriterionOperator
from protect.findhelp.answers.sentences import reason_text
from protect.findhelp.forms import AGE
from protect.kernel.text import plain_isolated_number
from protect.matching.questions import (
    ADULT_AGE,
    FOR_SURVIVORS,
    Question,
    Reason,
    is_for_children,
)
from protect.matching.services.rows import Condition, ServiceRow
from protect.reference import vocabulary
from protect.reference.catalogue import active_language
from protect.reference.wording import GROUP_NAMES

TAKES_EVERYONE = ("acceptance_everyone", "gender_everyone")  # codes of reasons
CATEGORIES_OF_CHILDREN = frozenset({"child-protection", "missing-children"})
# Kinds of services that are made for some people: always named, because others call in vain.
CATEGORIES_OF_PEOPLE = CATEGORIES_OF_CHILDREN | {
    *("lgbtqi", "men", "disability", "trafficking", "fgm", "forced-marriage"),
}
FOR_OTHERS = 2  # see audience_rank
GENDER_OF_WORD = {"women": "f", "men": "m"}  # in the audience of a service
EVERYONE = "everyone"  # in the audience of a service
AUDIENCE_STATED = frozenset({*GENDER_OF_WORD, EVERYONE})
CHILDREN_OF_WORD = {"girls": "f", "boys": "m"}  # in the audience of a service, by gender
# Groups and legal statuses, by the word for them in the audience of a service.
GROUP_OF_WORD = {**{code: code for code in GROUP_NAMES}, "refugees": "refugee"}
GROUP_OF_WORD |= {"asylum-seekers": "asylum_seeker"}
AUDIENCE_WORDS = {*AUDIENCE_STATED, *CHILDREN_OF_WORD, *GROUP_OF_WORD}
AUDIENCE_SEPARATOR = re.compile(r"\s*[;,]\s*")
FOR_PEOPLE = {CriterionOperator.ONLY, CriterionOperator.FIRST, CriterionOperator.SPECIALISED}
STATING = {*FOR_PEOPLE, CriterionOperator.ALL}
UNDOCUMENTED = "undocumented"  # code of the legal status without papers
AGES_OF_MINORS = "0–17"  # years
REPORTS = {  # by kind: code of the caution of a service that always tells this authority
    CriterionKind.TELLS_POLICE: "tells_police",
    CriterionKind.TELLS_MIGRATION: "tells_migration",
}


def accepts_all_statuses(row: ServiceRow) -> bool:
    """Return whether a service says that it helps people with and without papers."""
    return any(reason.code == "legal_everyone" for reason in _paper_limits(row))


def audience_rank(row: ServiceRow, question: Question) -> int:
    """Return 0 for a service that is made for people like the person, FOR_OTHERS if it is made for
    others, such as children; 1 for a service for all, or for people hurt by violence."""
    person = question.person
    hers = {"men"} if person.gender == "m" else set()
    hers |= person.groups or frozenset()
    is_minor = person.age is not None and person.age < ADULT_AGE
    if person.children or is_minor or is_for_children(question):
        hers |= CATEGORIES_OF_CHILDREN
    named = row.categories & CATEGORIES_OF_PEOPLE | _groups(row)
    if named & hers:
        return 0
    return FOR_OTHERS if named and FOR_SURVIVORS not in row.categories else 1


def is_for_others(row: ServiceRow, question: Question) -> bool:
    """Return whether a service is made for people unlike the person, such as children."""
    return audience_rank(row, question) == FOR_OTHERS


def _groups(row: ServiceRow) -> frozenset[str]:
    """Return the groups for which a service says that it is."""
    groups = [each for each in _stated(row, CriterionKind.GROUP) if each.operator in FOR_PEOPLE]
    return frozenset[str]().union(*(each.values for each in groups))


def made_for(row: ServiceRow) -> frozenset[str]:
    """Return the categories of people for whom a service is made: of one that is for survivors of
    violence, only those to which it says that it is limited."""
    people = row.categories & CATEGORIES_OF_PEOPLE
    if FOR_SURVIVORS in row.categories:
        people &= _groups(row)
    return people


def states_people(row: ServiceRow) -> bool:
    """Return whether a service states which genders or groups it takes."""
    conditions = (*_stated(row, CriterionKind.GENDER), *_stated(row, CriterionKind.GROUP))
    operators = {condition.operator for condition in conditions}
    return not operators.isdisjoint(STATING) or not _audience(row).isdisjoint(AUDIENCE_STATED)


def texts_beside_limits(
    row: ServiceRow, tag: str, texts: Sequence[str], cautions: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts about a service that its limits do not contradict, and the limits that
    neither these nor the cautions say."""
    limits = tuple(limit_texts(row, tag, cautions))
    if set(limits) - {reason_text(Reason("legal_everyone"), tag)}:
        everyone = {reason_text(Reason(code), tag) for code in TAKES_EVERYONE}
        texts = [text for text in texts if text not in everyone]
    return tuple(texts), tuple(text for text in limits if text not in texts)


def limit_texts(row: ServiceRow, tag: str, said: Collection[str] = ()) -> Iterator[str]:
    """Yield each limit once, in words: gender, ages, children, groups, papers, documents, and what
    the authorities are told. Visitors read it whether or not they said who they are, so that they
    know before they call or go. `said`: texts that stand beside it, such as cautions."""
    texts = [
        *(reason_text(reason, tag) for reason in _gender_limits(row)),
        *_age_limits(row, tag),
        *_guardian_limits(row, tag, said),
        *(reason_text(reason, tag) for reason in _child_limits(row)),
        *(reason_text(reason, tag) for reason in _group_limits(row)),
        *(reason_text(reason, tag) for reason in _paper_limits(row)),
        *(reason_text(reason, tag) for reason in _disclosures(row)),
    ]
    yield from (text for text in dict.fromkeys(texts) if text not in said)


def audience_texts(row: ServiceRow, tag: str, words: Collection[str]) -> Iterator[str]:
    """Yield what AUDIENCE_WORDS say of a service: groups, genders and children."""
    is_for_all = EVERYONE in words
    adults = {gender for word, gender in GENDER_OF_WORD.items() if word in words and not is_for_all}
    children = {gender for word, gender in CHILDREN_OF_WORD.items() if word in words}
    # Women and girls are named together, but women, girls and boys are women with their children.
    is_together = not is_for_all and (len(children) == 1 or len(adults) > 1)
    whole = children & (adults or children) if is_together else set()
    groups = [GROUP_OF_WORD[word] for word in words if word in GROUP_OF_WORD]
    if accepts_all_statuses(row):
        groups = [code for code in groups if code in GROUP_NAMES]
    if named := [*sorted(whole), *groups]:
        yield reason_text(Reason("acceptance_specialised", facts={"group": ",".join(named)}), tag)
    elif is_for_all:
        yield reason_text(Reason("gender_everyone"), tag)
    yield from (reason_text(Reason(f"gender_{each}"), tag) for each in sorted(adults - whole))
    if children and not adults and not is_for_all:
        if not _stated(row, CriterionKind.AGE):
            yield f"{_age_label(tag)}: {plain_isolated_number(AGES_OF_MINORS)}"
    elif children - whole and Reason("children_no") not in _child_limits(row):
        yield reason_text(Reason("children_yes"), tag)


def _stated(row: ServiceRow, kind: CriterionKind) -> tuple[Condition, ...]:
    return row.conditions.get(kind, ())


def _audience(row: ServiceRow) -> frozenset[str]:
    """Return the words that a source uses for the audience of a service."""
    return frozenset(filter(None, AUDIENCE_SEPARATOR.split(row.audience_note.strip())))


def _gender_limits(row: ServiceRow) -> Iterator[Reason]:
    """Yield for which gender a service is: by its conditions, else by the words of its source."""
    named = _audience(row) & AUDIENCE_STATED
    if not _stated(row, CriterionKind.GENDER) and len(named) == 1 and named <= {*GENDER_OF_WORD}:
        yield Reason(f"gender_{GENDER_OF_WORD[next(iter(named))]}")
    for condition in _stated(row, CriterionKind.GENDER):
        if condition.operator in FOR_PEOPLE:
            yield from (Reason(f"gender_{gender}") for gender in sorted(condition.values))


def _age_limits(row: ServiceRow, tag: str) -> Iterator[str]:
    for limit in _stated(row, CriterionKind.AGE):
        if limit.operator == CriterionOperator.RANGE:
            upper = "+" if limit.maximum is None else f"–{limit.maximum}"
            yield f"{_age_label(tag)}: {plain_isolated_number(f'{limit.minimum or 0}{upper}')}"


def _guardian_limits(row: ServiceRow, tag: str, said: Collection[str]) -> Iterator[str]:
    """Yield that the parents of a minor may have to agree."""
    answers = {condition.answer for condition in _stated(row, CriterionKind.GUARDIAN)}
    if answers & {Answer.YES, Answer.CASES}:
        consent = reason_text(Reason("guardian"), tag)
        if consent not in said:
            yield f"{consent} ({_age_label(tag)}: {plain_isolated_number(AGES_OF_MINORS)})"


def _age_label(tag: str) -> str:
    with active_language(tag):
        return str(AGE)


def _child_limits(row: ServiceRow) -> Iterator[Reason]:
    """Yield that children may not come, and up to which age sons may."""
    if any(condition.answer == Answer.NO for condition in _stated(row, CriterionKind.CHILDREN)):
        yield Reason("children_no")
    for limit in _stated(row, CriterionKind.BOYS):
        if limit.maximum is not None:
            yield Reason("sons_to", facts={"age": limit.maximum})


def _group_limits(row: ServiceRow) -> Iterator[Reason]:
    for condition in _stated(row, CriterionKind.GROUP):
        if condition.operator in FOR_PEOPLE:
            yield _is_for(condition.values)


def _paper_limits(row: ServiceRow) -> Iterator[Reason]:
    """Yield which legal statuses a service accepts, and the documents that it asks for."""
    for condition in _stated(row, CriterionKind.LEGAL_STATUS):
        if condition.operator == CriterionOperator.ONLY:
            yield _is_for(condition.values)
        elif condition.operator == CriterionOperator.ALL:
            yield Reason("legal_everyone")
        elif condition.operator == CriterionOperator.INCLUDES:
            if UNDOCUMENTED in condition.values:
                yield Reason("legal_everyone")
            else:
                yield _is_for(condition.values | _included_groups(row))
    if row.documents:
        yield Reason("documents_yes", facts={"documents": ",".join(sorted(row.documents))})


def _included_groups(row: ServiceRow) -> frozenset[str]:
    """Return the groups that are accepted beside those of some papers, such as the trafficked."""
    groups = _stated(row, CriterionKind.GROUP)
    named = (each.values for each in groups if each.operator == CriterionOperator.INCLUDES)
    return frozenset[str]().union(*named)


def _disclosures(row: ServiceRow) -> Iterator[Reason]:
    """Yield which authorities are always told, and that people who use violence come here too."""
    for kind, code in REPORTS.items():
        if any(condition.answer == Answer.YES for condition in _stated(row, kind)):
            yield Reason(code)
    kinds = vocabulary.categories()
    if any(kinds[code].never_an_answer for code in row.categories & kinds.keys()):
        yield Reason("violence_programme")


def _is_for(codes: frozenset[str]) -> Reason:
    return Reason("acceptance_specialised", facts={"group": ",".join(sorted(codes))})
