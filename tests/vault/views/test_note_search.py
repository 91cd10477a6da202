import re
from datetime import timedelta
from urllib.parse import unquote

import pytest

from protect.vault.models import Sealed, Session
from protect.vault.records import notes
from tests.vault.cast import AT, entries
from tests.vault.views.desk import Desk, led_to, words
from tests.vault.views.noting import add_named, home, noted, title_of

CAST_IS_KEPT = True


@pytest.fixture
def amal(cast) -> Desk:
    return Desk().let_in(cast.amal)


def found(desk: Desk, team, typed: str) -> str:
    return words(desk.get(desk.post(home(team), q=typed).headers["Location"]))


@pytest.mark.parametrize(
    "typed",
    ["ngô", "NGO THI", "thị  ngo", "kılıç", "KILIC", "470123456", "0470 12 34", "هدى", "passport"],
)
def test_search_finds_words_however_they_are_spelt(cast, amal, typed):
    record = noted(cast.amal, cast.desk, "Demo Ngô Thị", "Kılıç, 0470 12 34 56. قالت هُدَى")
    add_named(cast.amal, record, "Passpört.png")
    noted(cast.amal, cast.desk, "Another", "nothing of it")

    page = found(amal, cast.desk, typed)

    assert "1 of 2 notes found" in page
    assert "Demo Ngô Thị" in page
    assert "Another" not in page


def test_search_counts_notes_that_do_not_open_and_says_that_they_are_not_read(cast, amal):
    noted(cast.amal, cast.desk, "Demo Wanted")
    Sealed.objects.update(ct=b"\x01" + bytes(60))

    page = found(amal, cast.desk, "wanted")

    assert "0 of 1 notes found" in page
    assert "A note that cannot be opened may contain these words." in page
    assert "Try fewer letters" not in page


def test_list_on_which_no_note_opens_says_where_the_notes_may_be(cast, amal):
    noted(cast.amal, cast.desk)
    Sealed.objects.update(ct=b"\x01" + bytes(60))

    page = words(amal.get(home(cast.desk)))

    assert "None of these notes can be opened" in page
    assert "can look for these notes in a backup" in page
    assert "No notes yet" not in page


@pytest.mark.parametrize("spelt", ["{}", "{} ", "upper", "gaps"])
def test_the_number_that_somebody_says_on_the_phone_finds_one_note(cast, amal, spelt):
    record, _other = noted(cast.amal, cast.desk, "Demo Wanted"), noted(cast.amal, cast.desk)
    number = notes.note_number(record)
    typed = {"upper": number.upper(), "gaps": number.replace("-", " ")}.get(spelt)

    page = found(amal, cast.desk, typed or spelt.format(number))

    assert "1 of 2 notes found" in page
    assert "Demo Wanted" in page
    assert number in page
    assert number in words(amal.get(f"/notes/{record.pk}"))


def test_the_beginning_of_a_number_finds_the_note_from_three_letters_on(cast, amal, monkeypatch):
    noted(cast.amal, cast.desk)
    monkeypatch.setattr(notes, "short_code", lambda kind, pk: "vs4fmm")

    for typed in ("VS4", "vs4-f", "vs4 fm"):
        assert "1 of 1 notes found" in found(amal, cast.desk, typed)
    for typed in ("vs", "fmm", "s4f", "vs4fmmx"):
        assert "Nothing found" in found(amal, cast.desk, typed)


def test_all_words_must_be_there(cast, amal):
    noted(cast.amal, cast.desk, "Demo Ngo", "Monday")

    assert "1 of 1 notes found" in found(amal, cast.desk, "ngo monday")
    assert "Nothing found" in found(amal, cast.desk, "ngo tuesday")


def test_what_is_searched_for_stands_in_no_address_session_or_title(cast, amal):
    noted(cast.amal, cast.desk)

    answer = amal.post(home(cast.desk), q="Demo Survivor")
    page = amal.get(answer.headers["Location"])

    assert "Survivor" not in unquote(answer.headers["Location"])
    assert 'value="Demo Survivor"' in page.content.decode()
    assert "Survivor" not in title_of(page)
    assert b"Survivor" not in b"".join(
        each.session_data.encode() for each in Session.objects.order_by("pk")
    )
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert entries("scan") == 1


def test_an_empty_search_shows_all(cast, amal):
    assert amal.post(home(cast.desk), q="  ").headers["Location"] == home(cast.desk)


def test_pages_of_what_was_found_keep_the_search(cast, amal):
    for number in range(30):
        noted(cast.amal, cast.desk, f"Demo wanted {number}")
    address = amal.post(home(cast.desk), q="wanted").headers["Location"]

    page = amal.get(address).content.decode()
    (onward,) = re.findall(r'href="(\?[^"]*page=2)"', page)

    assert words(amal.get(home(cast.desk) + onward.replace("&amp;", "&"))).count("Demo wanted") == 5


@pytest.mark.parametrize("token", ["forged", "x" * 200, "AQ"])
def test_a_search_that_is_over_leads_to_all_notes_and_says_so(cast, amal, token):
    noted(cast.amal, cast.desk)
    right = amal.post(home(cast.desk), q="demo").headers["Location"]

    assert led_to(amal.get(f"{home(cast.desk)}?s={token}")) == home(cast.desk)
    assert "This search has expired, to keep your search words private." in words(
        amal.get(home(cast.desk))
    )
    for minutes in (10, 20, 31):  # somebody who works on
        amal.at = AT + timedelta(minutes=minutes)
        answer = amal.get(right)
    assert led_to(answer) == home(cast.desk)


def test_a_search_opens_for_nobody_else(cast, amal):
    noted(cast.amal, cast.desk)
    address = amal.post(home(cast.desk), q="demo").headers["Location"]

    assert amal.get(address).status_code == 200
    assert Desk().let_in(cast.sana).get(address).status_code == 302
    assert Desk().let_in(cast.amal).get(address).status_code == 302  # another session
