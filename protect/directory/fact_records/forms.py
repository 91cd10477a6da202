"""Forms of facts: one for each, all drawn, read and checked alike."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory import labels, models
from protect.directory.enums import Audience, Fact, Method
from protect.directory.fact_records.values import fact_of
from protect.directory.facts import FACTS
from protect.directory.facts.base.fields import About, Group
from protect.directory.protection import address_patterns, addresses
from protect.reference import vocabulary
from protect.ui.forms import DeskForm

type Values = Mapping[str, object]


class FactForm(DeskForm):
    def __init__(
        self, fact: Fact, values: Values, about: About, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(data)
        self.fact, self.about = fact, about
        self.part = FACTS[fact].part(fact, self, about, values)

    def groups(self) -> list[Group]:
        return list(self.part.groups())

    def clean(self) -> dict[str, object] | None:
        cleaned = super().clean()
        self.part.clean()
        # Of a service with a never stored address no text may read like an address.
        for name, field in [*self.fields.items()] if self.about.is_protected else ():
            text = self.cleaned_data.get(name)
            is_free = isinstance(field, forms.CharField)
            if is_free and text and address_patterns.resembles(str(text)):
                message = _(
                    "This looks like an address or a map link. The address of this service is "
                    "never stored. Remove it."
                )
                self.add_error(name, forms.ValidationError(message))
        return cleaned

    def values(self) -> dict[str, object]:
        """Return what was typed, as `write_fact` takes it. Only of a form that is valid."""
        return self.part.values()


class DeskFactForm(FactForm):
    """The same at the desk: with how it was learnt, and what it looked like before."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    learnt = forms.ChoiceField(
        # Translators: over a choice: how an editor learnt what they typed.
        label=_("How do you know?"),
        help_text=_(
            "Then it counts as checked now. If you do not know, it counts as not checked, and "
            "stands in the list of what is to be checked."
        ),
        choices=[
            # Translators: how something was learnt: it has not been checked.
            ("", _("It has not been checked yet")),
            *((method, way.label) for method, way in labels.METHODS.items()),
        ],
        initial="",
        required=False,
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        # Translators: with whom an editor spoke, or which page they read.
        label=_("With whom, or which page?"),
        help_text=_("For the desk only. It is not shown outside."),
        required=False,
        max_length=400,
    )

    def __init__(
        self, fact: Fact, values: Values, about: About, data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(fact, values, about, data)
        self.fields["learnt"].required = fact == Fact.CAPACITY

    @property
    def method(self) -> Method | None:
        """The method of the check; None where the fact was edited without a check."""
        chosen = self.cleaned_data.get("learnt")
        return Method(chosen) if chosen else None

    def learning(self) -> list[forms.BoundField]:
        return [self["learnt"], self["source"]]


def about(service: models.Service) -> About:
    codes = list(service.categories.order_by("code").values_list("code", flat=True))
    hides = addresses.must_hide(codes)
    return About(
        country=service.country_id,
        zone=vocabulary.countries()[service.country_id].zone,
        is_protected=hides or service.address_audience == Audience.NEVER_STORED,
        must_hide=hides,
    )


def form_of(
    fact: Fact, service: models.Service, data: Mapping[str, object] | None = None
) -> FactForm:
    return FactForm(fact, fact_of(service, fact), about(service), data)


def kept_form() -> DeskFactForm:
    """Return a form with the fields of every fact: it can word whatever was posted to any."""
    country, about_it = next(iter(vocabulary.countries().items()))
    nowhere = About(country, about_it.zone)
    form = DeskFactForm(Fact.PHONE, FACTS[Fact.PHONE].blank(), nowhere)
    for fact in Fact:
        form.fields |= FactForm(fact, FACTS[fact].blank(), nowhere).fields
    return form
