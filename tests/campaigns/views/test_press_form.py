"""The form that prints a material."""

import pytest

from protect.audit.context import AuditContext
from protect.campaigns.forms import PrintForm
from protect.campaigns.materials.templates_table import press_templates
from protect.content.releases import actions
from protect.kernel import clock

pytestmark = pytest.mark.django_db


def test_languages_with_a_text_of_their_own_come_first():
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(["en", "fr", "ti", "so"], audit)

    form = PrintForm(countries=["SI"], template=press_templates()["someone-to-talk-to"])

    first, *others = form.fields["languages"].choices
    own = [first, *others[:2]]
    assert {tag for tag, _label in own} == {"en", "fr", "ti"}
    assert all("(" not in label for _tag, label in own)
    assert all("(" in label for _tag, label in others[2:])
