import pytest

from protect.notices import letters
from protect.orgs import languages
from protect.orgs.accounts import mail_language_field


@pytest.mark.parametrize(
    ("chosen", "spoken"), [("ar", "ar"), ("fr-BE", "fr"), ("fa", "en"), ("el", "en"), ("", "en")]
)
def test_a_page_is_in_a_language_of_the_desk(chosen, spoken):
    assert languages.desk_language_of(chosen) == spoken


def test_mail_is_offered_in_the_languages_that_it_is_written_in():
    offered = [tag for tag, _name in mail_language_field().choices]

    assert offered[:4] == ["en", "fr", "nl", "ar"]
    assert set(offered) == set(letters.letter_texts())
    assert "fa" not in offered
