"""A check before and after, side by side: answers, the directory, and what the public reads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import get_language

from protect.coordination.adaptations.actions import public_document
from protect.coordination.adaptations.check_topics import TRAINED, Topic, topics
from protect.coordination.adaptations.enums import Moment
from protect.coordination.adaptations.models import Adaptation, AdaptationStep, TopicAnswer
from protect.directory.access import follow_merges
from protect.directory.enums import Fact
from protect.directory.fact_records.fact_view import describe_fact
from protect.directory.fact_records.values import read_fact

type Document = list[list[Any]]  # of fact, label and lines


class Entry(NamedTuple):
    """What the directory and its public page say about a topic."""

    desk: list[str]
    public: list[str]


class TopicRow(NamedTuple):
    """A topic then and now. Without a new answer, the first one still holds."""

    topic: Topic
    then: TopicAnswer | None
    now: TopicAnswer | None
    entry_then: Entry
    entry_now: Entry
    steps: list[AdaptationStep]

    @property
    def answer(self) -> TopicAnswer | None:
        return self.now or self.then

    @property
    def has_changed(self) -> bool:
        """Return whether the answer, the directory or the public page differs from before."""
        values = [answer.value if answer else "" for answer in (self.then, self.answer)]
        return values[0] != values[1] or self.entry_then != self.entry_now

    @property
    def is_trained(self) -> bool:
        return self.topic.code == TRAINED


def topic_rows(check: Adaptation, *, at: datetime) -> list[TopicRow]:
    """Return all topics of a check in order, with texts in the active language."""
    service, tag = follow_merges(check.service), (get_language() or "en").partition("-")[0]
    answers = {(row.topic, row.moment): row for row in check.answers.all()}
    public_now = public_document(service, tag, at=at)
    public_then = check.public_before.get(tag, [])
    stored = {
        fact: read_fact(service, fact)
        for fact in {Fact(topic.fact) for topic in topics().values() if topic.fact}
    }
    steps = list(check.steps.kept().select_related("correction", "owner"))
    return [
        TopicRow(
            topic,
            answers.get((topic.code, Moment.THEN)),
            answers.get((topic.code, Moment.NOW)),
            _entry(topic, check.directory_before.get(topic.fact), public_then),
            _entry(topic, stored[Fact(topic.fact)] if topic.fact else None, public_now),
            [step for step in steps if step.topic == topic.code],
        )
        for topic in topics().values()
    ]


def _entry(topic: Topic, values: Mapping[str, Any] | None, document: Document) -> Entry:
    if not topic.fact:
        return Entry([], [])
    desk = describe_fact(Fact(topic.fact), topic.part_of(values)) if values else []
    public = [line for fact, _label, lines in document if fact == topic.fact for line in lines]
    return Entry(desk, public)


def page_pair(check: Adaptation, *, at: datetime) -> list[tuple[str, list[str], list[str]]]:
    """Return the whole public page as label, lines then and lines now."""
    tag = (get_language() or "en").partition("-")[0]
    then = {label: lines for _fact, label, lines in check.public_before.get(tag, [])}
    service = follow_merges(check.service)
    now = {label: lines for _fact, label, lines in public_document(service, tag, at=at)}
    labels = list(dict.fromkeys([*then, *now]))
    return [(label, then.get(label, []), now.get(label, [])) for label in labels]
