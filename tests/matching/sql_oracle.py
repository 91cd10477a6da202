"""The hard conditions, the distance and the order once more, in SQL: a second opinion.

Works on whatever Django's connection is, SQLite or PostgreSQL. Waits are given as a table, as are
the ways and how readily groups are accepted; nothing is stale, and other preferences that no
condition reads are left out: see `plain`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django.db import connection

from protect.directory.enums import CriterionKind, Mode
from protect.matching import weights
from protect.matching.avoidance import Avoidance
from protect.matching.conditions.criteria import CRITERIA
from protect.matching.conditions.persons import IN_PERSON_MODES
from protect.matching.costs import UNKNOWN_METRES, weigh_row
from protect.matching.questions import Query, ages_and_genders_to_accept, match_needs
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary
from tests.matching import sql_truths

TABLES = {
    "row": (
        "id integer, country text, has_note integer, is_remote integer, is_visited integer,"
        " is_written integer, takes_calls_only integer"
    ),
    "wait": (
        "id integer, is_visit integer, minutes integer, reach integer, is_last integer,"
        " is_closed integer, keeps_rank integer, generality integer, is_bound integer"
    ),
    "point": "id integer, number integer, latitude double precision, longitude double precision",
    "lies": "id integer, number integer, code text, surely integer",
    "reach": (
        "id integer, number integer, country text, area text, latitude double precision,"
        " longitude double precision, radius integer"
    ),
    "within": "id integer, number integer, code text",
    "stated": (
        "id integer, kind text, number integer, operator text, minimum integer, maximum integer,"
        " answer text"
    ),
    "named": "id integer, kind text, number integer, code text",
    "category": "id integer, code text",
    "paper": "id integer, code text",
    "access": "id integer, need text, answer text",
}


class Key(NamedTuple):
    """What orders a row here."""

    id: int  # place among the rows by UUID
    beyond: int
    closed: int
    for_others: int
    generality: int
    minutes: int
    metres: int


def plain(row: ServiceRow) -> ServiceRow:
    """Return a row without what this oracle does not know: checks and places that are free."""
    return replace(row, checks={}, capacity=None, rooms=())


def keys(rows: Sequence[ServiceRow], asked: Query) -> list[Key]:
    """Return the rows that nothing removes and that answer a need, best first."""
    ordered = sorted(rows, key=lambda row: row.id.int)
    with connection.cursor() as cursor:
        for name, columns in TABLES.items():
            cursor.execute(f"DROP TABLE IF EXISTS oracle_{name}")
            cursor.execute(f"CREATE TEMPORARY TABLE oracle_{name} ({columns})")
        for id_, row in enumerate(ordered):
            for name, values in _values(id_, row, asked):
                marks = ", ".join(["%s"] * len(values))
                cursor.execute(f"INSERT INTO oracle_{name} VALUES ({marks})", values)
        cursor.execute(_query(asked), _facts(asked))
        return [Key(*map(int, found)) for found in cursor.fetchall()]


def _values(id_: int, row: ServiceRow, asked: Query) -> Iterator[tuple[str, list[Any]]]:
    is_remote = bool(row.modes) and Mode.IN_PERSON not in row.modes
    is_visited = not row.modes or not row.modes.isdisjoint(IN_PERSON_MODES)
    has_chat = row.has_message_number or Mode.CHAT in row.written_modes
    is_written = has_chat or (bool(row.email) and row.modes.isdisjoint(IN_PERSON_MODES))
    takes_calls_only = row.modes == {Mode.PHONE}
    of_row = [bool(row.area_note), is_remote, is_visited, is_written, takes_calls_only]
    yield "row", [id_, row.country, *map(int, of_row)]
    met = match_needs(row, asked)
    if met.categories:
        weighed = weigh_row(row, asked)
        way = weighed.mode_cost
        is_visit = way.mode in {None, Mode.IN_PERSON}
        flags = [met.is_last_resort, met.open_first and way.is_closed, met.keeps_rank]
        flags += [met.generality, weighed.is_bound_to_place]
        minutes = way.waiting_minutes + (weighed.acceptance.minutes if weighed.acceptance else 0)
        yield "wait", [id_, int(is_visit), minutes, met.reach_m, *map(int, flags)]
    for number, point in enumerate(row.points):
        yield "point", [id_, number, point.latitude, point.longitude]
        for code in {*point.areas, str(point.place)}:
            yield "lies", [id_, number, code, 1]
        for code in point.inner_places:
            yield "lies", [id_, number, code, 0]
    for number, reach in enumerate(row.areas):
        place = [reach.latitude, reach.longitude]
        radius = None if reach.radius_km is None else reach.radius_km * 1000
        yield "reach", [id_, number, reach.country, reach.area, *place, radius]
        for code in reach.containing_areas:
            yield "within", [id_, number, code]
    yield from _conditions(id_, row)


def _conditions(id_: int, row: ServiceRow) -> Iterator[tuple[str, list[Any]]]:
    for kind, stated in row.conditions.items():
        for number, each in enumerate(stated):
            ends = [each.minimum, each.maximum]
            yield "stated", [id_, kind.value, number, each.operator.value, *ends, each.answer.value]
            for code in each.values:
                yield "named", [id_, kind.value, number, code]
    for document in row.documents:
        yield "paper", [id_, document]
    for category in row.categories:
        yield "category", [id_, category]
    for need, answer in row.access.items():
        yield "access", [id_, need.value, answer.value]


def _facts(asked: Query) -> dict[str, Any]:
    """Return what the query needs of the question, by name."""
    where, travel = asked.question.where, asked.weights.travel
    latitude, longitude = asked.point or (None, None)
    return {
        "country": where.country if where else None,
        "latitude": latitude,
        "longitude": longitude,
        "smallest": where.areas[0] if where and where.areas else None,
        "diameter": 2 * travel.earth_radius_metres,
        "detour": travel.detour_percent,
        "on_foot": travel.walk_up_to_metres,
        "walk": travel.walk_metres_per_hour,
        "ride": travel.ride_metres_per_hour,
    }


def _query(asked: Query) -> str:
    conditions = dict(_truths(asked))
    costs = [*map(_cost, conditions), *_limits(conditions)]
    joins = " ".join(
        f"JOIN ({truth}) AS c_{code} ON c_{code}.id = wait.id AND c_{code}.truth > 0"
        for code, truth in conditions.items()
    )
    return f"""
        WITH near AS ({_distance(asked)}),
        way AS (
            SELECT wait.id, is_visit, minutes, reach, is_last, is_closed, keeps_rank, generality,
                is_bound,
                COALESCE(metres, {UNKNOWN_METRES}) AS metres,
                CASE WHEN is_visit = 0 THEN 0 ELSE CAST(
                    (COALESCE(metres, reach) * %(detour)s + 99) / 100 AS bigint) END AS travel
            FROM oracle_wait AS wait LEFT JOIN near ON near.id = wait.id
        ),
        walk AS (
            SELECT way.*, CASE WHEN travel < %(on_foot)s THEN travel ELSE %(on_foot)s END AS walked
            FROM way
        )
        SELECT wait.id,
            CASE WHEN is_last = 1
                OR (is_bound = 1 AND metres < {UNKNOWN_METRES} AND metres > reach)
                THEN 1 ELSE 0 END AS beyond, is_closed,
            {_for_others(_leading(asked.question.person.groups or ()))} AS for_others, generality,
            minutes + {" + ".join(costs) or "0"} + (
                60 * (walked * CAST(%(ride)s AS bigint) + (travel - walked) * %(walk)s)
                + %(walk)s * %(ride)s - 1) / (CAST(%(walk)s AS bigint) * %(ride)s) AS total,
            metres
        FROM walk AS wait {joins}
        ORDER BY beyond, is_closed, for_others, generality, total, metres, wait.id
    """


def _leading(groups: Collection[str]) -> list[str]:
    """Return the groups whose services come before others."""
    return sorted(code for code in groups if vocabulary.groups()[code].is_served_first)


def _for_others(groups: Sequence[str]) -> str:
    """Return the expression for a row that is made for none of the groups; 0 if care goes first."""
    if not groups:
        return "0"
    codes = sql_truths.sql_list(groups)
    return f"""
        CASE WHEN keeps_rank = 1
            OR EXISTS (
                SELECT 1 FROM oracle_category AS c WHERE c.id = wait.id AND c.code IN ({codes}))
            OR EXISTS (
                SELECT 1 FROM oracle_stated AS s JOIN oracle_named AS n
                    ON n.id = s.id AND n.kind = s.kind AND n.number = s.number
                WHERE s.id = wait.id AND s.kind = 'group' AND n.code IN ({codes})
                    AND s.operator IN ('only', 'first', 'specialised'))
            THEN 0 ELSE 1 END"""


def _cost(code: str) -> str:
    hard = weights.load().hard
    fact = next(each.fact for each in CRITERIA if each.code == code)
    unverified = -(-(2 * hard.yes + 2 * hard.unknown) // 4)  # half way: nothing was ever checked
    yes = hard.yes if fact is None else unverified
    return f"CASE WHEN c_{code}.truth = 2 THEN {yes} ELSE {hard.unknown} END"


def _truths(asked: Query) -> Iterator[tuple[str, str]]:
    """Yield each condition in play, as a query for the truth of every row."""
    person, people = asked.question.person, ages_and_genders_to_accept(asked.question)
    queries = {
        "country": lambda: _country(),
        "area": lambda: _area(asked),
        "avoid": lambda: _avoid(asked),
        "gender": lambda: sql_truths.least(sql_truths.gender(each.gender) for each in people),
        "age": lambda: sql_truths.least(sql_truths.age(each.age) for each in people),
        "children": lambda: sql_truths.children(asked),
        "legal": lambda: sql_truths.every(
            sql_truths.of_kind(
                CriterionKind.LEGAL_STATUS, sql_truths.in_set([person.legal_status or ""])
            )
        ),
        "documents": lambda: sql_truths.documents(sorted(person.documents or ())),
        "group": lambda: sql_truths.codes(CriterionKind.GROUP, sorted(person.groups or ())),
        "access": lambda: sql_truths.access(sorted(person.access)),
    }
    for criterion in CRITERIA:
        if criterion.is_asked(asked.question) and criterion.code in queries:
            yield criterion.code, queries[criterion.code]()


def _limits(in_play: dict[str, str]) -> Iterator[str]:
    """Yield what the limits cost about which nothing was said."""
    kinds = {
        "gender": [CriterionKind.GENDER],
        "age": [CriterionKind.AGE],
        "children": [CriterionKind.CHILDREN, CriterionKind.BOYS, CriterionKind.GIRLS],
        "legal": [CriterionKind.LEGAL_STATUS],
        "group": [CriterionKind.GROUP],
    }
    tests = {
        code: "SELECT 1 FROM oracle_stated AS s WHERE s.id = wait.id"
        f" AND s.kind IN ({sql_truths.sql_list(of)})"
        " AND (s.operator IN ('only', 'excludes', 'range') OR s.operator = 'answer'"
        " AND s.answer IN ('no', 'in_these_cases'))"
        for code, of in kinds.items()
    }
    tests["area"] = (
        "SELECT 1 FROM oracle_row AS r LEFT JOIN oracle_reach AS a ON a.id = r.id"
        " WHERE r.id = wait.id AND (r.has_note = 1 OR a.id IS NOT NULL)"
    )
    tests["documents"] = "SELECT 1 FROM oracle_paper AS p WHERE p.id = wait.id"
    tests["access"] = "SELECT 1 FROM oracle_access AS a WHERE a.id = wait.id AND a.answer = 'no'"
    hard = weights.load().hard
    for code, test in tests.items():
        if code not in in_play:
            yield f"CASE WHEN EXISTS ({test}) THEN {hard.unknown} ELSE {hard.yes} END"


def _country() -> str:
    own = "r.has_note = 1 OR NOT EXISTS (SELECT 1 FROM oracle_reach AS a WHERE a.id = r.id)"
    return f"""
        SELECT r.id, CASE WHEN (r.country = %(country)s AND ({own})) OR EXISTS (
            SELECT 1 FROM oracle_reach AS a WHERE a.id = r.id AND a.country = %(country)s
        ) THEN 2 ELSE 0 END AS truth FROM oracle_row AS r
    """


def _area(asked: Query) -> str:
    where = asked.question.where
    codes = where.areas if where else ()
    here, whole = (
        ("1 = 1", 1) if where is None or where.country is None else ("a.country = %(country)s", 2)
    )
    is_part = "1 = 1"
    if codes:
        is_part = (
            "1 = 0"
            if asked.point
            else (
                "EXISTS (SELECT 1 FROM oracle_within AS w WHERE w.id = a.id AND w.number = a.number"
                " AND w.code = %(smallest)s)"
            )
        )
    in_circle = f"CASE WHEN {_metres('a')} <= a.radius THEN 2 ELSE 0 END" if asked.point else "1"
    has_circle = "a.radius IS NOT NULL" if asked.point else "1 = 0"
    truth = f"""
        SELECT a.id, MAX(CASE WHEN {has_circle} THEN {in_circle}
            WHEN NOT ({here}) THEN 0
            WHEN a.area IS NULL AND a.radius IS NULL THEN {whole}
            WHEN a.area IN ({sql_truths.sql_list(codes)}) THEN 2
            WHEN {is_part} THEN 1 ELSE 0 END) AS truth
        FROM oracle_reach AS a GROUP BY a.id
    """
    return (
        "SELECT r.id, CASE WHEN t.truth IS NULL THEN 1 WHEN t.truth = 0 AND r.has_note = 1 THEN 1"
        f" ELSE t.truth END AS truth FROM oracle_row AS r LEFT JOIN ({truth}) AS t ON t.id = r.id"
    )


def _apart(asked: Query) -> str:
    """Return the truth of each point: whether it lies apart from all that she avoids."""
    avoided = asked.avoid or Avoidance(frozenset())
    codes, towns, near = map(
        sql_truths.sql_list, map(sorted, (avoided.codes, avoided.towns, avoided.near))
    )
    limits = asked.weights.avoid
    is_near, is_in_quarter = (
        " OR ".join(
            f"{_metres('p', repr(latitude), repr(longitude))} <= {limit}"
            for latitude, longitude in sorted(avoided.centres)
        )
        for limit in (limits.near_metres, limits.quarter_metres)
    )
    return f"""
        SELECT p.id, p.number, MIN(CASE
            WHEN l.surely = 1 AND l.code IN ({codes}) THEN 0
            WHEN l.surely = 1 AND l.code IN ({towns}) AND ({is_in_quarter or "1 = 0"}) THEN 0
            WHEN {is_near or "1 = 0"} OR l.surely = 1 AND l.code IN ({towns}) THEN 1
            WHEN l.surely = 0 AND l.code IN ({codes}, {towns}, {near}) THEN 1
            WHEN s.codes IS NULL THEN 1 ELSE 2 END) AS truth
        FROM oracle_point AS p LEFT JOIN oracle_lies AS l ON l.id = p.id AND l.number = p.number
        LEFT JOIN (SELECT id, number, COUNT(*) AS codes FROM oracle_lies
            WHERE surely = 1 AND code <> 'None' GROUP BY id, number) AS s
            ON s.id = p.id AND s.number = p.number
        GROUP BY p.id, p.number
    """


def _avoid(asked: Query) -> str:
    return f"""
        SELECT r.id, CASE WHEN r.is_remote = 1 THEN 2 ELSE COALESCE(MAX(t.truth), 1) END AS truth
        FROM oracle_row AS r LEFT JOIN ({_apart(asked)}) AS t ON t.id = r.id
        GROUP BY r.id, r.is_remote
    """


def _distance(asked: Query) -> str:
    """Return the distance of each row's nearest point where she may be seen."""
    if asked.point is None:
        return "SELECT id, CAST(NULL AS bigint) AS metres FROM oracle_row WHERE 1 = 0"
    return f"""
        SELECT p.id, MIN({_metres("p")}) AS metres
        FROM oracle_point AS p JOIN ({_apart(asked)}) AS t
            ON t.id = p.id AND t.number = p.number AND t.truth > 0
        GROUP BY p.id
    """


def _metres(table: str, latitude: str = "%(latitude)s", longitude: str = "%(longitude)s") -> str:
    """Return the haversine formula. Units: metres, rounded."""
    north = f"RADIANS({table}.latitude - {latitude})"
    east = f"RADIANS({table}.longitude - {longitude})"
    squared = (
        f"POWER(SIN({north} / 2), 2) + COS(RADIANS({latitude})) * COS(RADIANS({table}.latitude))"
        f" * POWER(SIN({east} / 2), 2)"
    )
    return f"CAST(ROUND(%(diameter)s * ASIN(SQRT({squared}))) AS bigint)"
