"""Data, accounts and requests of the access matrix: each address of the desk, each account."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from protect.audit.context import AuditContext
from protect.certificates.actions.certificates import issue_due_certificates
from protect.content.releases.actions import release_languages
from protect.directory.enums import Status
from protect.directory.models import Service
from protect.findhelp import addresses as spots
from protect.interchange.models import ImportRow, ImportRun
from protect.notices.models import Outgoing
from protect.orgs import actions as orgs
from protect.orgs.models import Organisation, Team, User
from protect.trainings.attendance.models import PrintedList, SignedSheet
from protect.trainings.needs import actions
from protect.trainings.needs.enums import NeedKind
from protect.trainings.registrations.actions.name_lists import NameList, store_list
from protect.trainings.registrations.actions.register import Origin, register_participant
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import PersonDoubt, Registration
from protect.trainings.registrations.name_list_rows import read_text
from protect.uploads.clean_documents import CleanDocument as Clean
from protect.vault.accounts import password_reset
from protect.vault.enums import SessionEvent
from protect.vault.models import Passkey, Record
from protect.vault.records import inbound, notes
from protect.vault.sessions import browser_sessions, drafts, rules
from protect.vault.sign_in.second_factors import give_demo_totp
from protect.verification.enums import QueueReason, Reporter
from protect.verification.models import CallTest, Correction
from protect.verification.queue import queue
from tests.assessments.measured import measure
from tests.campaigns.filming import plant_campaign_and_films
from tests.certificates.issued import make_key
from tests.coordination.cast import plant_group
from tests.coordination.mapping_cast import plant_mapping
from tests.coordination.pathways.casting import plant_pathway
from tests.coordination.services import plant_check
from tests.guards.matrix_things import MOVES, NUMBERS, OTHER_KINDS, WORDS
from tests.orgs.conftest import make_organisation
from tests.outreach.requests import make_ambassador, make_request, make_request_session
from tests.programme.enquiring import make_enquiry
from tests.trainings.finished import attend, make_done_edition
from tests.trainings.planning import (
    make_booked_resources,
    make_drafts,
    make_edition,
    make_participant,
    make_sender,
)
from tests.vault.cast import AT, Cast, Person, make_person, note, serve, wait_in
from tests.vault.views.desk import Desk, led_to
from tests.verification.merges import pair_of
from tests.verification.nights import entry

STAFF = "protect.site.urls.desk"
ASKERS = (  # in the order of the table's columns
    "anonymous",
    "provisional",  # the passphrase was right, the account is still being made
    "unproven",  # the passphrase was right, the code of the app is not shown yet
    "locked",
    "stale",  # the supervisor, unlocked; the last proof is ten minutes old
    "worker",  # of the team in question
    "supervisor",  # of the same team: may admit, invite and manage it
    "admin",  # manages the organisation; holds no key
    "officer",  # data protection officer of the organisation
    "colleague",  # of the same organisation, in no team
    "foreign",  # supervisor of a team in another organisation
    "operator",  # runs the platform
    "keeper",  # coordinator: keeps the directory of the organisation's country; holds no key
)

# Stands for 302 where a redirect leads to the page that asks for a new proof of identity.
CONFIRM = "confirm"


class World:
    """The cast and one thing of each kind that an address can name."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        roles = {"jonas": "protection_officer", "rita": "reader", "cora": "coordinator"}
        for name, role in roles.items():
            cast.people[name] = make_person(name)
            serve(cast.people[name], cast.office, role)
        cast.people["nadia"] = make_person("nadia")
        self.waiting = wait_in(cast.people["nadia"], cast.desk)
        self.place = cast.amal.place(cast.desk)
        self.note = note(cast.amal, cast.desk)
        self.file = add_file(cast.amal, self.note)
        self.proposed = make_organisation("Demo proposed", "BE", "proposed")
        place = orgs.OfferedRole(cast.office, cast.desk, "caseworker")
        self.invitation = orgs.invite(
            cast.sana.scope, place, email="demo.new@demo.example", language="en", at=AT
        )
        self.tokens = {"invited": take_mailed_secret("invitation")}
        self._plant_for_other_accounts()
        release_languages(["fr"], AuditContext(at=AT, actor=None, organisation=None))
        keeper = cast.office, cast.people["cora"].user
        self.directory = plant_directory(cast.office) | plant_trainings(cast.office)
        self.directory |= plant_campaign_and_films(*keeper) | plant_group(*keeper)
        self.directory |= plant_check(*keeper)
        self.directory |= plant_pathway(*keeper, self.directory["service"])
        self.directory |= plant_mapping(*keeper, self.directory["service"])

    def _plant_for_other_accounts(self) -> None:
        """Plant a draft, a passkey, a session and links of two accounts that send no request."""
        noor, emil = self.cast.noor, self.cast.emil
        self.draft = drafts.keep_draft(noor.pk, "/account", {"name": ["Demo words"]}, at=AT)
        self.passkey = Passkey.objects.create(
            user=noor.user, credential=b"c", public=b"p", prf_salt=b"s", name="Demo", created=AT
        )
        entry = browser_sessions.begin_session(noor.user, noor.version, noor.secret, at=AT)
        self.session = browser_sessions.unlock_with_new_token(
            entry, noor.secret, SessionEvent.PASS, at=AT
        ).session
        password_reset.mail_reset_link(emil.user.email, at=AT)
        self.tokens["reset"] = take_mailed_secret("password_reset")
        password_reset.mail_restart_link(emil.scope, noor.user, at=AT)
        self.tokens["restart"] = take_mailed_secret("password_reset")

    def arguments(self, name: str, kinds: Iterable[str]) -> dict[str, object]:
        """Return values for the parts of an address: existing objects of the first organisation."""
        plain = name.partition(":")[2] or name
        known: dict[str, object] = {
            "pk": self._find_pk(plain),
            "partner": self.cast.shelter.pk,
            "file": self.file,
            "service": self.directory["service"],
            "token": self.tokens.get(plain, "A" * 43),
            "name": "none.css",
            "kind": "team",
            "country": "BE",
            "place": spots.anywhere_in("BE").code,
            "need": "gk",
            "tag": "en",
            "fact": "phone",
            "move": MOVES.get(plain.removesuffix("_move"), "submit"),
            "language": "fr",
            "phase": "pre",
            "field": "name",
            "code": "6-8",
            **WORDS,
            **NUMBERS,
        }
        missing = [each for each in kinds if known.get(each) is None]
        assert not missing, f"plant something for {missing} of {name}"
        return {each: known[each] for each in kinds}

    def _find_pk(self, name: str) -> UUID | None:
        """Return the id for `pk` in an address; the first word of its name says of which object."""
        kind = OTHER_KINDS.get(name, name.partition("_")[0])
        things = {
            "organisation": self.cast.office.pk,
            "proposed": self.proposed.pk,
            "team": self.cast.desk.pk,
            "waiting": self.waiting.pk,
            "place": self.place.pk,
            "account": self.cast.amal.pk,
            "reader": self.cast.people["cora"].pk,
            "invitation": self.invitation.pk,
            "note": self.note.pk,
            "draft": self.draft.pk,
            "passkey": self.passkey.pk,
            "sign_in": self.session.pk,
        }
        return things.get(kind) or self.directory.get(kind)


