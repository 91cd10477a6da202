"""The page of the user's own account, and fields that invitation forms also use."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language, gettext, gettext_lazy as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.kernel.text import plain_isolated_name
from protect.orgs import access, actions, languages
from protect.orgs.actions.details import NAME_LENGTH
from protect.reference import vocabulary
from protect.ui import pages
from protect.ui.forms import DeskForm


def own_name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"),
        help_text=_(
            "Colleagues, also in other organisations, see this name. Survivors do not see it."
        ),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def language_field(current_tag: str = "") -> forms.ChoiceField:
    """Return a field of the desk's languages, plus the user's own if the desk lacks it."""
    offered, current = languages.desk_languages(), vocabulary.languages().get(current_tag)
    label = _("Language of your screens and mail")
    field = forms.ChoiceField(label=label, choices=_language_choices(offered))
    if current and current_tag not in offered:
        field.choices = _language_choices(offered | {current_tag: current})
        other = vocabulary.languages()[languages.desk_language_of(current_tag)]
        field.help_text = _(  # For translators: both are names of languages: “العربية”, “français”
            "The desk is not available in {language} yet, so your screens are in {other}."
        ).format(
            language=plain_isolated_name(current.endonym), other=plain_isolated_name(other.endonym)
        )
    return field


def mail_language_field() -> forms.ChoiceField:
    label, choices = _("Language of the mail"), _language_choices(languages.languages_with_mail())
    return forms.ChoiceField(label=label, choices=choices, initial=get_language() or "en")


class AccountForm(DeskForm):
    field_by_error_code = {"detail_invalid": "name"}
    name = own_name_field()
    language = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(str(self.initial.get("language", "")))


def _language_choices(offered: Mapping[str, vocabulary.Language]) -> list[tuple[str, str]]:
    return [(tag, language.endonym) for tag, language in offered.items()]


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show the user's own account; a POST changes name and language."""
    scope = access.scope_of(request)
    user = access.get_current_user(scope)
    form = pages.bind_form(request, AccountForm, name=user.name, language=user.language)
    if form.is_valid():
        with form.showing_refusals():
            changed = actions.change_profile(scope, **form.cleaned_data, at=clock.now())
            with translation.override(changed.language):
                return pages.redirect_with_message(
                    request, gettext("Your account was updated."), "orgs:account"
                )
    context = {"user": user, "home": access.home_organisation(user.pk)}
    return pages.render_form_page(request, "orgs/account.html", form, context)
