"""Forms of the public site are drawn without Django's templates: the same, only quicker and
without blank lines."""

import re
from functools import partial

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from protect.ui.forms import QuickRenderer, QuickSelect

HOSTILE = "<b>\"&'é"
CHOICES = [("", _("I do not say")), ("f", _("Woman or girl")), ("ff", HOSTILE), (HOSTILE, "x")]
SLOW, QUICK = DjangoTemplates(), QuickRenderer()


class Example(forms.Form):
    pick = forms.ChoiceField(choices=CHOICES, required=False)
    radio = forms.ChoiceField(choices=CHOICES, required=False, widget=forms.RadioSelect)
    text = forms.CharField(widget=forms.TextInput(attrs={"class": "short", "readonly": True}))
    number = forms.IntegerField(min_value=3, help_text="years")
    tick = forms.BooleanField(required=False)


class QuickExample(Example):
    pick = forms.ChoiceField(choices=CHOICES, required=False, widget=QuickSelect)


def drawn(form: forms.Form) -> list[str]:
    radios = [str(radio) + radio.tag() for radio in form["radio"]]
    fields = [*(str(form[name]) for name in form.fields), *radios]
    return [re.sub(r"\n\s*", "\n", field) for field in fields]  # without blank lines


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"pick": "f", "radio": "f", "text": "27", "number": "4", "tick": "on"},
        {"pick": HOSTILE, "radio": HOSTILE, "text": HOSTILE, "number": HOSTILE},
        {"pick": "unknown", "radio": "unknown", "number": "1"},
    ],
)
@pytest.mark.parametrize("form_class", [Example, QuickExample])
def test_inputs_and_lists_are_what_django_writes_without_blank_lines(form_class, data):
    assert drawn(form_class(data, renderer=QUICK)) == drawn(Example(data, renderer=SLOW))


def test_options_of_one_language_are_not_shown_in_another():
    draw = partial(QuickSelect(choices=CHOICES).render, "pick", "f")
    with translation.override("en"):
        english = draw()
    with translation.override("ar"):
        arabic = draw()

    assert ">Woman or girl<" in english
    assert "Woman" not in arabic
    with translation.override("en"):
        assert draw() == english
