"""The limits that the codes of a service state, in words: the people that it accepts, and what it
discloses."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from protect.directory.enums import Answer, CriterionKind, CriterionOperator
from protect.findhelp.answers.row_caches import cached_by_row
from protect.findhelp.answers.sentences import reason_text
from protect.findhelp.answers.service_texts import admission_texts
from protect.findhelp.forms import AGE
from protect.kernel.text import plain_isolated_number
from protect.matching import questions
from protect.matching.questions import Person, Question, Reason
from protect.matching.services.rows import Condition, ServiceRow
from protect.reference import formats, vocabulary
from protect.reference.catalogue import SOURCE_LANGUAGE, active_language
from protect.reference.wording import GROUP_NAMES

TAKES_EVERYONE = ("acceptance_everyone", "gender_everyone")  # codes of reasons
CATEGORIES_OF_CHILDREN = frozenset({"child-protection", "missing-children"})
# Categories of services for certain people. Pages always name them, so that others do not call in
# vain.
CATEGORIES_OF_PEOPLE = CATEGORIES_OF_CHILDREN | {
    *("lgbtqi", "men", "disability", "trafficking", "fgm", "forced-marriage"),
}
LGBTQI = "lgbtqi"  # code of a group, and of a category
GROUPS_BEFORE_OTHERS = {"men", LGBTQI}  # in an answer to a need with `group_first`
FOR_OTHERS = 2  # see audience_rank
GENDER_OF_WORD = {"women": "f", "men": "m"}  # in the audience of a service
EVERYONE = "everyone"  # in the audience of a service
AUDIENCE_STATED = frozenset({*GENDER_OF_WORD, EVERYONE})
CHILDREN_OF_WORD = {"girls": "f", "boys": "m"}  # in the audience of a service, by gender
# Groups and legal statuses, by the word for them in the audience of a service.
STATUS_OF_WORD = {"asylum-seekers": "asylum_seeker", "refugees": "refugee"}
GROUP_OF_WORD = {**{code: code for code in GROUP_NAMES}, **STATUS_OF_WORD}
AUDIENCE_WORDS = {*AUDIENCE_STATED, *CHILDREN_OF_WORD, *GROUP_OF_WORD}
AUDIENCE_SEPARATOR = re.compile(r"[;,]")
FOR_PEOPLE = {CriterionOperator.ONLY, CriterionOperator.FIRST, CriterionOperator.SPECIALISED}
TAKING = {*FOR_PEOPLE, CriterionOperator.INCLUDES}
STATING = {*FOR_PEOPLE, CriterionOperator.ALL}
TRAFFICKING, MIGRANTS = "trafficking", "migrant-support"  # codes of categories
CATEGORIES_AMONG_MIGRANTS = frozenset({TRAFFICKING, "fgm", "forced-marriage"})
UNDOCUMENTED = "undocumented"  # code of the legal status without papers
AGES_OF_MINORS = "0–17"  # years
REPORTS = {  # by kind: code of the caution of a service that always tells this authority
    CriterionKind.TELLS_POLICE: "tells_police",
    CriterionKind.TELLS_MIGRATION: "tells_migration",
}


@cached_by_row
def accepts_all_statuses(row: ServiceRow) -> bool:
    """Return whether a service says that it helps people with and without papers."""
    return any(reason.code == "legal_everyone" for reason in _paper_limits(row))


def audience_rank(row: ServiceRow, question: Question) -> int:
    """Return 0 for a service that is made for people like the person, FOR_OTHERS if it is made for
    others, such as children; 1 for a service for all, or for people hurt by violence."""
    person = question.person
    own_groups = _named_groups(question)
    is_about_child = bool(person.children) or person.is_minor or questions.is_for_children(question)
    if is_about_child:
        own_groups |= CATEGORIES_OF_CHILDREN
    target_people = _target_people(row)
    if target_people & own_groups:
        return 0
    if not is_about_child and _is_for_minors(row):
        return FOR_OTHERS
    if _excludes_gender(row, person.gender) or _excludes_status(row, person.legal_status):
        return FOR_OTHERS
    return FOR_OTHERS if target_people and questions.FOR_SURVIVORS not in row.categories else 1


def is_for_named_group(row: ServiceRow, question: Question) -> bool:
    """Return whether a service is made for a group that the person named and that comes first; a
    service for one gender counts only for a person of this gender."""
    if GROUPS_BEFORE_OTHERS.isdisjoint(_target_people(row) & _named_groups(question)):
        return False
    genders = {reason.code for reason in _gender_limits(row)}
    return not genders or f"gender_{question.person.gender}" in genders


def has_to_ask_about_gender(row: ServiceRow, person: Person) -> bool:
    """Return whether an LGBTQI+ person has to ask whether a service for one gender accepts them:
    it does not say that it accepts trans people."""
    admits_trans_people = any(admission_texts(row, SOURCE_LANGUAGE))
    if admits_trans_people or LGBTQI not in (person.groups or ()) or not any(_gender_limits(row)):
        return False
    groups = _stated(row, CriterionKind.GROUP)
    included = frozenset[str]().union(
        *(condition.values for condition in groups if condition.operator in TAKING)
    )
    return LGBTQI not in _target_people(row) | included


def takes_group(row: ServiceRow, person: Person) -> bool:
    """Return whether a person named a group and the audience of the service is “everyone”."""
    return bool(person.groups) and EVERYONE in _audience(row)


def _named_groups(question: Question) -> frozenset[str]:
    men = {"men"} if question.person.gender == "m" else ()
    return (question.person.groups or frozenset()) | frozenset(men)


@cached_by_row
def _target_people(row: ServiceRow) -> frozenset[str]:
    """Return the people that a service is made for, by its categories and conditions. A service
    for migrants in general is not limited to its CATEGORIES_AMONG_MIGRANTS."""
    included = CATEGORIES_AMONG_MIGRANTS if MIGRANTS in row.categories else frozenset[str]()
    return row.categories & CATEGORIES_OF_PEOPLE - included | _stated_groups(row)


def _is_for_minors(row: ServiceRow) -> bool:
    oldest = [
        condition.maximum
        for condition in _stated(row, CriterionKind.AGE)
        if condition.maximum is not None
    ]
    return bool(oldest) and max(oldest) < questions.ADULT_AGE


def _excludes_gender(row: ServiceRow, gender: str | None) -> bool:
    """Return whether a service says that it is for women, and a man asks; or the reverse."""
    codes = {reason.code for reason in _gender_limits(row)}
    return gender in GENDER_OF_WORD.values() and bool(codes) and f"gender_{gender}" not in codes


def _excludes_status(row: ServiceRow, status: str | None) -> bool:
    """Return whether the words of a source name other residence papers than the person's."""
    statuses = _statuses_of_audience(row)
    return status is not None and bool(statuses) and status not in statuses


