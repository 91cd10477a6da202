import csv
import re
from datetime import date
from pathlib import Path

import pytest
from babel import Locale
from babel.core import get_global

from protect.kernel import tables
from protect.kernel.errors import DataError
from protect.reference import vocabulary

REVIEWED = {"native_reviewed_on": date(2027, 1, 10), "sgbv_reviewed_on": date(2027, 1, 12)}
NEUTRAL = 'kind = "news"\nurl = "{url}"\n'
FINNISH = """
[fi]
iso639_3 = "fin"
endonym = "Suomi"
english = "Finnish"
direction = "{direction}"
script = "Latn"
state = "{state}"
cldr = "{cldr}"
fallback = {fallback}
exits = {exits}
"""
FINLAND = """
[FI]
endonyms = {{ {endonym} = "Suomi" }}
languages = ["fi"]
zone = "{zone}"
spoken_everywhere = ["fi"]
aliases = {aliases}
emergency = [{emergency}]
"""
GENERAL = 'number = "112", kind = "general", source = "https://example.org/"'


def finnish(**changes):
    given = {
        "direction": "ltr",
        "state": "review",
        "cldr": "fi",
        "fallback": '["en"]',
        "exits": '["wikipedia-en"]',
    }
    return FINNISH.format(**given | changes)


def finland(**changes):
    given = {
        "endonym": "fi",
        "zone": "Europe/Helsinki",
        "aliases": "[]",
        "emergency": f"{{ {GENERAL} }}",
    }
    return FINLAND.format(**given | changes)


@pytest.fixture
def office(settings, tmp_path):
    """A folder of an office: what is written there counts from then on."""
    settings.PROTECT_DATA_DIRS = [tmp_path]

    def write(kind: str, text: str) -> None:
        path = tmp_path / "reference" / f"{kind}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        vocabulary.forget()

    yield write
    vocabulary.forget()


@pytest.fixture(scope="module")
def starter():
    """The rows of the starter directory, wherever it stands in the package."""
    files = sorted(tables.PACKAGES_FOLDER.rglob("services.csv"))
    if not files:
        pytest.skip("the starter directory is not in the package")
    with files[0].open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def kinds(row):
    return set(row["categories"].split(";"))


# --- what we ship --------------------------------------------------------------------------------


def test_every_vocabulary_that_we_ship_can_be_read():
    vocabulary.read_all()

    assert len(vocabulary.countries()) == 12


def test_thirty_four_languages_are_shown_as_drafts_in_the_demo():
    shown = vocabulary.published_languages("demo")

    assert len(shown) == 34
    assert next(iter(shown)) == "en"
    assert {each.state for each in shown.values()} == {"review"}


def test_live_site_shows_no_language_without_review():
    assert vocabulary.published_languages("live") == {}


@pytest.mark.parametrize("code", list(vocabulary.countries()))
def test_the_official_languages_of_a_country_can_all_be_chosen(code):
    official = set(vocabulary.countries()[code].languages)

    assert official <= set(vocabulary.published_languages("demo"))


def test_no_two_languages_share_an_iso_code():
    codes = [language.iso639_3 for language in vocabulary.languages().values()]

    assert len(codes) == len(set(codes))


def test_iso_codes_of_three_letters_lead_to_the_tag_where_babel_knows_both():
    known = get_global("language_aliases")
    wrong = {
        tag: known[each.iso639_3]
        for tag, each in vocabulary.languages().items()
        if len(tag) == 2 and known.get(each.iso639_3, tag) not in (tag, each.cldr)
    }

    assert wrong == {}


def test_every_language_with_text_is_written_in_the_direction_that_babel_gives_it():
    for language in vocabulary.languages().values():
        if language.has_text:
            assert Locale.parse(language.cldr).text_direction == language.direction, language.tag


def test_dari_is_formatted_as_persian_of_afghanistan():
    dari = vocabulary.languages()["prs"]

    assert (dari.cldr, dari.speech_tag, dari.direction) == ("fa_AF", "fa-AF", "rtl")


def test_a_language_names_itself_to_babel_and_to_speech_unless_it_says_otherwise():
    tigrinya = vocabulary.languages()["ti"]

    assert (tigrinya.tag, tigrinya.cldr, tigrinya.speech_tag) == ("ti", "ti", "ti")


def test_no_language_claims_a_review_that_did_not_happen():
    assert not any(language.is_reviewed for language in vocabulary.languages().values())