def plant_directory(office: Organisation) -> dict[str, UUID]:
    """Plant objects that only coordinators of a country may see; return their ids by kind."""
    service = entry("matrix", office.country, status=Status.REVIEW)
    item = queue.enqueue(service, QueueReason.UNVERIFIED, at=AT)
    caller = User.objects.get(email="rita@demo.example")  # the keeper may be the second caller
    call = CallTest.objects.create(service=service, numbers=[], heard="Demo", by=caller, at=AT)
    report = Correction.objects.create(
        service=service,
        country_id=office.country,
        reporter=Reporter.PUBLIC,
        facts=["cost"],
        created=AT,
    )
    pair = pair_of(service, entry("matrix 2", office.country, status=Status.REVIEW))
    run = make_import_preview(office, service)
    return {
        "import": run.pk,
        "service": service.pk,
        "fact": service.pk,
        "queue": item.pk,
        "call": call.pk,
        "correction": report.pk,
        "pair": pair.pk,
    }


def plant_trainings(office: Organisation) -> dict[str, UUID]:
    """Plant an open training with a participant; return the ids of the objects by kind."""
    edition = make_edition(office)
    measure(edition)
    person = make_participant(office)
    row = register_participant(edition, person, Origin(Source.APPLIED), at=AT)
    key, done = make_key(office), make_done_edition(office)
    attend(done, 360, User.objects.get(email="cora@demo.example"))
    (certificate,) = issue_due_certificates(
        done, audit=AuditContext(at=AT, actor=None, organisation=office.pk), limit=1
    )
    again = make_participant(office)
    first, second = sorted((person, again), key=lambda each: each.pk)
    sender = make_sender(office)
    brought = NameList(read_text("Demo Noor noor@demo.example"), "BE", "fr", sender)
    return {
        "certificate": certificate.pk,
        "key": key.pk,
        "participant": person.pk,
        "duplicate": PersonDoubt.objects.create(first=first, second=second).pk,
        "sender": sender.pk,
        "roster": store_list(edition, brought, at=AT).pk,
        "edition": edition.pk,
        "learning": edition.pk,
        **plant_attendance(row),
        "registration": row.pk,
        "request": make_request(country_id=office.country).pk,
        "enquiry": make_enquiry(country=office.country).pk,
        "info": make_request_session(make_request(office), AT).pk,
        **make_booked_resources(edition.sessions.get(number=1)),
        "ambassador": make_ambassador(office, User.objects.get(email="cora@demo.example")).pk,
        **make_drafts(office),
    }


