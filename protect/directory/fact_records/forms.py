from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory import facts, labels, models
from protect.directory.enums import AddressReaders, Fact, Method
from protect.directory.fact_records.values import read_fact
from protect.directory.facts.base.fields import FactContext, Group
from protect.directory.protection import address_patterns, addresses
from protect.reference import vocabulary
from protect.ui.forms import DeskForm

type Values = Mapping[str, object]


class FactForm(DeskForm):
    """The form of one fact for checks and mailed links; editors use DeskFactForm."""

    def __init__(
        self, fact: Fact, values: Values, context: FactContext, data: Values | None = None
    ) -> None:
        super().__init__(data)
        self.fact, self.context = fact, context
        self.fact_fields = facts.FACTS[fact].fields_class(fact, self, context, values)

    def groups(self) -> list[Group]:
        return list(self.fact_fields.groups())

    def clean(self) -> dict[str, object] | None:
        cleaned = super().clean()
        self.fact_fields.clean()
        # No text about a service with a protected address may look like an address.
        for name, field in [*self.fields.items()] if self.context.is_protected else ():
            text = self.cleaned_data.get(name)
            is_free = isinstance(field, forms.CharField)
            if is_free and text and address_patterns.resembles_address(str(text)):
                message = _(
                    "This looks like an address or a map link. The address of this service is "
                    "never stored. Remove it."
                )
                self.add_error(name, forms.ValidationError(message))
        return cleaned

    def values(self) -> dict[str, object]:
        """Return the submitted values, as `write_fact` takes them. Only for a valid form."""
        return self.fact_fields.values()


class DeskFactForm(FactForm):
    """The fact form of desk users: it adds the source and the fingerprint of the seen values."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    learnt = forms.ChoiceField(
        label=_("How do you know?"),  # For translators: over a choice: how an editor learnt this
        help_text=_(
            "If you choose how you know it, the fact counts as checked now. Otherwise, "
            "if you change it, it counts as not checked."
        ),
        choices=[
            ("", _("It has not been checked yet")),  # For translators: a choice of how it is known
            *((method, way.label) for method, way in labels.METHODS.items()),
        ],
        initial="",
        required=False,
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=_("Person you spoke to, or page you read"),  # For translators: an editor's source
        help_text=_("For the desk only. It is not shown outside."),
        required=False,
        max_length=400,
    )

    def __init__(
        self, fact: Fact, values: Values, context: FactContext, data: Values | None = None
    ) -> None:
        super().__init__(fact, values, context, data)
        self.fields["learnt"].required = fact == Fact.CAPACITY

    @property
    def method(self) -> Method | None:
        """The method of the check; None where the fact was edited without a check."""
        chosen = self.cleaned_data.get("learnt")
        return Method(chosen) if chosen else None

    def method_fields(self) -> list[forms.BoundField]:
        """Return the fields about how the user learnt the new values."""
        return [self["learnt"], self["source"]]


def fact_context(service: models.Service) -> FactContext:
    codes = list(service.categories.order_by("code").values_list("code", flat=True))
    is_shelter = addresses.has_shelter_category(codes)
    return FactContext(
        country=service.country_id,
        zone=vocabulary.countries()[service.country_id].zone,
        is_protected=is_shelter or service.address_audience == AddressReaders.NEVER_STORED,
        must_hide=is_shelter,
    )


def fact_form(fact: Fact, service: models.Service, data: Values | None = None) -> FactForm:
    """Return the form of a fact with its stored values, without the fields of DeskFactForm."""
    return FactForm(fact, read_fact(service, fact), fact_context(service), data)


def all_facts_form() -> DeskFactForm:
    """Return a form with the fields of all facts, to label input saved when a session locked."""
    country, country_record = next(iter(vocabulary.countries().items()))
    blank_context = FactContext(country, country_record.zone)
    form = DeskFactForm(Fact.PHONE, facts.FACTS[Fact.PHONE].blank(), blank_context)
    for fact in Fact:
        form.fields |= FactForm(fact, facts.FACTS[fact].blank(), blank_context).fields
    return form