def test_missing_texts_are_looked_for_in_the_own_list_before_the_lists_of_others():
    assert vocabulary.fallback_chain("ps") == ("ps", "prs", "fa", "en")


def test_every_language_of_the_demo_has_two_pages_to_leave_for_and_a_last_resort():
    for tag in vocabulary.published_languages("demo"):
        targets = vocabulary.exit_targets(tag)

        assert len(targets) == 3, tag
        assert targets[-1].kind == "encyclopaedia"


def test_no_exit_is_called_checked():
    assert {each.status for each in vocabulary.exits().values()} == {"unconfirmed"}


def test_every_exit_is_used_by_a_language():
    used = {code for language in vocabulary.languages().values() for code in language.exits}

    assert used == set(vocabulary.exits())


def test_112_is_the_first_number_in_every_country():
    firsts = {country.emergency[0].number for country in vocabulary.countries().values()}

    assert firsts == {"112"}


def test_no_emergency_number_is_called_confirmed():
    for country in vocabulary.countries().values():
        assert {each.status for each in country.emergency} == {"unconfirmed"}, country.code


def test_the_public_site_offers_eight_needs():
    public = [code for code, need in vocabulary.needs().items() if need.public]

    assert public == [
        "hurt-now",
        "safe-place",
        "doctor",
        "talk",
        "law-papers",
        "child",
        "helping",
        "not-sure",
    ]


@pytest.mark.parametrize("code", list(vocabulary.categories()))
def test_each_category_is_a_need_of_its_own_unless_it_is_never_an_answer(code):
    expected = () if vocabulary.categories()[code].never_an_answer else (code,)

    assert vocabulary.needs()[code].categories == expected


@pytest.mark.parametrize("code", ["talk", "safe-place", "law-papers"])
def test_police_never_answer_a_need_that_is_not_about_danger(code):
    assert "police" in vocabulary.needs()[code].never


def test_the_police_are_a_last_resort_for_the_need_hurt_now():
    assert vocabulary.needs()["hurt-now"].last == ("police",)


def test_silence_is_assumed_only_for_people_without_papers():
    silent = [code for code, status in vocabulary.statuses().items() if status.silence]

    assert silent == ["undocumented"]


# --- the starter directory -----------------------------------------------------------------------


def test_every_language_that_a_service_speaks_is_known(starter):
    spoken = {tag for row in starter for tag in re.sub(r"\[.*?\]", "", row["languages"]).split(";")}

    assert spoken - {""} <= set(vocabulary.languages())


def test_every_category_of_a_service_is_known(starter):
    used = {code for row in starter for code in kinds(row)}

    assert used <= set(vocabulary.categories())


def test_every_number_of_an_emergency_row_is_an_emergency_number_of_its_country(starter):
    kept = {
        (each.row, each.number)
        for country in vocabulary.countries().values()
        for each in country.emergency
    }
    listed = {
        (row["source_id"], phone.partition("|")[0])
        for row in starter
        if "emergency" in kinds(row) <= {"emergency", "police", "health"}
        for phone in row["phones"].split(";")
    }

    assert listed <= kept


def test_every_children_line_is_a_helpline_for_children_of_that_country(starter):
    rows = {row["source_id"]: row for row in starter}
    for code, country in vocabulary.countries().items():
        line = rows[country.child_line]

        assert line["country"] == code
        assert {"helpline", "child-protection"} <= kinds(line)
        assert line["phones"]


# --- what an office may change -------------------------------------------------------------------


def test_an_office_adds_a_language_without_touching_ours(office):
    office("languages", finnish())

    assert "fi" in vocabulary.published_languages("demo")
    assert "en" in vocabulary.published_languages("demo")
    assert vocabulary.fallback_chain("fi") == ("fi", "en")


def test_live_shows_a_language_that_both_reviewers_have_read(office):
    days = "".join(f"{key} = {day.isoformat()}\n" for key, day in REVIEWED.items())
    office("languages", finnish(state="published") + days)

    assert list(vocabulary.published_languages("live")) == ["fi"]


@pytest.mark.parametrize("missing", list(REVIEWED))
def test_live_hides_a_published_language_that_lacks_a_review(office, missing):
    days = "".join(f"{k} = {day.isoformat()}\n" for k, day in REVIEWED.items() if k != missing)
    office("languages", finnish(state="published") + days)

    assert vocabulary.published_languages("live") == {}


