"""Extension of the directory: what the public page of a service says, for pages of the desk."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation
from django.utils.safestring import SafeString

from protect.directory import extension, facts, models
from protect.findhelp.answers.sheets import FACT_LABELS, FactView, sheet_view
from protect.matching.services import store

LINKS = "links"  # of `FACT_LABELS`


class Extension(extension.Extension):
    def public_lines(
        self, service: models.Service, tag: str, *, at: datetime
    ) -> Iterator[extension.PublicLines]:
        """Yield the card and the facts of a service's page as they are now in the database."""
        for row in store.read([service.pk]):
            sheet = sheet_view(row, tag, at, at_any_hour=True)
            yield extension.PublicLines("", sheet.card.heading, sheet.cautions)
            with translation.override(tag):
                codes = {str(kind.public_label): code.value for code, kind in facts.FACTS.items()}
                codes |= {str(label): str(code) for code, label in FACT_LABELS.items()}
            for view in sheet.facts:
                code = codes.get(view.label, "")
                links = (row.email, row.website) if code == LINKS else ()
                lines = (*filter(None, links), *_lines(view))
                yield extension.PublicLines(code, view.label, lines)


def _lines(view: FactView) -> Iterator[str]:
    """Yield the lines of a fact as text. Links are markup, so they are left out."""
    yield from (line for line in view.lines if not isinstance(line, SafeString))
    for days, spans in view.week:
        yield f"{days}: {', '.join(spans)}"
    for quote in view.quoted:
        yield quote.text
