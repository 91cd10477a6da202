"""What a text of a mapping must not contain, and what codes may say."""

from collections.abc import Iterable, Mapping

from protect.directory.protection import address_patterns

CODE_AXES = ("needs", "groups", "areas")


def unsafe_part(text: str) -> str:
    """Return what a text must not contain and does: number, link (also an e-mail address) or name;
    "" for nothing."""
    if address_patterns.has_link(text):
        return "link"
    if address_patterns.has_number(text):
        return "number"
    return "name" if address_patterns.has_person_name(text) else ""


def has_unsafe_text(texts: Iterable[str]) -> bool:
    return any(unsafe_part(text) for text in texts)


def kept_codes(known: Iterable[str], chosen: Iterable[str]) -> list[str] | None:
    """Return the chosen codes once each, in the order of the known ones; None if one is unknown."""
    order, picked = list(known), set(chosen)
    return [code for code in order if code in picked] if picked <= set(order) else None


def next_uncoded(order: list[str], coded: Mapping[str, bool], after: str) -> str | None:
    """Return the first answer without codes after another one, going round; None if none is left.
    `order`: ids of all answers; `coded`: whether each has codes."""
    start = order.index(after) + 1 if after in order else 0
    turned = order[start:] + order[:start]
    return next((key for key in turned if not coded[key]), None)
