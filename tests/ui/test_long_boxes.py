"""A long list of boxes, as the server writes it."""

import re

from django import forms

from protect.ui.forms import LongCheckboxList

CHOICES = [("ar", "Arabic"), ("fr", "French"), ("ti", "Tigrinya")]


class Form(forms.Form):
    spoken = forms.MultipleChoiceField(choices=CHOICES, widget=LongCheckboxList)


def boxes(form: Form) -> list[str]:
    return re.findall(r'type="checkbox"\s+name="spoken"\s+value="(\w+)"', str(form["spoken"]))


def test_boxes_stand_in_the_order_of_the_choices():
    assert boxes(Form()) == ["ar", "fr", "ti"]


def test_what_is_ticked_stands_on_top_and_is_ticked():
    form = Form({"spoken": ["ti", "fr"]})

    assert boxes(form) == ["fr", "ti", "ar"]
    assert len(re.findall(r"\bchecked\b", str(form["spoken"]))) == 2
    assert form.is_valid()


def test_each_box_has_its_label_and_all_are_one_group():
    shown = str(Form()["spoken"])

    assert {*re.findall(r'<label for="(\w+)"', shown)} == {
        *re.findall(r'id="(id_spoken_\d)"', shown)
    }
    assert Form()["spoken"].use_fieldset
