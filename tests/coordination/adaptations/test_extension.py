"""What packages above the directory add to it: public lines, and erasure of an address."""

from protect.coordination.adaptations import actions
from protect.directory.enums import Fact
from protect.directory.extension import public_lines
from protect.directory.protection.addresses import protect_address
from tests.coordination.cast import AT
from tests.coordination.services import answer_values

STREET = "Ulica Kneza Branimira 12, 10000 Zagreb"


def test_protecting_an_address_erases_it_from_checks(adapting):
    check = adapting.begin()
    actions.save_answer(
        adapting.cast.scope("bela"), check, answer_values("cost", note=f"Demo. {STREET}"), at=AT
    )
    adapting.add(check, text=STREET)

    protect_address(adapting.cast.scope(), adapting.service, None, at=AT)

    assert "Branimira" not in check.answers.get().note
    assert "Branimira" not in check.steps.get().text


def test_find_help_says_what_its_page_shows_in_a_language(adapting):
    lines = {line.fact: line for line in public_lines(adapting.service, "fr", at=AT)}

    assert lines[Fact.LANGUAGES].label == "Langues"
    assert "Croate" in lines[Fact.LANGUAGES].lines[0].title()
    adapting.service.email, adapting.service.website = "d@demo.example", "https://demo.example/a"
    adapting.service.save()
    page = public_lines(adapting.service, "fr", at=AT)
    assert "https://demo.example/a" in [text for line in page for text in line.lines]
    assert not any("<" in text for line in page for text in (line.label, *line.lines))
    adapting.service.professionals_only = True
    adapting.service.save()
    assert public_lines(adapting.service, "fr", at=AT) == []
