"""The page of the user's own account, and fields that invitations ask for, too."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language, gettext, gettext_lazy as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.kernel.text import plain_name
from protect.orgs import access, actions, languages
from protect.orgs.actions.details import NAME_LENGTH
from protect.reference import vocabulary
from protect.ui import pages
from protect.ui.forms import DeskForm


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your name"),
        help_text=_("As colleagues know you. Survivors and other organisations do not see it."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def language_field(now: str = "") -> forms.ChoiceField:
    """Return a choice of the languages of screens, and of `now`, which the user has for mail."""
    offered, all_languages = languages.of_desk(), vocabulary.languages()
    field = forms.ChoiceField(
        label=_("Language of your screens and mail"), choices=_choices(offered)
    )
    if now in all_languages and now not in offered:
        field.choices = _choices(offered | {now: all_languages[now]})
        # Translators: both are names of languages: “العربية”, “français”.
        field.help_text = _(
            "The desk is not in {language} yet: your screens are in {other}."
        ).format(
            language=plain_name(all_languages[now].endonym),
            other=plain_name(all_languages[languages.spoken(now)].endonym),
        )
    return field


def mail_language_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language of the mail"),
        choices=_choices(languages.of_mail()),
        initial=get_language() or "en",
    )


class AccountForm(DeskForm):
    mended_at = {"detail_invalid": "name"}
    name = name_field()
    language = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(str(self.initial.get("language", "")))


def _choices(offered: Mapping[str, vocabulary.Language]) -> list[tuple[str, str]]:
    return [(tag, each.endonym) for tag, each in offered.items()]


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    scope = access.scope_of(request)
    user = access.me(scope)
    form = pages.posted(request, AccountForm, name=user.name, language=user.language)
    if form.is_valid():
        with form.mending():
            changed = actions.change_profile(scope, **form.cleaned_data, at=clock.now())
            with translation.override(changed.language):
                return pages.done(request, gettext("Your account is changed."), "orgs:account")
    context = {"user": user, "home": access.home_of(user.pk)}
    return pages.show(request, "orgs/account.html", form, context)