def test_live_hides_a_reviewed_language_that_is_paused(office):
    days = "".join(f"{key} = {day.isoformat()}\n" for key, day in REVIEWED.items())
    office("languages", finnish(state="paused") + days)

    assert "fi" not in vocabulary.published_languages("live")
    assert "fi" not in vocabulary.published_languages("demo")


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("languages", finnish(direction="up"), "direction: Input should be"),
        ("languages", finnish(direction="rtl"), "direction rtl does not go with script Latn"),
        ("languages", finnish(fallback='["xx"]'), "fallback xx is not known"),
        ("languages", finnish(fallback='["hi"]'), "fallback hi is only spoken"),
        ("languages", finnish(fallback='["fi"]'), "Its fallback leads back to it"),
        ("languages", finnish(cldr="xx"), "Babel knows no locale xx"),
        ("languages", finnish(exits='["nowhere"]'), "exit nowhere is not known"),
        ("languages", finnish(exits='["knmi"]'), "do not end with an encyclopaedia"),
        ("languages", finnish() + 'flag = "FI"\n', "flag: Extra inputs are not permitted"),
        ("exits", "[fi]\n" + NEUTRAL.format(url="http://example.org/"), "is not HTTPS"),
        ("exits", "[fi]\n" + NEUTRAL.format(url="https://example.org/?a=1"), "more than a page"),
        ("exits", "[fi]\n" + NEUTRAL.format(url="https://me@example.org/"), "more than a page"),
        ("exits", "[fi]\n" + NEUTRAL.format(url="https://a.fi/") + "bytes = 100001", "over 100 kB"),
        (
            "exits",
            "[fi]\n" + NEUTRAL.format(url="https://a.fi/") + 'status = "confirmed"',
            "status confirmed does not go with its date",
        ),
        ("countries", finland(endonym="xx"), "language xx is not known"),
        ("countries", finland(zone="Europe/Nowhere"), "is no IANA time zone"),
        ("countries", finland(aliases='["EL"]'), "EL is GR already"),
        ("countries", finland(emergency=""), "No general emergency number comes first"),
        (
            "countries",
            finland(emergency=f'{{ {GENERAL} }}, {{ kind = "app", source = "x" }}'),
            "kind app cannot be reached",
        ),
        (
            "countries",
            finland(emergency=f"{{ {GENERAL}, checked = 2027-01-10 }}"),
            "status unconfirmed does not go with its date",
        ),
        ("needs", '[fi]\ncategories = ["sauna"]', "category sauna is not known"),
        (
            "needs",
            '[fi]\ncategories = ["for-people-who-use-violence"]',
            "for-people-who-use-violence is never an answer",
        ),
        ("needs", '[fi]\ncategories = []\nlast = ["police"]', "last names more"),
        ("needs", '[fi]\ncategories = []\nshort = "kq"', "kq is hurt-now already"),
        ("needs", '[fi]\ncategories = []\nshort = "aa"', "short: String should match pattern"),
        ("needs", '[fi]\ncategories = ["legal"]\npublic = true', "lacks its words"),
        ("categories", '[fi]\nname = "Sauna"\nhint = "Warm."', "has no need of its code"),
    ],
)
def test_a_wrong_row_is_refused_by_name_with_a_remedy(office, kind, text, problem):
    office(kind, text)

    with pytest.raises(DataError) as refusal:
        vocabulary.read_all()

    facts = refusal.value.facts
    assert problem in str(facts["problem"])
    assert facts["record"] in ("fi", "FI")
    assert facts["remedy"]


def test_a_refusal_names_the_file_and_the_line_of_the_row(office):
    office("needs", '# ours\n\n[fi]\ncategories = ["sauna"]\n')

    with pytest.raises(DataError) as refusal:
        vocabulary.needs()

    assert (refusal.value.facts["file"], refusal.value.facts["line"]) == ("needs.toml", 3)


def test_a_circle_of_fallbacks_over_two_languages_is_found(office):
    office(
        "languages", finnish(fallback='["en"]') + finnish(fallback='["fi"]').replace("[fi]", "[en]")
    )

    with pytest.raises(DataError, match="leads back"):
        vocabulary.languages()


def test_data_files_are_plain_utf8_with_unix_line_ends():
    folder = Path(tables.PACKAGES_FOLDER) / "reference" / "data"
    for path in folder.glob("*.toml"):
        assert b"\r" not in path.read_bytes()