def is_for_others(row: ServiceRow, question: Question) -> bool:
    """Return whether a service is made for people unlike the person, such as children."""
    return audience_rank(row, question) == FOR_OTHERS


@cached_by_row
def states_papers(row: ServiceRow) -> bool:
    """Return whether a service says which residence papers it accepts, or which documents it asks
    for."""
    return CriterionKind.LEGAL_STATUS in row.conditions or any(_paper_limits(row))


def is_limited_to_unstated_papers(row: ServiceRow, question: Question) -> bool:
    """Return whether a service accepts only some legal statuses and the person stated none."""
    is_limited = CriterionKind.LEGAL_STATUS in row.conditions and not accepts_all_statuses(row)
    return is_limited and question.person.legal_status is None


def _stated_groups(row: ServiceRow) -> frozenset[str]:
    """Return the groups to which the conditions of a service limit it."""
    groups = [
        condition
        for condition in _stated(row, CriterionKind.GROUP)
        if condition.operator in FOR_PEOPLE
    ]
    return frozenset[str]().union(*(condition.values for condition in groups))


def is_made_for_children(row: ServiceRow) -> bool:
    return not made_for(row).isdisjoint(CATEGORIES_OF_CHILDREN)


@cached_by_row
def made_for(row: ServiceRow) -> frozenset[str]:
    """Return the categories of people that a service is made for. For a service for survivors of
    violence, only the groups to which its conditions limit it count."""
    people = row.categories & CATEGORIES_OF_PEOPLE
    if questions.FOR_SURVIVORS in row.categories:
        people &= _stated_groups(row)
    return people


@cached_by_row
def states_people(row: ServiceRow) -> bool:
    """Return whether a service states which genders or groups it takes."""
    conditions = (*_stated(row, CriterionKind.GENDER), *_stated(row, CriterionKind.GROUP))
    operators = {condition.operator for condition in conditions}
    is_stated = not operators.isdisjoint(STATING) or bool(_statuses_of_audience(row))
    return is_stated or not _audience(row).isdisjoint(AUDIENCE_STATED) or _is_for_trafficked(row)


