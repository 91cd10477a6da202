"""The sentences of `matching.wording`, each worded once for a language: pages repeat most of them.
They describe a service, never the visitor."""

from functools import lru_cache

from protect.matching import wording
from protect.matching.questions import Reason
from protect.reference.catalogue import active_language

type Facts = tuple[tuple[str, str | int], ...]

freshness_text = lru_cache(maxsize=4096)(wording.freshness_text)


def reason_text(reason: Reason, tag: str) -> str:
    """Return the sentence of a reason in a language: a distance without minutes, because it cannot
    name a means of travel. Errors: KeyError for an unknown code."""
    code = "distance_far" if reason.code == "distance" else reason.code
    return _reason_text(code, tuple((reason.facts or {}).items()), tag)


@lru_cache(maxsize=8192)
def _reason_text(code: str, facts: Facts, tag: str) -> str:
    return wording.reason_text(Reason(code, facts=dict(facts)), tag)


def language_week_text(language: str, week: str, tag: str) -> str:
    """Return when a language is spoken in a week: "Tigrinya: Mon, Fri 09:00–11:00"."""
    with active_language(tag):
        before_day, _day, _times = str(wording.REASONS["language_window"]).partition("{day}")
    name = wording.language_names(language, tag)
    return f"{before_day.format(language=name)}{week}"