def plant_attendance(row: Registration) -> dict[str, UUID]:
    """Plant a stated need, a printed list and the scan of a signed list; return ids by kind."""
    edition = row.edition
    session = edition.sessions.get(number=1)
    printed = PrintedList.objects.create(session=session, code="bcdfgh", printed_at=AT)
    edition.logistics_team = Team.objects.get(organisation=edition.host, name="Demo desk")
    edition.save()
    (need,) = actions.state_needs(row, [actions.StatedNeed(NeedKind.DIET, detail="Demo")], at=AT)
    sheet = SignedSheet.objects.create(
        session=session,
        media_type="image/png",
        sha256="0" * 64,
        record=inbound.seal_inbound(edition.logistics_team, {}, retention=AT.date(), at=AT),
        added_by=User.objects.get(email="cora@demo.example"),
        added_at=AT,
    )
    of_session = {"session": session.pk, "attendance": session.pk}
    return {**of_session, "need": need.pk, "sheet": sheet.pk, "list": printed.pk}


def make_import_preview(office: Organisation, service: Service) -> ImportRun:
    """Plant an import in preview whose one row conflicts with a local edit."""
    run = ImportRun.objects.create(
        organisation=office,
        source="matrix",
        kind="csv",
        name="demo.csv",
        state="previewed",
        total=1,
        by=User.objects.get(email="cora@demo.example"),
        created=AT,
        expires=AT + timedelta(days=30),
    )
    cells = {"service": "Demo", "categories": "legal", "country": office.country}
    ImportRow.objects.create(
        run=run, line=2, source_id="a", cells=cells, state="conflict", service=service
    )
    return run


def add_file(person: Person, record: Record) -> UUID:
    """Attach a file to a note and return the id of the file."""
    notes.add_note_file(person.unlocked(), record, Clean("Demo scan", "image/png", b"x"), at=AT)
    (file,) = notes.open_note(person.unlocked(), record, at=AT).files
    return file


def take_mailed_secret(template: str) -> str:
    """Return the secret of the only link in the outbox and delete its mail."""
    mail = Outgoing.objects.filter(template=template).get()
    mail.delete()
    return mail.link.rsplit("/", 1)[1]


def addresses() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name of every address of the desk with the converters of its parts."""
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
    """Return a browser with the session of this kind of account."""
    people = {
        "worker": cast.amal,
        "supervisor": cast.sana,
        "admin": cast.dana,
        "officer": cast.jonas,
        "colleague": cast.rita,
        "foreign": cast.chidi,
        "operator": cast.olga,
        "keeper": cast.cora,
        "locked": cast.amal,
        "stale": cast.sana,
    }
    desk = Desk()
    if asker in people:
        desk.let_in(people[asker])
    if asker == "locked":
        desk.post("/lock")
    if asker == "stale":
        browser_sessions.record_identity_proof(desk.entry, at=AT - rules.STEP_UP_VALIDITY)
    if asker == "unproven":
        give_demo_totp(cast.amal.user, b"s" * 20, at=AT)
    if asker in {"provisional", "unproven"}:
        desk.begin(cast.amal)
    return desk


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back every change of a request."""
    block = transaction.atomic()
    block._from_testcase = True  # like a test's block: it allows durable blocks inside
    with block:
        yield
        transaction.set_rollback(True)


def statuses_by_url_name(asker: str, world: World) -> dict[str, dict[str, int | str]]:
    """Return the status of every address for an account; each request is rolled back."""
    found: dict[str, dict[str, int | str]] = {}
    desk = browser_of(asker, world.cast)
    cookies = dict(desk.client.cookies)
    for name, kinds in addresses():
        address = reverse(name, urlconf=STAFF, kwargs=world.arguments(name, kinds))
        for method in ("get", "post"):
            desk.client.cookies.clear()
            desk.client.cookies.update(cookies)
            with rolled_back():
                answer = getattr(desk, method)(address)
                found.setdefault(name, {})[method] = _status_of(answer)
    return found


def _status_of(answer: HttpResponse) -> int | str:
    is_step_up = led_to(answer) == reverse("vault:step_up", urlconf=STAFF)
    return CONFIRM if is_step_up else answer.status_code
