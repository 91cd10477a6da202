"""What the page before printing shows: for each language the texts, their readers and what they
wait for, and for each country the numbers, with those that are left out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext as _, ngettext

from protect.campaigns.base.enums import PaperSize, TextWait
from protect.campaigns.materials.models import Material
from protect.campaigns.materials.templates_table import press_templates
from protect.campaigns.press import proofs
from protect.campaigns.press.numbers import NationalLine, choose_lines
from protect.campaigns.press.omissions import Omission
from protect.campaigns.press.page_texts import fill_text
from protect.campaigns.press.proofs import PrintInput, Proof
from protect.campaigns.press.text_states import TextState, text_states
from protect.content import access as content
from protect.content.drafts import page_files
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import formats


class LanguagePart(NamedTuple):
    """A language that was chosen. `others`: texts that are printed in another language; `waits`:
    what texts wait for, with their number and the page where that is done; `previews`: label and
    address of each PDF; `pictures`: addresses of the pages of the first of them."""

    tag: str
    name: str
    states: tuple[TextState, ...]
    countries: tuple[str, ...]
    others: tuple[TextState, ...]
    other_names: str
    readings: tuple[str, ...]
    waits: tuple[tuple[str, int, str], ...]
    previews: tuple[tuple[str, str], ...]
    pictures: tuple[str, ...]

    @property
    def rows(self) -> list[tuple[TextState, str, str]]:
        """Return each text as the papers print it, with how many people have read it."""
        return [
            (state, self._as_printed(state.text), reading_text(state.readers))
            for state in self.states
        ]

    def _as_printed(self, text: str) -> str:
        """Return a text with the numbers of the chosen countries, each wording once."""
        return " / ".join(dict.fromkeys(fill_text(text, each) for each in self.countries))

    @property
    def is_whole_other(self) -> bool:
        """Return whether no text is printed in the language."""
        return len(self.others) == len(self.states)

    @property
    def has_unread(self) -> bool:
        return any(not state.readers for state in self.states)


class NumbersPart(NamedTuple):
    """The numbers that papers for a country print. `languages`: their names; "" for all chosen."""

    country: str
    languages: str
    lines: tuple[NationalLine, ...]
    omitted: tuple[Omission, ...]


def check_context(
    scope: Scope, material: Material, wanted: PrintInput, at: datetime
) -> dict[str, Any]:
    """Return the values of the page before printing. Errors: as `numbers.choose_lines`."""
    states = text_states(material.template, wanted.languages)
    released = wanted._replace(languages=[tag for tag in wanted.languages if states[tag]])
    made = list(proofs.make_proofs(material, released, at=at))
    parts = [_language_part(scope, material, wanted, tag, states[tag]) for tag in wanted.languages]
    return {
        "languages": parts,
        "numbers": _numbers_parts(made, released.languages, _notes_by_line(material, made, at)),
        "seen": [proof.notice for proof in made if proof.notice],
        "ticked": [part.tag for part in parts if part.states and not part.others],
    }


def reading_text(readers: int) -> str:
    """Return how many people have read a text that is printed."""
    if not readers:
        return _("Draft, no reader yet")  # For translators: of a text: only its author knows it
    # Translators: of a text: {count} people have read it and found it right.
    return ngettext("Read by {count} person", "Read by {count} people", readers).format(
        count=readers
    )


def _language_part(
    scope: Scope,
    material: Material,
    wanted: PrintInput,
    tag: str,
    states: tuple[TextState, ...],
) -> LanguagePart:
    others = tuple(state for state in states if state.language != tag)
    names = dict.fromkeys(_language_name(state.language) for state in others)
    return LanguagePart(
        tag=tag,
        name=_language_name(tag),
        states=states,
        countries=tuple(wanted.countries),
        others=others,
        other_names=", ".join(names),
        readings=_readings(states),
        waits=_waits(scope, material.template, tag, states),
        previews=_previews(material, wanted, tag) if states else (),
        pictures=_pictures(material, wanted, tag) if states else (),
    )


def _readings(states: Iterable[TextState]) -> tuple[str, ...]:
    """Return how many texts have how many readers, those without a reader first."""
    counts: dict[int, int] = {}
    for state in states:
        counts[state.readers] = counts.get(state.readers, 0) + 1
    texts = {
        readers: ngettext("{count} text", "{count} texts", count).format(count=count)
        for readers, count in sorted(counts.items())
    }
    return tuple(f"{text}: {reading_text(readers)}" for readers, text in texts.items())


def _waits(
    scope: Scope, template: str, tag: str, states: Sequence[TextState]
) -> tuple[tuple[str, int, str], ...]:
    """Return what texts wait for, each with the number of texts and the address of its page."""
    waits = [state.wait for state in states if state.wait]
    if not states:  # none was released, nor in a language that stands in
        waits = [TextWait.RELEASE]
    return tuple(
        (str(wait.label), waits.count(wait), _wait_url(scope, template, tag, wait))
        for wait in TextWait
        if wait in waits
    )


def _wait_url(scope: Scope, template: str, tag: str, wait: TextWait) -> str:
    """Return where a text is translated, read or released; "" if the user has no part in it."""
    if not content.takes_part(scope):
        return ""
    if wait is TextWait.RELEASE:
        if content.may(scope, Permission.RELEASE_PAGES):
            return f"{reverse('content:release_preview')}?{urlencode({'language': tag})}"
        return reverse("content:release_list")
    if tag == page_files.SOURCE_TAG:
        return reverse("content:source", args=[template])
    return reverse("content:translation", args=[template, tag])


def _previews(material: Material, wanted: PrintInput, tag: str) -> tuple[tuple[str, str], ...]:
    address = reverse("campaigns:material_preview", args=[material.pk])
    return tuple(
        (
            f"{formats.country_name(country, get_language() or 'en')} · {PaperSize(size).label}",
            f"{address}?{_query(wanted, country, tag, size)}",
        )
        for country in wanted.countries
        for size in wanted.sizes
    )


def _pictures(material: Material, wanted: PrintInput, tag: str) -> tuple[str, ...]:
    """Return the addresses of the pages of the first paper: a card has two."""
    country, size = wanted.countries[0], wanted.sizes[0]
    count, query = (2 if size is PaperSize.CARD else 1), _query(wanted, country, tag, size)
    address = partial(reverse, "campaigns:material_picture")
    return tuple(f"{address(args=[material.pk, n])}?{query}" for n in range(1, count + 1))


def _query(wanted: PrintInput, country: str, tag: str, size: str) -> str:
    asked = {"countries": country, "languages": tag, "sizes": str(size)}
    return urlencode(asked | ({"has_bleed": "on"} if wanted.has_bleed else {}))


def _notes_by_line(
    material: Material, made: Iterable[Proof], at: datetime
) -> dict[tuple[str, str], NationalLine]:
    """Return the lines that papers print with notes in the user's language, by country and
    number."""
    template, written = press_templates()[material.template], get_language() or "en"
    papers = {(proof.country, proof.language) for proof in made}
    return {
        (country, line.number): line
        for country, tag in papers
        for line in choose_lines(country, template, tag, written=written, at=at).printed
    }


def _numbers_parts(
    made: Iterable[Proof],
    tags: Iterable[str],
    translated: Mapping[tuple[str, str], NationalLine],
) -> list[NumbersPart]:
    """Return the numbers of papers, those that are the same in several languages once.
    `translated`: lines with notes in the user's language."""
    same: dict[tuple[Any, ...], tuple[Proof, list[str]]] = {}
    for proof in made:
        numbers = tuple(line.number for line in proof.sheet.lines)
        key = (proof.country, numbers, proof.omitted)
        of_numbers = same.setdefault(key, (proof, []))[1]
        if proof.language not in of_numbers:
            of_numbers.append(proof.language)
    return [
        NumbersPart(
            proof.country,
            "" if set(of_numbers) == set(tags) else ", ".join(map(_language_name, of_numbers)),
            tuple(translated.get((proof.country, line.number), line) for line in proof.sheet.lines),
            proof.omitted,
        )
        for proof, of_numbers in same.values()
    ]


def _language_name(tag: str) -> str:
    return formats.language_name(tag, get_language() or "en")
