"""Each visit finds the right service among the first three answers, in each of eight languages."""

import re
import unicodedata
from functools import cache
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from protect.interchange.imports.outcomes import service_key
from protect.kernel import clock
from protect.matching import published, wording
from protect.matching.questions import Reason
from protect.reference import catalogue, vocabulary
from protect.reference.lookup import store
from protect.reference.lookup.place_names import sign_name
from tests.visits import LANGUAGES, VISITS, Visit

BY_NAME = [pytest.param(visit, id=visit.name.replace(" ", "-")) for visit in VISITS]
CARD = re.compile(r'class="card__name"><a href="[^"]*[/-]([a-z2-9]{6})(?:/q)?"')
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
# Names of things, and what translators left in Latin letters.
NOT_ENGLISH = {
    "Garda",
    "WhatsApp",
    "PDF",
    "LGBTQI",
    "HIV",
    "SMS",
    "Info",
    "Downloads",
    "non",
    "binary",
}
SKIPPED = {"style", "script", "select", "title", "bdi"}  # titles are neutral; names stand in `bdi`
SHORTEST = 10  # characters of an English text that is looked for


class Text(HTMLParser):
    """The text of a page that is in the language of the page: names have their own `lang`."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag, self.words, self._inside = tag, [], []

    def handle_startendtag(self, name, attributes):
        """Pass over what holds no text, such as the paths of an icon."""

    def handle_starttag(self, name, attributes):
        if name in {"meta", "link", "input", "br"}:
            return
        lang = dict(attributes).get("lang", self.tag)
        self._inside.append((name, lang != self.tag or name in SKIPPED))

    def handle_endtag(self, name):
        while self._inside and self._inside.pop()[0] != name:
            pass

    def handle_data(self, data):
        if not any(is_foreign for _, is_foreign in self._inside):
            self.words.append(data)


def text_of(page: str, tag: str) -> str:
    reader = Text(tag)
    reader.feed(page)
    return re.sub(r"\s+", " ", " ".join(reader.words))


@cache
def english_texts(tag: str) -> frozenset[str]:
    """Return the English of the texts that are something else in this language."""
    with (settings.LOCALE_PATHS[0] / "django.pot").open("rb") as file:
        texts = {str(message.id) for message in read_po(file) if message.id}
    long = {text for text in texts if len(text) >= SHORTEST and "{" not in text}
    return frozenset(t for t in long if catalogue.translation_with_language(t, tag)[0] != t)


def latin_names(country: str) -> set[str]:
    """Return the words of places in a country and of languages, also without accents."""
    rows = [row for row in store.place_rows().values() if row.country == country]
    areas = (area for area in store.areas().values() if area.country_id == country)
    languages = (language.endonym for language in vocabulary.languages().values())
    signs = map(sign_name, rows)
    names = [*signs, *(row.name for row in rows), *(area.name for area in areas), *languages]
    plain = "".join(c for c in unicodedata.normalize("NFD", " ".join(names)) if c.isascii())
    return set(LATIN_WORD.findall(plain)) | set(LATIN_WORD.findall(" ".join(names)))


@pytest.fixture
def open_visit(public, monkeypatch):
    def page(visit: Visit, tag: str) -> str:
        monkeypatch.setattr(clock, "now", lambda: visit.at)
        address = visit.address(tag)
        if visit.answers:
            address = public.post(address, visit.answers).headers["Location"]
        response = public.get(address)
        assert response.status_code == 200
        return response.content.decode()

    return page


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("visit", BY_NAME)
def test_a_visit_finds_the_right_service_and_reads_what_it_must_know(open_visit, visit, tag):
    page = open_visit(visit, tag)
    text, need = re.sub(r"<[^>]+>", "", page), vocabulary.needs()[visit.need]

    right = service_key("starter", visit.first)
    short = next(row.short for row in published.rows() if row.id == right)
    assert short in CARD.findall(page)[:3], visit.why
    assert not visit.limit or wording.reason_text(Reason(visit.limit), tag) in text
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
    assert not need.first_hours or ("72" in digits and "120" in digits)
    assert "112" in digits


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
@pytest.mark.parametrize("visit", BY_NAME)
def test_a_visit_reads_no_english_but_names(open_visit, visit, tag):
    text = text_of(open_visit(visit, tag), tag)

    left = [each for each in english_texts(tag) if re.search(rf"\b{re.escape(each)}\b", text)]
    assert left == []
    if vocabulary.languages()[tag].script != "Latn":
        country = store.place_rows()[visit.place].country
        # Without web and mail addresses, and the word that begins a text message.
        own = re.sub(r"\S+[.@]\S+|“[A-Z]+”", " ", text)
        assert set(LATIN_WORD.findall(own)) - latin_names(country) - NOT_ENGLISH == set()


def test_at_night_nothing_closed_comes_before_what_is_open(open_visit):
    visit = next(visit for visit in VISITS if visit.name == "hurt in Warsaw at night")
    cards = open_visit(visit, "en").split("<article")[1:6]

    states = ["Open now" in card for card in cards if re.search(r"Open now|Closed|Opens", card)]
    assert states == sorted(states, reverse=True)


def test_far_services_are_folded_below_national_lines(public, code):
    page = public.get(f"/en/{code('Split', 'HR')}-kq").content.decode()

    assert page.index("Phone lines for the whole country") < page.index("Farther away")
    assert "Zagreb" not in page[: page.index("Phone lines for the whole country")]
    assert "Zagreb" in page[page.index("Farther away") :]


def test_visitors_who_cannot_speak_get_no_police_if_other_services_write(open_visit):
    visit = next(visit for visit in VISITS if visit.is_quiet)
    names = re.findall(r'class="card__name"><a[^>]*>([^<]*)', open_visit(visit, "en"))

    assert not any("Police" in name for name in names[:3])
