"""The browser keeps typed text that cannot be sent: each form of the desk can be shown again."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from protect.ui.forms import DeskForm
from protect.vault.sessions import drafts
from protect.vault.sign_in import posted
from tests.choosing import few_on_sqlite
from tests.guards.matrix import STAFF, World, addresses, browser_of
from tests.guards.test_access_matrix import OPEN, answers

ASKERS = ("supervisor", "admin", "officer", "operator", "keeper")


def shown(world: World, asker: str) -> Iterator[tuple[str, DeskForm]]:
    """Yield each address's name and form on the pages that the access matrix allows an asker."""
    desk = browser_of(asker, world.cast)
    pages = [
        each for each in addresses() if each[0] not in OPEN and answers(each[0], asker)[0] == 200
    ]
    for name, kinds in pages:
        answer = desk.get(reverse(name, urlconf=STAFF, kwargs=world.arguments(name, kinds)))
        for part in answer.context or ():
            yield from ((name, each) for each in part.flatten().values() if is_form(each))


def is_form(value: object) -> bool:
    return isinstance(value, DeskForm)


def typed(form: DeskForm) -> set[str]:
    """Return the names of the fields that people see and fill in."""
    return {each.name for each in form.visible_fields()}


def kept(form: DeskForm) -> set[str]:
    return {name for name in typed(form) if drafts.may_keep_field(name)}


@pytest.mark.parametrize("asker", few_on_sqlite(ASKERS, {"supervisor", "keeper"}))
def test_each_form_with_drafts_is_listed_and_starts_without_prefilled_text(world, asker):
    named = {name: type(page.form()) for name, page in posted.DRAFT_PAGES.items()}
    forms = list(shown(world, asker))  # hundreds of pages: loaded once for both
    forms_kept = [(name, form) for name, form in forms if kept(form)]

    assert [name for name, form in forms if typed(form) & drafts.AUTOMATIC_FIELDS] == []
    assert forms_kept
    for name, form in forms_kept:
        assert type(form) is named.get(name, type(form)), name
        assert type(form) in named.values(), name  # a form may post to another page than its own
