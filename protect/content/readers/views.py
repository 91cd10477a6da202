"""Pages of the desk on which coordinators record the languages of each reader, and the specialists
in gender-based violence."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.content import access
from protect.content.enums import ReaderLevel
from protect.content.models import LanguageSkill, SpecialistReader
from protect.content.readers import actions, skills
from protect.directory.services.forms import set_choices
from protect.kernel import clock
from protect.orgs.access import get_row, scope_of
from protect.orgs.enums import Permission
from protect.orgs.models import Membership, User
from protect.orgs.scope import Scope
from protect.reference import formats
from protect.ui import pages
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

# Translators: a choice: a person neither reads nor translates a language.
NONE = ("none", gettext_lazy("Neither"))


class SkillForm(DeskForm):
    """How well a person knows a language."""

    language = forms.ChoiceField(label=gettext_lazy("Language"))
    level = forms.ChoiceField(
        # Translators: a field: how well a person knows a language.
        label=gettext_lazy("How well"),
        choices=[*ReaderLevel.choices, NONE],
        initial=ReaderLevel.NATIVE,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        set_choices(self, "language", [("", "—"), *access.language_choices()])

    def chosen_level(self) -> ReaderLevel | None:
        level = self.cleaned_data["level"]
        return None if level == NONE[0] else ReaderLevel(level)


@require_safe
def reader_list(request: HttpRequest) -> HttpResponse:
    """Show the people of the user's countries with the languages that they read."""
    scope = scope_of(request)
    must_record(scope)
    people = list(skills.readers_of(scope))
    countries = skills.countries_of(scope)
    rows = list(_rows(scope, people))
    context = {
        "near": [row for row in rows if row["countries"] & countries],
        "others": [row for row in rows if not row["countries"] & countries],
        "missing": _languages_without_reader(),
    }
    return pages.render_form_page(request, "content/reader_list.html", context=context)


@require_http_methods(["GET", "POST"])
def reader_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what is recorded of a person, and change it."""
    scope = scope_of(request)
    person = get_row(skills.readers_of(scope), pk=pk)
    at = clock.now()
    if "specialist" in request.POST:
        is_one = request.POST["specialist"] == "yes"
        is_new = actions.record_specialist(scope, person, is_one=is_one, at=at)
        return _redirect(request, person, is_new=is_new)
    form = SkillForm(pages.posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            tag, level = form.cleaned_data["language"], form.chosen_level()
            is_new = actions.record_language(scope, person, tag, level, at=at)
            return _redirect(request, person, is_new=is_new)
    (row,) = _rows(scope, [person])
    return pages.render_form_page(request, "content/reader.html", form, {"row": row})


def must_record(scope: Scope) -> None:
    """Require a role in which users make such records. Errors: PermissionDenied."""
    if not access.may(scope, Permission.RELEASE_PAGES):
        raise PermissionDenied


def _redirect(request: HttpRequest, person: User, *, is_new: bool) -> HttpResponse:
    message = _("Saved.") if is_new else _("Nothing was changed.")
    return pages.redirect_with_message(request, message, "content:reader", person.pk)


def _rows(scope: Scope, people: Iterable[User]) -> Iterator[dict[str, Any]]:
    """Yield what the list shows of each person."""
    persons = list(people)
    known: dict[UUID, list[dict[str, Any]]] = {}
    stored = LanguageSkill.objects.filter(person__in=persons).select_related("recorded_by")
    for skill in skills.standing(stored):
        name = formats.language_name(skill.language_id, get_language() or "en")
        may_remove = skills.may_change(scope, skill)
        known.setdefault(skill.person_id, []).append(
            {"name": name, "skill": skill, "may_remove": may_remove}
        )
    specialists = SpecialistReader.objects.filter(person__in=persons).select_related("recorded_by")
    by_person = {row.person_id: row for row in skills.standing(specialists)}
    places: dict[UUID, list[Membership]] = {}
    memberships = Membership.objects.active().filter(user__in=persons)
    for row in memberships.select_related("organisation").order_by("organisation__name", "pk"):
        places.setdefault(row.user_id, []).append(row)
    for person in persons:
        own = places.get(person.pk, [])
        yield {
            "person": person,
            "is_own": person.pk == scope.user_id,
            "countries": {row.organisation.country for row in own},
            "organisations": list(dict.fromkeys(row.organisation.name for row in own)),
            "skills": sorted(known.get(person.pk, []), key=lambda each: str(each["name"])),
            "specialist": by_person.get(person.pk),
        }


def _languages_without_reader() -> list[str]:
    """Return the names of the languages that no person reads like a first language."""
    rows = LanguageSkill.objects.filter(level=ReaderLevel.NATIVE)
    read = {row.language_id for row in skills.standing(rows)}
    return [name for tag, name in access.language_choices() if tag not in read]


PAGES = {"content:reader": DraftPage(gettext_lazy("Languages of a person"), SkillForm)}
