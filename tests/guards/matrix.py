"""Who meets which answer at every address of the desk: the world, the askers and the reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID, uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from protect.orgs import actions as orgs
from protect.orgs.actions import Place
from tests.orgs.conftest import make_organisation
from tests.vault.cast import AT, Cast, make_person, note, serve, wait_in
from tests.vault.views.desk import Desk

STAFF = "protect.site.urls_staff"
# Who asks, in the order of the table's columns.
ASKERS = (
    "anonymous",
    "provisional",  # the passphrase was right, the second factor is missing
    "locked",
    "worker",  # of the team in question
    "supervisor",  # of the same team: may admit, invite and manage it
    "admin",  # manages the organisation; holds no key
    "officer",  # data protection officer of the organisation
    "colleague",  # of the same organisation, in no team
    "foreign",  # supervisor of a team in another organisation
    "operator",  # runs the platform
)

# What `pk` names in addresses whose first word says otherwise.
OTHER_KINDS = {
    "organisation_vouch": "proposed",
    "team_admit": "waiting",
    "team_restore": "waiting",
    "team_new": "organisation",
    "invitation_new": "organisation",
    "invitation_list": "organisation",
    "invitation_first": "organisation",
    "history_export": "organisation",
    "officer_list": "organisation",
    "officer_appoint": "organisation",
    "officer_confirm": "organisation",
    "note_list": "team",
    "note_new": "team",
    "partner_list": "team",
    "partner_compare": "team",
    "thing_history": "team",
}


class World:
    """The cast and one thing of each kind that an address can name."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        for name, role in (("jonas", "protection_officer"), ("rita", "reader")):
            cast.people[name] = make_person(name)
            serve(cast.people[name], cast.office, role)
        newcomer = make_person("nadia")
        cast.people["nadia"] = newcomer
        self.waiting = wait_in(newcomer, cast.desk)
        self.place = cast.amal.place(cast.desk)
        self.note = note(cast.amal, cast.desk)
        self.proposed = make_organisation("Demo proposed", "BE", "proposed")
        place = Place(cast.office, cast.desk, "caseworker")
        self.invitation = orgs.invite(
            cast.sana.scope, place, email="demo.new@demo.example", language="en", at=AT
        )

    def arguments(self, name: str, kinds: Iterable[str]) -> dict[str, object]:
        """Return what stands in an address: things that exist, of the cast's first organisation."""
        known: dict[str, object] = {
            "pk": self._thing(name.partition(":")[2] or name),
            "partner": self.cast.shelter.pk,
            "slot": 1,
            "token": "A" * 43,
            "name": "none.css",
            "kind": "team",
        }
        return {each: known.get(each) or uuid4() for each in kinds}

    def _thing(self, name: str) -> UUID:
        """Return what `pk` means in an address: mostly what its name begins with."""
        kind = OTHER_KINDS.get(name, name.partition("_")[0])
        things = {
            "organisation": self.cast.office.pk,
            "proposed": self.proposed.pk,
            "team": self.cast.desk.pk,
            "waiting": self.waiting.pk,
            "place": self.place.pk,
            "account": self.cast.amal.pk,
            "invitation": self.invitation.pk,
            "note": self.note.pk,
        }
        return things.get(kind) or uuid4()  # drafts, passkeys, sessions: nobody has one here


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name of every address of the desk, and the names of what stands in it."""
    waiting: list[tuple[str, URLPattern | URLResolver]] = [
        ("", each) for each in get_resolver(STAFF).url_patterns
    ]
    while waiting:
        space, each = waiting.pop()
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else space
            waiting += [(inner, child) for child in each.url_patterns]
        else:
            yield f"{space}{each.name}", dict(each.pattern.converters)


def browser_of(asker: str, cast: Cast) -> Desk:
    """Return a browser as far in as its person has come."""
    people = {
        "worker": cast.amal,
        "supervisor": cast.sana,
        "admin": cast.dana,
        "officer": cast.jonas,
        "colleague": cast.rita,
        "foreign": cast.chidi,
        "operator": cast.olga,
        "locked": cast.amal,
    }
    desk = Desk()
    if asker in people:
        desk.let_in(people[asker])
    if asker == "locked":
        desk.post("/lock")
    if asker == "provisional":
        desk.begin(cast.amal)
    return desk