def texts_beside_limits(
    row: ServiceRow, tag: str, texts: Sequence[str], cautions: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts about a service that its limits do not contradict, and the limits that
    neither these nor the cautions say."""
    limits = tuple(limit_texts(row, tag, cautions))
    if set(limits) - {reason_text(Reason("legal_everyone"), tag), *admission_texts(row, tag)}:
        everyone = {reason_text(Reason(code), tag) for code in TAKES_EVERYONE}
        texts = [text for text in texts if text not in everyone]
    return tuple(texts), tuple(text for text in limits if text not in texts)


def sort_admissions_first(texts: Iterable[str], row: ServiceRow, tag: str) -> list[str]:
    """Return the texts of a card, those that name trans people first: nothing else tells them, and
    a card has many lines."""
    people = {*admission_texts(row, tag)}
    return sorted(texts, key=lambda text: text not in people)


def limit_texts(row: ServiceRow, tag: str, said: Collection[str] = ()) -> Iterator[str]:
    """Yield each limit once, in words: trans people, gender, ages, children, groups, papers,
    documents, and what the authorities are told. Visitors read the limits before they call or go,
    whatever they said about themselves. `said`: texts that the page shows already, such as
    cautions."""
    is_consent_said = reason_text(Reason("guardian"), tag) in said
    guardian_texts = {*_guardian_limits(row, tag)} if is_consent_said else ()
    known = (*said, *guardian_texts)
    yield from (text for text in _all_limit_texts(row, tag) if text not in known)


@cached_by_row
def _all_limit_texts(row: ServiceRow, tag: str) -> tuple[str, ...]:
    texts = (
        *admission_texts(row, tag),
        *(reason_text(reason, tag) for reason in _gender_limits(row)),
        *_age_limits(row, tag),
        *_guardian_limits(row, tag),
        *(reason_text(reason, tag) for reason in _child_limits(row)),
        *(reason_text(reason, tag) for reason in _group_limits(row)),
        *(reason_text(reason, tag) for reason in _paper_limits(row)),
        *(reason_text(reason, tag) for reason in _disclosures(row)),
    )
    return tuple(dict.fromkeys(texts))


def audience_texts(row: ServiceRow, tag: str, words: Collection[str]) -> Iterator[str]:
    """Yield texts for those `words` of a service that are in AUDIENCE_WORDS."""
    is_for_all = EVERYONE in words
    adults = {gender for word, gender in GENDER_OF_WORD.items() if word in words and not is_for_all}
    children = {gender for word, gender in CHILDREN_OF_WORD.items() if word in words}
    # Women and girls are named together, but women, girls and boys are women with their children.
    is_together = not is_for_all and (len(children) == 1 or len(adults) > 1)
    together = children & (adults or children) if is_together else set()
    groups = [GROUP_OF_WORD[word] for word in words if word in GROUP_OF_WORD]
    if accepts_all_statuses(row):
        groups = [code for code in groups if code in GROUP_NAMES]
    if named := [*sorted(together), *groups]:
        yield reason_text(Reason("acceptance_specialised", facts={"group": ",".join(named)}), tag)
    elif is_for_all:
        yield reason_text(Reason("gender_everyone"), tag)
    yield from (
        reason_text(Reason(f"gender_{gender}"), tag) for gender in sorted(adults - together)
    )
    if children and not adults and not is_for_all:
        if not _stated(row, CriterionKind.AGE):
            yield f"{_age_label(tag)}: {plain_isolated_number(AGES_OF_MINORS)}"
    elif children - together and Reason("children_no") not in _child_limits(row):
        yield reason_text(Reason("children_yes"), tag)


def _stated(row: ServiceRow, kind: CriterionKind) -> tuple[Condition, ...]:
    return row.conditions.get(kind, ())


def split_audience(text: str) -> Iterator[str]:
    """Yield the words of a service's text about its audience, in time linear to its length."""
    yield from filter(None, (word.strip() for word in AUDIENCE_SEPARATOR.split(text)))


@cached_by_row
def _audience(row: ServiceRow) -> frozenset[str]:
    """Return the words that a source uses for the audience of a service."""
    return frozenset(split_audience(row.audience_note))


@cached_by_row
def _statuses_of_audience(row: ServiceRow) -> frozenset[str]:
    """Return the legal statuses that the words of a source name as the only ones of a service;
    empty if its conditions name some, or the words none."""
    words = _audience(row)
    if _stated(row, CriterionKind.LEGAL_STATUS) or not words <= STATUS_OF_WORD.keys():
        return frozenset()
    return frozenset(STATUS_OF_WORD[word] for word in words)


def _is_for_trafficked(row: ServiceRow) -> bool:
    """Return whether a service is for trafficked people alone."""
    return TRAFFICKING in made_for(row) & _target_people(row)


@cached_by_row
def _gender_limits(row: ServiceRow) -> tuple[Reason, ...]:
    """Return reasons for the gender that a service is for: by its conditions, else its audience."""
    named = _audience(row) & AUDIENCE_STATED
    if not _stated(row, CriterionKind.GENDER) and len(named) == 1 and named <= {*GENDER_OF_WORD}:
        return (Reason(f"gender_{GENDER_OF_WORD[next(iter(named))]}"),)
    return tuple(
        Reason(f"gender_{gender}")
        for condition in _stated(row, CriterionKind.GENDER)
        if condition.operator in FOR_PEOPLE
        for gender in sorted(condition.values)
    )


def _age_limits(row: ServiceRow, tag: str) -> Iterator[str]:
    for limit in _stated(row, CriterionKind.AGE):
        if limit.operator == CriterionOperator.RANGE:
            upper = "+" if limit.maximum is None else f"–{limit.maximum}"
            yield f"{_age_label(tag)} {plain_isolated_number(f'{limit.minimum or 0}{upper}')}"


def _guardian_limits(row: ServiceRow, tag: str) -> Iterator[str]:
    """Yield that the parents of a minor may have to agree."""
    answers = {condition.answer for condition in _stated(row, CriterionKind.GUARDIAN)}
    if answers & {Answer.YES, Answer.CASES}:
        ages = f"{_age_label(tag)} {plain_isolated_number(AGES_OF_MINORS)}"
        yield f"{reason_text(Reason('guardian'), tag)} ({ages})"


def _age_label(tag: str) -> str:
    """Return the word “Age” with the colon of the language."""
    with active_language(tag):
        return f"{AGE}{formats.colon_after('', tag)}"


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
            yield _made_for_reason(condition.values)
    if _is_for_trafficked(row) and TRAFFICKING not in _stated_groups(row):
        yield _made_for_reason(frozenset({TRAFFICKING}))


def _paper_limits(row: ServiceRow) -> Iterator[Reason]:
    """Yield which legal statuses a service accepts, and the documents that it asks for."""
    if statuses := _statuses_of_audience(row):
        yield _made_for_reason(statuses)
    for condition in _stated(row, CriterionKind.LEGAL_STATUS):
        if condition.operator == CriterionOperator.ONLY:
            yield _made_for_reason(condition.values)
        elif condition.operator == CriterionOperator.ALL:
            yield Reason("legal_everyone")
        elif condition.operator == CriterionOperator.INCLUDES:
            if UNDOCUMENTED in condition.values:
                yield Reason("legal_everyone")
            else:
                yield _made_for_reason(condition.values | _included_groups(row))
    if row.documents:
        yield Reason("documents_yes", facts={"documents": ",".join(sorted(row.documents))})


def _included_groups(row: ServiceRow) -> frozenset[str]:
    """Return the groups that are accepted beside those of some papers, such as the trafficked."""
    groups = _stated(row, CriterionKind.GROUP)
    named = (
        condition.values for condition in groups if condition.operator == CriterionOperator.INCLUDES
    )
    return frozenset[str]().union(*named)


def _disclosures(row: ServiceRow) -> Iterator[Reason]:
    """Yield cautions: authorities that are always told, and work with people who use violence."""
    for kind, code in REPORTS.items():
        if any(condition.answer == Answer.YES for condition in _stated(row, kind)):
            yield Reason(code)
    kinds = vocabulary.categories()
    if any(kinds[code].never_an_answer for code in row.categories & kinds.keys()):
        yield Reason("violence_programme")


def _made_for_reason(codes: frozenset[str]) -> Reason:
    return Reason("acceptance_specialised", facts={"group": ",".join(sorted(codes))})
