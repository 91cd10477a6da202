import re

import pytest

from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.notices import letters
from protect.notices.enums import Template
from protect.notices.errors import TemplateGone
from protect.notices.rules import TEMPLATES_THAT_NEED_LINK

LINK = "https://desk.example.org/r/k4v7"
LANGUAGES = ["en", "fr", "es", "it", "el", "nl", "pl", "bg", "hr", "hu", "sl", "mt", "ar"]
EVERY = [(template, language) for template in Template for language in LANGUAGES]

# Beginnings of words that would tell an onlooker what the work is about, or for whom.
TELLING = {
    "en": "violen rape abus assault sexual victim surviv shelter refug migra asyl traffick case",
    "fr": "violen viol abus agress sexuel victime surviv foyer réfug migra asile traite dossier",
    "es": "violen viola abus agres sexual víctima supervivi refug migra asilo trata caso",
    "it": "violen stupr abus aggress sessual vittim sopravviss rifug migra asilo tratta caso",
    "el": "βία βιασ κακοποί σεξουαλ θύμα θυμάτ επιζώ καταφύγ πρόσφυγ μετανάστ άσυλο υπόθεσ",
    "nl": "geweld verkracht misbruik seksue slachtoffer overleve opvang vlucht migra asiel zaak",
    "pl": "przemoc gwałt nadużyc seksual ofiar ocalał schronis uchodź migra azyl sprawa sprawy",
    "bg": "насили изнасил злоупотреб сексуал жертв оцел убежищ бежан мигра случа",
    "hr": "nasilj silovan zlostav seksual žrtv preživje skloni izbjegl migra azil slučaj",
    "hu": "erőszak bántalmaz szexuál áldozat túlélő menedék menekült migrá eset ügy",
    "sl": "nasilj posilstv zlorab spoln žrtv preživel zatočišč begun migra azil zadev",
    "mt": "vjolen stupr abbuż sesswal vittm superstit kenn refuġ migra ażil każ",
    "ar": "عنف اغتصاب اعتداء جنسي ضحية ضحايا ناجي ملجأ مأوى لاجئ مهاجر لجوء قضية",
}


def revealing_words(text: str, language: str) -> list[str]:
    beginnings = "|".join(TELLING[language].split())
    return re.findall(rf"\b(?:{beginnings})\w*", text, re.IGNORECASE)


def test_mail_exists_in_the_languages_of_staff():
    assert sorted(letters.letter_texts()) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_mail_and_is_called_a_draft(language):
    words = letters.letter_texts()[language]

    assert set(words.body) == set(Template)
    assert words.state == "draft"


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_a_mail_is_short_with_its_link_on_a_line_of_its_own(template, language):
    letter = letters.compose_letter(template.value, language, LINK)

    lines = letter.body.splitlines()
    assert letter.language == language
    assert lines.count(LINK) == 1
    assert len(lines) <= letters.MAX_LINES
    assert not set("{}") & set(letter.subject + letter.body)


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_no_mail_reveals_the_subject_of_the_work(template, language):
    letter = letters.compose_letter(template.value, language, LINK)

    assert revealing_words(letter.subject + "\n" + letter.body, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_guard_of_revealing_words(language):
    bad = TELLING[language].split()[0]

    assert revealing_words(f"… {bad} …", language) == [bad]


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_mail_of_a_language_has_one_subject(language):
    subjects = {letters.compose_letter(each.value, language, LINK).subject for each in Template}

    assert len(subjects) == 1


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_mail_without_a_link_mentions_none(template, language):
    lines = letters.compose_letter(template.value, language, "").body.splitlines()

    assert lines
    assert all(lines)
    assert template in TEMPLATES_THAT_NEED_LINK or not any(line.endswith(":") for line in lines)


@pytest.mark.parametrize(
    ("asked", "given"),
    [("fr", "fr"), ("fr-BE", "fr"), ("ar-x-y", "ar"), ("ti", "en"), ("", "en"), ("en-IE", "en")],
)
def test_a_language_falls_back_to_its_base_and_then_to_english(asked, given):
    letter = letters.compose_letter("admitted", asked, "")

    assert letter.language == given
    assert letter.subject == letters.letter_texts()[given].subject


def test_unknown_template_raises_template_gone():
    with pytest.raises(TemplateGone):
        letters.compose_letter("greeting_card", "en", "")


@pytest.fixture
def office(tmp_path, settings):
    """Write an office's own letters.toml."""

    def write(text: str) -> None:
        (tmp_path / "notices").mkdir(exist_ok=True)
        (tmp_path / "notices/letters.toml").write_text(text, encoding="utf-8")
        settings.PROTECT_DATA_DIRS = [str(tmp_path)]
        forget()

    yield write
    forget()


def forget():
    tables.load.cache_clear()
    letters.letter_texts.cache_clear()


def record(language: str, body: str, subject: str = "Mesaj") -> str:
    return (
        f'[{language}]\nstate = "draft"\nsubject = "{subject}"\n'
        f'[{language}.body]\nadmitted = """\n{body}\n"""\n'
    )


def test_overlay_adds_a_language(office):
    office(record("tr", "Giriş yapın.\n{link}"))

    assert letters.compose_letter("admitted", "tr", LINK).body == f"Giriş yapın.\n{LINK}\n"
    assert letters.compose_letter("left", "tr", LINK).language == "en"


def test_english_must_have_every_mail(office):
    office(record("en", "Sign in.\n{link}"))

    with pytest.raises(DataError) as refused:
        letters.letter_texts()

    assert (refused.value.facts["file"], refused.value.facts["line"]) == ("letters.toml", 1)
    assert "invitation" in refused.value.text()


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("{name}, hi\n{link}", "Mesaj"),  # a name
        ("Hi", "Mesaj"),  # no link
        ("See {link}", "Mesaj"),  # not on its own line
        ("{link}\n{link}", "Mesaj"),
        ("1\n2\n3\n4\n5\n{link}", "Mesaj"),
        ("Hi\n{link}", "{name}"),
        ("Hi\n{link}", ""),
        ("Hi\n{link}", "Mesaj\\nBcc: all@example.org"),
    ],
)
def test_text_with_other_placeholders_is_refused(office, body, subject):
    office(record("tr", body, subject))

    with pytest.raises(DataError, match="data_row_bad"):
        letters.letter_texts()
