"""People who edit pages in tests, and what they do."""

from uuid import uuid4

from protect.content import actions
from protect.content.actions import SeenDigests, SourceEdit, TranslationEdit
from protect.content.enums import ChangeClass, ReviewRole
from protect.content.texts import composition
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from protect.orgs.models import User
from protect.orgs.scope import HeldRole, Scope

OFFICE = uuid4()


def member(name, role="coordinator"):
    """The scope of a new user with a role in an office."""
    user = User.objects.create_user(f"{name}@example.org", name=name.title())
    return Scope(user.pk, (HeldRole(role, OFFICE, None),))


def texts_of(page):
    return composition.load_texts([page])[0]


def segment(page, key="lead"):
    return next(row for row in texts_of(page).segments if row.key == key)


def edit(page, text, *, tag="fr", key="lead"):
    row = segment(page, key)
    before = texts_of(page).text_in(row, tag)
    return {key: TranslationEdit(text, row.digest, text_digest(before.text) if before else "")}


def state(page, tag="fr", key="lead"):
    return texts_of(page).state_in(segment(page, key), tag)


def save(scope, page, text, change=ChangeClass.CONTENT, key="lead"):
    seen = texts_of(page).current.number
    return actions.save_revision(
        scope, page, {key: SourceEdit(text, change)}, seen=seen, at=clock.now()
    )


def translate(scope, page, text="Les hommes aussi.", **where):
    return actions.save_translations(
        scope, page, where.get("tag", "fr"), edit(page, text, **where), at=clock.now()
    )


def confirm(scope, page):
    actions.confirm_change(scope, page, "lead", segment(page).digest, at=clock.now())


def read(scope, page, role, tag="fr", key="lead"):
    text = texts_of(page).text_in(segment(page, key), tag).text
    seen = SeenDigests(segment(page, key).digest, text_digest(text))
    return actions.review_texts(scope, page, tag, {key: seen}, ReviewRole(role), at=clock.now())


def read_by_two(page, *scopes):
    for scope, role in zip(scopes, ReviewRole, strict=True):
        read(scope, page, role)
