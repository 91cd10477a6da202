"""Conditions of services as queries: the truth of each row, 0 no, 1 unknown, 2 yes."""

from collections.abc import Iterable, Sequence

from protect.directory.enums import CriterionKind
from protect.matching.questions import Query


def sql_list(codes: Sequence[str]) -> str:
    """Return codes of our own vocabularies as a list of SQL; an empty one holds nothing."""
    return ", ".join(f"'{code}'" for code in codes) or "NULL"


def every(truth: str) -> str:
    """Return a truth for every row: unknown where nothing is stated."""
    return (
        "SELECT r.id, COALESCE(t.truth, 1) AS truth"
        f" FROM oracle_row AS r LEFT JOIN ({truth}) AS t ON t.id = r.id"
    )


def of_kind(kind: CriterionKind, truth: str) -> str:
    """Return what all conditions of a kind say: one no is a no, else one yes is a yes."""
    return f"""
        SELECT id, CASE MIN(truth) WHEN 0 THEN 0 ELSE MAX(truth) END AS truth
        FROM (SELECT s.id, {truth} AS truth FROM oracle_stated AS s WHERE s.kind = '{kind.value}')
            AS each_{kind.value} GROUP BY id
    """


ANSWER = "CASE s.answer WHEN 'yes' THEN 2 WHEN 'no' THEN 0 ELSE 1 END"


def in_set(codes: Sequence[str], *, otherwise: int = 0) -> str:
    shared = (
        "(SELECT COUNT(*) FROM oracle_named AS n WHERE n.id = s.id AND n.kind = s.kind"
        f" AND n.number = s.number AND n.code IN ({sql_list(codes)}))"
    )
    return f"""
        CASE WHEN s.operator IN ('all', 'first') THEN 2
        WHEN s.operator = 'only' THEN CASE WHEN {shared} > 0 THEN 2 ELSE {otherwise} END
        WHEN s.operator IN ('includes', 'specialised') THEN
            CASE WHEN {shared} > 0 AND {shared} = {len(codes)} THEN 2 ELSE 1 END
        WHEN s.operator = 'excludes' THEN CASE WHEN {shared} > 0 THEN 0 ELSE 1 END
        ELSE {ANSWER} END
    """


def in_range(age: str) -> str:
    return f"""
        CASE WHEN s.operator = 'all' THEN 2
        WHEN s.operator <> 'range' THEN {ANSWER}
        WHEN {age} IS NULL THEN 1
        WHEN {age} >= COALESCE(s.minimum, 0) AND {age} <= COALESCE(s.maximum, 999) THEN 2
        ELSE 0 END
    """


def least(truths: Iterable[str]) -> str:
    """Return the least of several truths of each row: one no is a no."""
    return f"SELECT id, MIN(truth) AS truth FROM ({' UNION ALL '.join(truths)}) AS l GROUP BY id"


def age(age: int | None) -> str:
    return every(of_kind(CriterionKind.AGE, in_range("NULL" if age is None else str(age))))


def gender(gender: str | None) -> str:
    if gender is None:
        is_all = "CASE s.operator WHEN 'all' THEN 2 ELSE 1 END"
        return every(of_kind(CriterionKind.GENDER, is_all))
    if gender != "x":
        return every(of_kind(CriterionKind.GENDER, in_set([gender])))
    stated = every(of_kind(CriterionKind.NON_BINARY, ANSWER))
    rows = every(of_kind(CriterionKind.GENDER, in_set(["x"], otherwise=1)))
    return (
        "SELECT told.id, CASE told.truth WHEN 1 THEN rows.truth ELSE told.truth END AS truth"
        f" FROM ({stated}) AS told JOIN ({rows}) AS rows ON rows.id = told.id"
    )


def children(asked: Query) -> str:
    may_come = every(
        of_kind(CriterionKind.CHILDREN, f"CASE s.operator WHEN 'all' THEN 2 ELSE {ANSWER} END")
    )
    found = []
    for child in asked.question.person.children or ():
        age = "NULL" if child.age is None else str(child.age)
        boys = every(of_kind(CriterionKind.BOYS, in_range(age)))
        girls = every(of_kind(CriterionKind.GIRLS, in_range(age)))
        of_gender = {"m": (boys, boys), "f": (girls, girls)}
        first, second = of_gender.get(child.gender or "", (boys, girls))
        alike = "CASE WHEN b.truth = g.truth THEN b.truth ELSE 1 END"
        found.append(f"""
            SELECT m.id, CASE WHEN m.truth = 1 AND {alike} = 2 THEN 2
                WHEN m.truth < {alike} THEN m.truth ELSE {alike} END AS truth
            FROM ({may_come}) AS m JOIN ({first}) AS b ON b.id = m.id
            JOIN ({second}) AS g ON g.id = m.id
        """)
    return least(found)


def documents(has: Sequence[str]) -> str:
    stated = every(of_kind(CriterionKind.DOCUMENTS, "CASE s.operator WHEN 'all' THEN 2 ELSE 1 END"))
    asked_for = "SELECT 1 FROM oracle_paper AS p WHERE p.id = d.id"
    missing = f"{asked_for} AND p.code NOT IN ({sql_list(has) if has else repr('')})"
    return (
        f"SELECT d.id, CASE WHEN EXISTS ({missing}) THEN 0 WHEN EXISTS ({asked_for}) THEN 2"
        f" ELSE d.truth END AS truth FROM ({stated}) AS d"
    )


def access(needs: Sequence[str]) -> str:
    found = []
    for need in needs:
        nobody_comes = "r.is_visited = 0" if need == "step_free" else "1 = 0"
        unless_stated = (
            "CASE WHEN r.is_written = 1 THEN 2 WHEN r.takes_calls_only = 1 THEN 0 ELSE 1 END"
            if need == "hearing"
            else "1"
        )
        found.append(f"""
            SELECT r.id, CASE WHEN {nobody_comes} THEN 2 WHEN s.answer = 'yes' THEN 2
                WHEN s.answer = 'no' THEN 0 ELSE {unless_stated} END AS truth
            FROM oracle_row AS r LEFT JOIN oracle_access AS s ON s.id = r.id AND s.need = '{need}'
        """)
    return least(found)


def codes(kind: CriterionKind, hers: Sequence[str]) -> str:
    """Return the truth of a kind of condition for somebody with these codes."""
    return every(of_kind(kind, in_set(hers)))
