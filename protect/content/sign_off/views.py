"""Pages of the desk on which a named role confirms the facts of its country."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.content import access
from protect.content.models import FactConfirmation
from protect.content.sign_off import actions, confirmed
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.reference import country_facts, formats, vocabulary
from protect.reference.country_facts import CountryFact, Topic
from protect.ui import pages
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_ROLE = 120  # characters
TOPIC_NAMES: dict[Topic, Promise] = {
    # Translators, of each below: heading of facts of a country, for a survivor of violence.
    "first_hours": gettext_lazy("The first hours after violence"),
    "health_without_papers": gettext_lazy("Health care without papers"),
    "police": gettext_lazy("Police"),
    "reporting_duties": gettext_lazy("Duties to report"),
    "residence": gettext_lazy("Residence after violence or trafficking"),
    "compensation": gettext_lazy("Compensation"),
    "misconduct": gettext_lazy("Complaints about helpers"),
    "children": gettext_lazy("Children"),
    "special": gettext_lazy("Particular kinds of violence"),
    "asylum": gettext_lazy("Asylum"),
}


class RoleForm(DeskForm):
    """In which role the user confirms facts."""

    role = forms.CharField(
        label=gettext_lazy("Your role"),
        help_text=gettext_lazy("Such as: lawyer of the office in Malta, forensic doctor"),
        max_length=MAX_ROLE,
    )


@dataclass(frozen=True)
class FactRow:
    """A fact on the page of its country."""

    fact: CountryFact
    digest: str
    is_old: bool  # its source has no date, or is old
    confirmation: FactConfirmation | None
    ticked: Collection[str] = ()  # names of the facts that the user has ticked

    @property
    def name(self) -> str:
        """The value of its checkbox: topic, key and digest."""
        return f"{self.fact.topic}/{self.fact.key}/{self.digest}"

    @property
    def is_ticked(self) -> bool:
        return self.name in self.ticked


@require_safe
def country_list(request: HttpRequest) -> HttpResponse:
    """Show how many facts of each country are confirmed."""
    scope = scope_of(request)
    access.must_take_part(scope)
    own = actions.countries_to_confirm(scope)
    rows = [_country_row(code, is_own=code in own) for code in vocabulary.countries()]
    rows.sort(key=lambda row: (not row["is_own"], str(row["name"])))
    return pages.render_form_page(request, "content/country_list.html", context={"rows": rows})


@require_http_methods(["GET", "POST"])
def country_page(request: HttpRequest, country: str) -> HttpResponse:
    """Show the facts of a country, and confirm those that the user ticked."""
    scope = scope_of(request)
    access.must_take_part(scope)
    if country not in vocabulary.countries():
        raise Http404
    is_own = country in actions.countries_to_confirm(scope)
    if request.method == "POST" and not is_own:
        raise PermissionDenied
    if digest := request.POST.get("take_back", ""):
        actions.take_back(scope, country, digest, at=clock.now())
        return pages.redirect_with_message(
            request, _("The fact is unconfirmed again."), "content:country", country
        )
    ticked = request.POST.getlist("fact")
    form = RoleForm(pages.posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            seen = dict(_parse_name(name) for name in ticked)
            role, at = form.cleaned_data["role"], clock.now()
            count = actions.confirm_facts(scope, country, seen, role, at=at)
            return pages.redirect_with_message(
                request, _confirmed_message(count), "content:country", country
            )
    rows = list(_fact_rows(country, set(ticked)))
    context = {
        "country": country,
        "name": _country_name(country),
        "topics": [
            (TOPIC_NAMES[topic], list(of_topic))
            for topic, of_topic in groupby(rows, key=lambda row: row.fact.topic)
        ],
        "gaps": _gaps(country),
        "contradictions": country_facts.contradictions(country),
        "may_confirm": is_own,
        "has_unconfirmed": any(row.confirmation is None for row in rows),
    }
    return pages.render_form_page(request, "content/country.html", form, context)


def _country_row(country: str, *, is_own: bool) -> dict[str, object]:
    facts = actions.facts_to_confirm(country)
    known = frozenset(confirmed.read(country))
    digests = [country_facts.digest_of(country, fact) for fact in facts.values()]
    return {
        "code": country,
        "name": _country_name(country),
        "is_own": is_own,
        "confirmed": sum(digest in known for digest in digests),
        "all": len(digests),
        "gaps": len(_gaps(country)),
    }


def _fact_rows(country: str, ticked: set[str]) -> Iterator[FactRow]:
    """Yield the facts that can be confirmed, by topic in the order of `country_facts.TOPICS`."""
    known = frozenset(confirmed.read(country))
    stored = FactConfirmation.objects.filter(country=country, digest__in=known)
    by_digest = {row.digest: row for row in stored.select_related("confirmed_by")}
    today = clock.now().date()
    facts = actions.facts_to_confirm(country).values()
    for fact in sorted(facts, key=lambda fact: country_facts.TOPICS.index(fact.topic)):
        digest = country_facts.digest_of(country, fact)
        yield FactRow(fact, digest, fact.is_old(today), by_digest.get(digest), ticked)


def _gaps(country: str) -> list[CountryFact]:
    """Return what is not known of a country, for a person who may know it."""
    return [fact for fact in country_facts.load_facts(country) if fact.is_gap]


def _parse_name(name: str) -> tuple[tuple[str, str], str]:
    """Return topic and key, and the digest, of the value of a checkbox."""
    topic, _separator, rest = name.partition("/")
    key, _separator, digest = rest.partition("/")
    return (topic, key), digest


def _country_name(country: str) -> str:
    return formats.country_name(country, get_language() or "en")


def _confirmed_message(count: int) -> str:
    if not count:
        return _("Nothing was changed.")
    # Translators: after a lawyer or doctor confirmed facts of their country for the public.
    message = ngettext(
        "You have confirmed {count} fact.", "You have confirmed {count} facts.", count
    )
    return message.format(count=count)


# Translators: title of a page of the desk.
PAGES: dict[str, Any] = {"content:country": DraftPage(gettext_lazy("Facts of a country"), RoleForm)}
