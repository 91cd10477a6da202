"""The minutes of a meeting as source texts, each with its translation into a language."""

from collections.abc import Iterator
from typing import NamedTuple

from protect.coordination.meetings.models import AgendaItem, Meeting
from protect.coordination.minutes.models import ActionPoint, Decision
from protect.coordination.minutes.views import agenda_lines
from protect.coordination.translated_minutes.models import TranslatedText
from protect.coordination.translated_minutes.rules import SourceText, TextState, text_state


class TextPair(NamedTuple):
    """A source text and its translation; `row` is None if it has none."""

    source: SourceText
    row: TranslatedText | None

    @property
    def state(self) -> TextState:
        return text_state(self.source, self.row.source_digest if self.row else None)

    @property
    def translation(self) -> str:
        return self.row.text if self.row else ""


class ItemPairs(NamedTuple):
    """An item of the agenda with all its texts as pairs; `text` is None if nothing is written."""

    item: AgendaItem
    title: TextPair
    text: TextPair | None
    decisions: list[tuple[Decision, TextPair]]
    actions: list[tuple[ActionPoint, TextPair]]

    @property
    def pairs(self) -> Iterator[TextPair]:
        yield self.title
        if self.text:
            yield self.text
        yield from (pair for _row, pair in (*self.decisions, *self.actions))


def item_pairs(meeting: Meeting, language: str) -> list[ItemPairs]:
    """Return the items of an agenda with their texts in a language. Withdrawn decisions are left
    out, as in approved minutes."""
    stored = TranslatedText.objects.filter(meeting=meeting, language=language)
    rows = {row.key: row for row in stored}

    def pair(kind: str, row: AgendaItem | Decision | ActionPoint, text: str) -> TextPair:
        source = SourceText(f"{kind}-{row.pk}", text)
        return TextPair(source, rows.get(source.key))

    return [
        ItemPairs(
            item,
            pair("title", item, item.title),
            pair("text", item, item.text) if item.text.strip() else None,
            [
                (row, pair("decision", row, row.text))
                for row in item.decisions.all()
                if row.withdrawn_at is None
            ],
            [(row, pair("action", row, row.text)) for row in item.actions.all()],
        )
        for item in agenda_lines(meeting)
    ]
