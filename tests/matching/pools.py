"""What invented services have in common: pools of modes, hours, languages, conditions and so on.

Shares follow the starter data where it says something (unknown is the normal case), and a filled
directory where it does not.
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from protect.directory.enums import (
    AccessibilityKind,
    Answer,
    CriterionKind,
    CriterionOperator,
    LanguageMode,
    Mode,
    PhoneKind,
    Verdict,
)
from protect.directory.hours import parse
from protect.matching.services.rows import (
    Capacity,
    Condition,
    LanguageOffer,
    MedicalAct,
    PhoneNumber,
    Room,
)

SIZES = {
    "categories": 200,
    "region": 2,
    "modes": 40,
    "coarse": 12,
    "visit": 300,
    "phone": 300,
    "appointment": 15,
    "phones": 8,
    "languages": 150,
    "areas": 8,
    "area_note": 10,
    "conditions": 2000,
    "documents": 8,
    "access": 16,
    "capacity": 10,
    "rooms": 12,
    "clinical": 6,
    "checks": 800,
}

CATEGORIES = {
    "psychosocial": 22, "legal": 16, "helpline": 6, "migrant-support": 12, "case-management": 9,
    "health": 14, "trafficking": 3, "shelter": 5, "child-protection": 6, "lgbtqi": 3, "police": 4,
    "sexual-violence-centre": 2, "fgm": 1, "housing": 5, "livelihoods": 4, "interpretation": 1,
    "sexual-violence-counselling": 2, "information": 1, "men": 1, "disability": 1,
    "forced-marriage": 1, "for-people-who-use-violence": 0.5,
}  # fmt: skip
OFFICIAL = {
    "BE": "nl fr", "BG": "bg", "ES": "es ca", "GR": "el", "HR": "hr", "HU": "hu", "IE": "en ga",
    "IT": "it", "MT": "mt en", "NL": "nl", "PL": "pl", "SI": "sl",
}  # fmt: skip
SPOKEN = {
    "en": 40, "fr": 16, "ar": 15, "uk": 14, "ru": 12, "es": 10, "fa": 7, "tr": 5, "so": 5, "ti": 4,
    "ro": 4, "prs": 4, "ps": 4, "sq": 3, "pt": 3, "ur": 3, "bn": 3, "am": 2, "ckb": 2, "wo": 1,
}  # fmt: skip
WINDOWS = (
    *[None] * 8,
    "Mo,Th 09:00-11:00",
    "Tu 14:00-16:00",
    "Mo-Fr 14:00-16:00",
    "We 10:00-12:00",
)
DAYS = ("Mo-Fr", "Mo-Fr", "Mo-Fr", "Mo-Th", "Mo,We,Fr", "Tu,Th", "Mo-Sa", "We", "Mo-Su", "Sa,Su")
TIMES = (
    "09:00-17:00", "09:00-13:00", "08:00-16:00", "10:00-18:00", "09:00-12:00,14:00-17:00",
    "13:00-20:00", "18:00-22:00", "20:00-02:00", "08:30-12:30", "10:00+",
)  # fmt: skip
VERDICTS = (Verdict.CONFIRMED, Verdict.CHANGED, Verdict.NOT_REACHED, Verdict.DISPUTED)
VERDICT_WEIGHTS = (80, 8, 8, 4)
GROUPS = ("pregnant", "lgbtqi", "disability", "trafficking")
STATUSES = (
    "undocumented", "asylum_seeker", "refugee", "temporary_protection", "residence_permit",
    "eu_citizen",
)  # fmt: skip
PAPERS = ("id_document", "residence_card", "health_card", "police_report", "referral_letter")
ANSWERS = tuple(Answer)


@cache
def categories() -> tuple[frozenset[str], ...]:
    chance = random.Random("categories")
    return tuple(
        frozenset(
            chance.choices(list(CATEGORIES), list(CATEGORIES.values()), k=chance.choice([1, 1, 2]))
        )
        for _ in range(SIZES["categories"])
    )


@cache
def modes() -> tuple[frozenset[Mode], ...]:
    """Return ways to get help. A place that nobody can visit is rare, but there are some."""
    visit, call = Mode.IN_PERSON, Mode.PHONE
    ways: list[tuple[int, set[Mode]]] = [
        (18, {visit}),
        (12, {visit, call}),
        (2, {visit, call, Mode.CHAT}),
        (1, {visit, Mode.OUTREACH}),
        (2, {call}),
        (1, {Mode.OUTREACH}),
        (1, {Mode.CHAT, Mode.TEXT}),
        (3, set()),
    ]
    return tuple(frozenset(way) for share, way in ways for _ in range(share))


@cache
def patterns() -> tuple[str | None, ...]:
    """Return opening hours. None: no such door is known."""
    chance = random.Random("patterns")
    made = {"24/7", "Mo-Su 00:00-24:00", '"on request"', ""}
    while len(made) < 200:
        text = f"{chance.choice(DAYS)} {chance.choice(TIMES)}"
        made.add(chance.choice([text, f"{text}; PH off", f"{text}; Jul-Aug off"]))
    return (*sorted(made), *[None] * (SIZES["visit"] - 200))


@cache
def languages(country: str) -> tuple[tuple[LanguageOffer, ...], ...]:
    chance = random.Random(country)
    return tuple(_languages(chance, country) for _ in range(SIZES["languages"]))


def _languages(chance: random.Random, country: str) -> tuple[LanguageOffer, ...]:
    if chance.random() < 0.15:
        return ()
    others = chance.choices(list(SPOKEN), list(SPOKEN.values()), k=chance.choice([0, 1, 2, 4, 7]))
    zone = {"IE": "Europe/Dublin", "MT": "Europe/Malta"}.get(country, "Europe/Brussels")
    return (
        *(LanguageOffer(language) for language in OFFICIAL.get(country, "en").split()),
        *(_spoken(chance, language, zone, country) for language in dict.fromkeys(others)),
    )


def _spoken(chance: random.Random, language: str, zone: str, country: str) -> LanguageOffer:
    window = chance.choice(WINDOWS)
    return LanguageOffer(
        language=language,
        how=chance.choice(tuple(LanguageMode)),
        window=None if window is None else parse(window, zone, country),
        interpreter_gender=chance.choice(["", "", "f", "m"]),
    )


@cache
def phones() -> tuple[tuple[PhoneNumber, ...], ...]:
    voice, written = PhoneNumber("+320000001"), PhoneNumber("+320000002", PhoneKind.WHATSAPP)
    of_need = PhoneNumber("+320000003", PhoneKind.TEXT, need=AccessibilityKind.HEARING)
    both, own = (voice, written), (voice, of_need)
    return ((), (voice,), (voice,), (voice,), (voice,), both, (written,), own)


@cache
def conditions() -> tuple[Mapping[CriterionKind, tuple[Condition, ...]], ...]:
    chance = random.Random("conditions")
    return tuple(_conditions(chance) for _ in range(SIZES["conditions"]))


def _conditions(chance: random.Random) -> Mapping[CriterionKind, tuple[Condition, ...]]:
    made = {
        CriterionKind.GENDER: _among(chance, ("f", "m", "x"), share=0.6),
        CriterionKind.AGE: _range(chance, share=0.25),
        CriterionKind.CHILDREN: _answer(chance, share=0.2),
        CriterionKind.BOYS: _until(chance, share=0.15),
        CriterionKind.GIRLS: _until(chance, share=0.1),
        CriterionKind.LEGAL_STATUS: _among(chance, STATUSES, share=0.3),
        CriterionKind.GROUP: _group(chance),
        CriterionKind.TRANS: _answer(chance, share=0.1),
        CriterionKind.NON_BINARY: _answer(chance, share=0.1),
        CriterionKind.TELLS_POLICE: _answer(chance, share=0.2),
        CriterionKind.TELLS_MIGRATION: _answer(chance, share=0.15),
    }
    return {kind: rows for kind, rows in made.items() if rows}


def _among(chance: random.Random, codes: tuple[str, ...], *, share: float) -> tuple[Condition, ...]:
    if chance.random() > share:
        return ()
    operators = (
        CriterionOperator.ALL,
        CriterionOperator.ALL,
        CriterionOperator.ONLY,
        CriterionOperator.INCLUDES,
        CriterionOperator.EXCLUDES,
    )
    operator = chance.choice(operators)
    values = frozenset(chance.sample(codes, chance.randrange(1, len(codes))))
    return (Condition(operator, frozenset() if operator == CriterionOperator.ALL else values),)


def _range(chance: random.Random, *, share: float) -> tuple[Condition, ...]:
    if chance.random() > share:
        return ()
    lowest, highest = chance.choice([(18, None), (14, None), (None, 17), (16, 25), (65, None)])
    return (Condition(CriterionOperator.RANGE, minimum=lowest, maximum=highest),)


def _until(chance: random.Random, *, share: float) -> tuple[Condition, ...]:
    if chance.random() > share:
        return ()
    return (Condition(CriterionOperator.RANGE, maximum=chance.choice([10, 12, 14, 17])),)


def _answer(chance: random.Random, *, share: float) -> tuple[Condition, ...]:
    if chance.random() > share:
        return ()
    return (Condition(CriterionOperator.ANSWER, answer=chance.choice(ANSWERS)),)


def _group(chance: random.Random) -> tuple[Condition, ...]:
    if chance.random() > 0.25:
        return ()
    operators = (
        CriterionOperator.ONLY,
        CriterionOperator.FIRST,
        CriterionOperator.SPECIALISED,
        CriterionOperator.ALL,
    )
    values = frozenset(chance.sample(GROUPS, chance.randrange(1, 3)))
    return (Condition(chance.choice(operators), values),)


@cache
def documents() -> tuple[frozenset[str], ...]:
    chance = random.Random("documents")
    some = [frozenset(chance.sample(PAPERS, chance.randrange(1, 3))) for _ in range(2)]
    return (*some, *[frozenset()] * (SIZES["documents"] - len(some)))


@cache
def access() -> tuple[Mapping[AccessibilityKind, Answer], ...]:
    chance = random.Random("access")
    some = [{kind: chance.choice(ANSWERS) for kind in AccessibilityKind} for _ in range(6)]
    return (*some, *[{}] * (SIZES["access"] - len(some)))


@cache
def capacities(at: datetime) -> tuple[Capacity | None, ...]:
    ends = (at - timedelta(hours=2), at + timedelta(hours=5), at + timedelta(hours=20))
    some = [Capacity(available, end) for available, end in zip((3, 0, 2), ends, strict=True)]
    return (*some, *[None] * (SIZES["capacity"] - len(some)))


@cache
def rooms(at: datetime) -> tuple[tuple[Room, ...], ...]:
    chance = random.Random("rooms")
    some = [
        tuple(
            Room(
                adult_gender=chance.choice(["", "f", "m"]),
                children=chance.randrange(5),
                oldest_boy=chance.choice([None, 10, 14]),
                answer=chance.choice(ANSWERS),
                expires_at=at + timedelta(hours=chance.choice([-3, 8])),
            )
            for _ in range(chance.randrange(1, 3))
        )
        for _ in range(4)
    ]
    return (*some, *[()] * (SIZES["rooms"] - len(some)))


@cache
def clinical() -> tuple[tuple[MedicalAct, ...], ...]:
    acts = (MedicalAct("prophylaxis", 72), MedicalAct("emergency_contraception", 120))
    return ((), (), (), (), acts[:1], acts)
