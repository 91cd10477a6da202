"""What was posted to a page, in the words of that page: for what was kept while it was locked.

A page that is not listed here is still kept and sent; only its own words are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.orgs.accounts import AccountForm
from protect.orgs.roles import role_name, roles
from protect.ui.forms import DeskForm
from protect.vault.forms.notes import ChangeNoteForm, FileForm, NoteForm, SearchForm
from protect.vault.forms.organisations import (
    FirstForm,
    InvitationForm,
    ProposalForm,
    RoleForm,
    SameNameForm,
    VouchForm,
)
from protect.vault.forms.sign_in import NewPasskeyForm
from protect.vault.forms.teams import TeamForm, WordsForm

type Fields = Mapping[str, list[str]]


class Page(NamedTuple):
    """What a page is called, and the form that stands on it."""

    title: Promise
    form: Callable[[], DeskForm]
    # Whether a person can go on writing there: its view saves nothing but what its form calls
    # valid, and everything that the page sends stands in that form.
    can_go_on: bool = False


def _invitation() -> DeskForm:
    return _named(InvitationForm(roles=()))


def _role() -> DeskForm:
    return _named(RoleForm(roles=()))


def _named(form: DeskForm) -> DeskForm:
    """Offer every role by its name alone."""
    field = form.fields["role"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(code, role_name(code)) for code in roles()]
    return form


# By name of an address.
PAGES: dict[str, Page] = {
    "orgs:account": Page(gettext_lazy("Your account"), AccountForm, can_go_on=True),
    "vault:note_list": Page(gettext_lazy("Notes"), SearchForm),
    "vault:note_new": Page(gettext_lazy("Write a note"), NoteForm, can_go_on=True),
    "vault:note_edit": Page(gettext_lazy("Change a note"), ChangeNoteForm, can_go_on=True),
    "vault:note_file_add": Page(gettext_lazy("Add a file"), FileForm),
    "vault:team_new": Page(gettext_lazy("Found a team"), TeamForm, can_go_on=True),
    "vault:team_edit": Page(gettext_lazy("Change a team"), TeamForm, can_go_on=True),
    "vault:team_admit": Page(gettext_lazy("Let somebody in"), WordsForm),
    "vault:partner_compare": Page(gettext_lazy("Compare a key"), WordsForm),
    "vault:organisation_new": Page(
        gettext_lazy("Propose an organisation"), ProposalForm, can_go_on=True
    ),
    "vault:organisation_vouch": Page(
        gettext_lazy("Give your organisation's word"), lambda: VouchForm(mine=())
    ),
    "vault:organisation_leave": Page(
        gettext_lazy("End an organisation"), lambda: SameNameForm(wanted="")
    ),
    "vault:invitation_new": Page(gettext_lazy("Invite somebody"), _invitation, can_go_on=True),
    "vault:team_invitation_new": Page(gettext_lazy("Invite somebody"), _invitation, can_go_on=True),
    "vault:invitation_first": Page(
        gettext_lazy("Invite the first administrator"), FirstForm, can_go_on=True
    ),
    "vault:place_role": Page(gettext_lazy("Change the role"), _role),
    "vault:passkey_new": Page(gettext_lazy("Add a passkey"), NewPasskeyForm),
}


def title_of(name: str) -> str:
    """Return what a page is called, "" where nothing is known of it."""
    page = PAGES.get(name)
    return str(page.title) if page else ""


def can_go_on(name: str) -> bool:
    """Return whether the page of an address shows its form filled in from a draft."""
    page = PAGES.get(name)
    return page is not None and page.can_go_on


def typed(name: str, fields: Fields) -> list[tuple[str, str]]:
    """Return label and text of each filled field, as the form shows it.

    What the form hides stays hidden. What it does not know stands last.
    """
    page = PAGES.get(name)
    form = page.form() if page else DeskForm()
    pairs = [pair for field in form.visible_fields() for pair in _labelled(field, fields)]
    # Translators: stands before a text that somebody typed on a page that is not there any more.
    label = _("What you typed")
    strange = [values for field_name, values in fields.items() if field_name not in form.fields]
    return [*pairs, *((label, text) for values in strange for text in values if text.strip())]


def _labelled(bound: forms.BoundField, fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield what stands in a field: of a choice its words, never its code."""
    for text in fields.get(bound.name, []):
        if isinstance(bound.field, forms.ChoiceField):
            words = dict(_choices(bound.field)).get(text, "") if text else ""
        else:
            words = text
        if words.strip():
            yield str(bound.label), words


def _choices(field: forms.ChoiceField) -> Iterator[tuple[str, str]]:
    offered: Any = field.choices  # an iterable of pairs: no form of ours has groups of choices
    for value, words in offered:
        yield str(value), str(words)
