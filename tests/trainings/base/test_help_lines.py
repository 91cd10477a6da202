"""Help lines: grouped numbers, and links for checked numbers only."""

import pytest
from django.template.loader import render_to_string

from protect.directory.enums import Freshness
from protect.trainings.base.help_lines import CHECKED_STATES, HelpLine, format_number, phone_href


@pytest.mark.parametrize("seen", list(Freshness))
@pytest.mark.parametrize("is_demo", [True, False])
def test_only_a_checked_number_outside_the_demonstration_is_a_link(settings, seen, is_demo):
    settings.IS_DEMO = is_demo
    expected = "tel:+3228000000" if seen in CHECKED_STATES and not is_demo else ""

    assert phone_href("+3228000000", seen) == expected


def test_help_line_has_a_left_to_right_number_and_a_language_tagged_name():
    line = HelpLine(
        "Demo Line", format_number("+3228000000"), is_checked=True, lang="nl", href="tel:112"
    )
    shown = " ".join(render_to_string("outreach/_help_line.html", {"line": line}).split())

    assert '<a class="call" href="tel:112"><bdi dir="ltr">+32 2 800 00 00</bdi></a>' in shown
    assert '<bdi lang="nl">Demo Line</bdi>' in shown
