"""People who edit pages in tests, and what they do."""

from uuid import uuid4

from protect.content import actions
from protect.content.actions import SeenDigests, SourceEdit, TranslationEdit
from protect.content.enums import ChangeClass, ReviewRole
from protect.content.models import LanguageSkill, SpecialistReader
from protect.content.texts import composition
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from protect.orgs.models import User
from protect.orgs.scope import HeldRole, Scope

OFFICE = uuid4()


def member(name, role="coordinator", *, is_reader=True):
    """The scope of a new user with a role in an office; it is recorded that they read French and
    English like a first language, and that they are a specialist."""
    user = User.objects.create_user(f"{name}@example.org", name=name.title())
    if is_reader:
        record_reader(user)
    return Scope(user.pk, (HeldRole(role, OFFICE, None),))


def record_reader(user, *tags):
    """Record as another coordinator that a user reads languages, and is a specialist."""
    by = User.objects.get_or_create(email="records@example.org", defaults={"name": "Records"})[0]
    about = {"person": user, "recorded_by": by, "recorded_at": clock.now()}
    for tag in tags or ("fr", "en"):
        LanguageSkill(language_id=tag, level="native", **about).sealed().save(force_insert=True)
    SpecialistReader(**about).sealed().save(force_insert=True)


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
    """Confirm all changes of the lead that are called cosmetic."""
    changes = [each for each in texts_of(page).unconfirmed_changes if each.key == "lead"]
    seen = {(each.key, each.number) for each in changes}
    return actions.confirm_changes(scope, page, seen, at=clock.now())


def read(scope, page, role, tag="fr", key="lead"):
    text = texts_of(page).text_in(segment(page, key), tag).text
    seen = SeenDigests(segment(page, key).digest, text_digest(text))
    return actions.review_texts(scope, page, tag, {key: seen}, ReviewRole(role), at=clock.now())


def read_by_two(page, *scopes):
    for scope, role in zip(scopes, ReviewRole, strict=True):
        read(scope, page, role)
