"""The words of the coordination brief, from data/brief_words.toml, which has its languages."""

from protect.kernel import tables


class BriefWords(tables.Record):
    """The words of a brief in one language, which is its code. `quarter` takes {number} and {year};
    `as_of` and `report_issued` {day}; `part` {number} and {all}; `mapping_line` {title}, {starts},
    {ends} and {asked}."""

    title: str
    quarter: str
    as_of: str
    demonstration: str
    figures: str
    figure: str
    number: str
    part: str
    meetings_held: str
    round_tables: str
    workshops: str
    organisations_attending: str
    actions_done_in_time: str
    mappings: str
    mapping_interviews: str
    procedures_developed_or_reviewed: str
    procedures_in_force: str
    pathways_published: str
    pathways_tested: str
    services_with_plan: str
    services_adapted: str
    mapping: str
    mapping_line: str
    open: str
    closed: str
    report_issued: str
    procedures: str
    pathways: str
    gaps: str
    gaps_note: str
    decisions: str
    actions: str
    meetings: str
    none: str
    name: str
    state: str
    review_by: str
    published_on: str
    tested_on: str
    never: str
    draft: str
    coming: str
    in_force: str
    past_review: str
    replaced: str
    published: str
    changed: str
    test_old: str
    need: str
    settlements: str
    without: str
    ask_first: str
    decision: str
    group: str
    day: str
    action: str
    organisation: str
    due_on: str
    place: str


def brief_words() -> dict[str, BriefWords]:
    """Return the words by language. BCP 47. Errors: DataError."""
    words: dict[str, BriefWords] = tables.load("coordination", "brief_words", BriefWords)
    return words
