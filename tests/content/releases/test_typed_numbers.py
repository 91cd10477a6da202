"""Telephone numbers that are typed into texts, and releases that name one."""

import pytest

from protect.content.errors import ContentRefusal
from protect.content.models import Release
from protect.content.releases import actions, typed_numbers
from protect.content.releases.typed_numbers import is_long, phone_digits
from protect.content.texts import composition
from protect.kernel import clock
from tests.content.editing import save

NUMBER = "0800 30 030"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Call 0800 30 030 now.", ["080030030"]),
        ("Appelez le +32 2 534 36 36.", ["3225343636"]),
        ("اتصل بالرقم ٠٨٠٠ ٣٠ ٠٣٠", ["080030030"]),
        ("Within 72 hours, {limit:who_hiv_pep} or {emergency}.", ["72"]),
        ("On 01/12/2026 and 16 days.", ["16"]),
        ("Nothing.", []),
    ],
)
def test_numbers_are_found_in_each_script(text, digits):
    assert [each for _, each in phone_digits(text)] == digits


@pytest.mark.parametrize(
    ("written", "is_one"), [("0800 30 030", True), ("+32 2 534 36 36", True), ("2 000 000", False)]
)
def test_only_a_long_number_with_a_prefix_is_surely_one_of_a_telephone(written, is_one):
    digits = "".join(each for each in written if each.isdigit())

    assert is_long(written, digits) is is_one


def release_with_number(page, amal, bela):
    save(amal, page, f"Call {NUMBER}.")
    (first,) = actions.release_by_user(bela, ["en"], at=clock.now())
    save(amal, page, "Call a service.")
    actions.release_by_user(bela, ["en"], at=clock.now())
    return first


@pytest.mark.django_db
def test_a_release_that_names_a_number_out_of_the_directory_does_not_come_back(page, amal, bela):
    first = release_with_number(page, amal, bela)

    with pytest.raises(ContentRefusal) as refused:
        actions.roll_back(bela, first, at=clock.now())

    assert refused.value.code == "content_release_number"
    assert NUMBER in refused.value.text()
    assert "Men and boys" in refused.value.text()
    assert Release.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("known", "numbers"), [({"3210000072", "1000"}, []), ({"1522"}, ["1522"]), (set(), [])]
)
def test_a_short_number_counts_only_if_the_directory_has_had_it(
    page, amal, monkeypatch, known, numbers
):
    save(amal, page, "Within 72 hours, or call 1522.")
    monkeypatch.setattr(typed_numbers, "_known_digits", lambda: known)
    pages = composition.compose_pages(composition.load_texts([page]), "en")

    assert [*typed_numbers.wrong_numbers(pages)] == numbers


@pytest.mark.django_db
def test_a_number_of_the_public_directory_may_come_back(page, amal, bela, monkeypatch):
    first = release_with_number(page, amal, bela)
    monkeypatch.setattr(typed_numbers, "_public_digits", lambda: {"3280030030"})

    assert actions.roll_back(bela, first, at=clock.now()).number == 3


@pytest.mark.django_db
def test_a_text_that_refers_to_what_is_gone_does_not_come_back(page, amal, bela, monkeypatch):
    (first,) = actions.release_by_user(bela, ["en"], at=clock.now())
    save(amal, page, "Call a service.")
    actions.release_by_user(bela, ["en"], at=clock.now())
    monkeypatch.setattr(
        "protect.content.texts.composition.has_known_references",
        lambda text, kind: "{limit:" not in text,
    )

    refusal = actions.find_refusal(first, composition.load_texts())

    assert refusal is not None
    assert refusal.code == "content_release_withdrawn"
