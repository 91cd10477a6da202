"""The list of all pages and languages."""

import pytest

from protect.content.enums import ChangeClass, TranslationState
from protect.content.models import PageState
from protect.content.screens import matrix
from tests.content.editing import save

pytestmark = [pytest.mark.django_db, pytest.mark.urls("protect.site.urls.desk")]


def cells(page, *tags):
    (row,) = matrix.render_rows([(page, "Men and boys")], tags)
    assert (row.page, row.title) == (page, "Men and boys")
    return row.cells.split("</td>")[:-1]


def test_each_cell_leads_to_its_texts_and_names_what_they_need(page, amal):
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    english, french, german = cells(page, "en", "fr", "de")

    assert 'href="/texts/men"' in english
    assert 'href="/texts/men/fr"' in french
    assert str(TranslationState.WITHDRAWN.label) in french
    assert ">1<" in french  # one text of several
    assert str(TranslationState.MISSING.label) in german
    assert 'href="/texts/men/de"' in german


def test_a_row_says_in_how_many_languages_each_state_asks_for_most_work(page, amal):
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    (row,) = matrix.render_rows([(page, "Men and boys")], ["en", "fr", "de", "sl"])

    assert row.states == [
        (TranslationState.WITHDRAWN, 1),
        (TranslationState.MISSING, 2),
        (TranslationState.UNREVIEWED, 1),
    ]


def test_a_cell_is_small(page):
    assert all(len(cell) < 250 for cell in cells(page, "en", "fr", "de"))


def test_a_page_that_was_not_counted_yet_misses_all_texts(page):
    PageState.objects.all().delete()

    assert str(TranslationState.MISSING.label) in cells(page, "fr")[0]


@pytest.mark.parametrize(
    ("counts", "cell"),
    [
        ({}, (TranslationState.MISSING, 0, True)),
        ({"current": 5}, (TranslationState.CURRENT, 5, True)),
        ({"current": 5, "withdrawn": 1, "missing": 2}, (TranslationState.WITHDRAWN, 1, False)),
    ],
)
def test_a_cell_says_the_state_that_asks_for_most_work(counts, cell):
    assert matrix.cell_of(counts) == cell
