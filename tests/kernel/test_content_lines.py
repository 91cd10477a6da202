from hypothesis import given, strategies as st
from icalendar import vText
from icalendar.parser import Contentlines

from protect.kernel.content_lines import content_line, quote_parameter, text_line

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n,;\\"))


@given(value=TEXTS)
def test_a_text_is_read_back_as_it_was(value):
    whole = text_line("DESCRIPTION", value)

    if value:
        assert all(len(each.encode()) <= 75 for each in whole.split("\r\n"))
        (read,) = Contentlines.from_ical(whole)[:1]
        _, _, found = read.parts()
        assert vText.from_ical(found) == "\n".join(value.splitlines())
    else:
        assert whole == ""


def test_value_cannot_start_another_line():
    assert content_line("URL", "https://demo.example/\r\nX-EVIL:1") == (
        "URL:https://demo.example/  X-EVIL:1\r\n"
    )


@given(value=st.text(st.characters(exclude_categories=("Cs",))))
def test_no_control_character_but_the_tab_is_left_in_a_line(value):
    whole = content_line("URL", value) + content_line(
        f"ORGANIZER;CN={quote_parameter(value)}", "mailto:a@demo.example"
    )

    assert not [
        char
        for char in whole.replace("\r\n", "")
        if (char < " " or char == "\x7f") and char != "\t"
    ]


def test_a_parameter_ends_where_its_quotes_end():
    assert quote_parameter('Demo "House"; Rives') == "\"Demo 'House'; Rives\""
