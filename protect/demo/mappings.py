"""Demo data: two invented rounds of a needs mapping in Croatia with findings, recommendations and a
report; and what the invented organisation of the directory can do."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from protect.coordination.groups.models import Group
from protect.coordination.mappings import actions, findings, reports
from protect.coordination.mappings.enums import FORM_BY_METHOD, Method
from protect.coordination.mappings.models import Finding, MappingRound, Passage
from protect.coordination.minutes.enums import ActionState
from protect.coordination.presence.actions import PresenceValues, save_presence
from protect.coordination.presence.enums import FocalRole
from protect.coordination.presence.models import Presence
from protect.demo.consortium import Counts, pk_of
from protect.directory.facts.base.places import find_named_place
from protect.directory.models import Organisation
from protect.orgs.access import scope_for
from protect.orgs.scope import Scope
from protect.questionnaires.access import Answers, get_form
from protect.questionnaires.models import FormVersion

COUNTRY = "HR"
PROVIDER = "Demo House"  # organisation of the directory, in Belgium


class DemoAnswer(NamedTuple):
    """An answer in words with its codes: needs and target groups."""

    key: str
    text: str
    needs: tuple[str, ...]
    groups: tuple[str, ...] = ()


class DemoInterview(NamedTuple):
    method: Method
    place: str
    setting: str
    people: Mapping[str, int]
    answers: tuple[DemoAnswer, ...]
    language: str = "hr"
    has_interpreter: bool = False


SERVICE, FOCUS, INFORMANT = Method.SERVICE, Method.FOCUS_GROUP, Method.INFORMANT
EARLIER = (
    DemoInterview(
        SERVICE,
        "Zagreb",
        "shelter",
        {"women": 2},
        (DemoAnswer("missing", "Demo: a place for a mother with a son of 16.", ("safe-place",)),),
    ),
    DemoInterview(
        INFORMANT,
        "Split",
        "authority",
        {"men": 1},
        (DemoAnswer("unmet", "Demo: nobody answers at night.", ("talk", "hurt-now")),),
    ),
)
LATER = (
    DemoInterview(
        SERVICE,
        "Zagreb",
        "shelter",
        {"women": 3},
        (
            DemoAnswer("missing", "Demo: interpreters for Dari.", ("interpretation",)),
            DemoAnswer("excluded", "Demo: men and older sons.", ("safe-place",), ("m", "children")),
        ),
    ),
    DemoInterview(
        SERVICE,
        "Rijeka",
        "health",
        {"women": 1, "men": 1},
        (DemoAnswer("nights", "Demo: the emergency room only.", ("hurt-now", "doctor")),),
    ),
    DemoInterview(
        SERVICE,
        "Split",
        "ngo",
        {"women": 2},
        (
            DemoAnswer("missing", "Demo: a lawyer without a fee.", ("law-papers",)),
            DemoAnswer("excluded", "Demo: men without papers.", ("safe-place",), ("m",)),
        ),
    ),
    DemoInterview(
        INFORMANT,
        "Zagreb",
        "authority",
        {"women": 1},
        (DemoAnswer("together", "Demo: referrals get no answer.", ("case-management",)),),
    ),
    DemoInterview(
        INFORMANT,
        "Osijek",
        "community",
        {"men": 1},
        (DemoAnswer("excluded", "Demo: LGBTQI+ people.", ("talk", "safe-place"), ("lgbtqi",)),),
    ),
    DemoInterview(
        FOCUS,
        "Zagreb",
        "community",
        {"women": 9, "girls": 6},
        (
            DemoAnswer("barriers", "Demo: no language that they speak.", ("interpretation",)),
            DemoAnswer("trust", "Demo: the line that answers in Arabic.", ("talk",), ("f",)),
            DemoAnswer("wishes", "Demo: women-only hours.", ()),
        ),
        language="ar",
        has_interpreter=True,
    ),
)


@transaction.atomic
def build_mappings(*, at: datetime) -> Counts:
    """Create the demo's mappings and the form of its organisation, unless they are there. Return
    the number of new rows by table."""
    office = pk_of("organisation", "office_hr")
    if MappingRound.objects.filter(organisation=office).exists():
        return Counter()
    scope = scope_for(pk_of("user", "orso"))
    today = at.date()
    earlier = _build_round(scope, "Demo mapping of last year", today - timedelta(380), EARLIER, at)
    then = _build_finding(scope, earlier, "safe-place", "No place for mothers with older sons", at)
    done = _recommend(scope, then, "Demo: agree with two shelters on sons up to 17", today, at)
    findings.set_recommendation_state(scope, done, ActionState.DONE, at=at)
    _recommend(scope, then, "Demo: print a list of hostels", today, at)
    actions.close_round(scope, earlier, is_closed=True, at=at)
    later = _build_round(scope, "Demo mapping of needs", today - timedelta(40), LATER, at)
    for need, title in (
        ("safe-place", "Men and older sons find no bed"),
        ("interpretation", "Dari and Arabic are missing on weekends"),
    ):
        found = _build_finding(scope, later, need, title, at)
        _recommend(scope, found, f"Demo: ask the services about: {title}", today, at)
    _build_report(scope, later, at)
    _build_presence(today, at)
    return Counter(mappinground=2, interview=len(EARLIER) + len(LATER), finding=3)


def _build_round(
    scope: Scope, title: str, first: date, interviews: tuple[DemoInterview, ...], at: datetime
) -> MappingRound:
    values = {
        "title": title,
        "purpose": "Demo: what is missing for survivors who are migrants, and where.",
        "group": Group.objects.filter(organisation=pk_of("organisation", "office_hr")).first(),
        "starts_on": first,
        "ends_on": first + timedelta(60),
    }
    office = pk_of("organisation", "office_hr")
    row = actions.create_round(scope, office, values, at=at)
    for number, each in enumerate(interviews):
        _build_interview(scope, row, each, first + timedelta(4 * number), at)
    return row


def _build_interview(
    scope: Scope, row: MappingRound, each: DemoInterview, day: date, at: datetime
) -> None:
    form = get_form(FORM_BY_METHOD[each.method])
    definition = form.definition
    version = FormVersion.objects.get(code=definition.code, number=definition.number)
    texts = {answer.key: answer.text for answer in each.answers}
    answers = Answers(definition.code, definition.number, form.content_hash, texts)
    conversation = actions.Conversation(each.method, version, definition, answers)
    place = find_named_place(each.place, COUNTRY)
    values: dict[str, Any] = {
        "held_on": day,
        "place_id": place.place,
        "area_id": place.area,
        "setting": each.setting,
        "people": dict(each.people),
        "language_id": each.language,
        "has_interpreter": each.has_interpreter,
        "late_reason": "",
    }
    interview = actions.add_interview(scope, row, conversation, values, at=at)
    for answer in each.answers:
        passage = interview.passages.get(key=answer.key)
        codes = {"needs": answer.needs, "groups": answer.groups, "areas": passage.areas}
        if answer.needs:  # one answer of the demo waits for its codes
            actions.code_passage(scope, passage, codes, 0, at=at)


def _build_finding(scope: Scope, row: MappingRound, need: str, title: str, at: datetime) -> Finding:
    passages = Passage.objects.filter(interview__round=row, coded_at__isnull=False)
    chosen = [passage for passage in passages if need in passage.needs]
    values = {
        "title": f"Demo: {title}",
        "text": f"Demo: {title}. {len(chosen)} of the answers say so.",
        "need": need,
        "groups": sorted({code for passage in chosen for code in passage.groups}),
        "areas": sorted({code for passage in chosen for code in passage.areas}),
        "fact": "",
        "passages": chosen,
        "services": [],
    }
    return findings.add_finding(scope, row, values, at=at)


def _recommend(scope: Scope, found: Finding, text: str, today: date, at: datetime) -> Any:
    values = {
        "text": text,
        "member": None,
        "organisation_name": "Demo night line",
        "position": "Head of the line",
        "due_on": today + timedelta(60),
    }
    return findings.add_recommendation(scope, found, values, at=at)


def _build_report(scope: Scope, row: MappingRound, at: datetime) -> None:
    report = reports.begin_report(scope, row, "en", at=at)
    texts = {
        "introduction": "Demo: this round asked services and a community what is missing.",
        "method": "Demo: conversations without names, each answer coded by one coordinator.",
        "findings": "Demo: two findings stand out.",
        "gaps": "Demo: the directory shows the same gaps.",
        "recommendations": "Demo: the working group follows them at each meeting.",
        "language": "en",
    }
    report = reports.save_report(scope, report, texts, report.version, at=at)
    reports.issue_report(scope, report, report.version, at=at)


def _build_presence(today: date, at: datetime) -> None:
    """Fill in the form of the invented organisation of the directory, if it is there."""
    provider = Organisation.objects.filter(name=PROVIDER, country="BE").first()
    if provider is None or Presence.objects.filter(organisation=provider).exists():
        return
    provisions = {
        "safe-place": (8, today + timedelta(200)),
        "law-papers": (25, today - timedelta(10)),
    }
    points = {
        FocalRole.FIRST: ("Reception", "reception@demo.example"),
        FocalRole.REFERRALS: ("Intake team", "intake@demo.example"),
    }
    scope = scope_for(pk_of("user", "dana"))
    save_presence(scope, provider, PresenceValues(0, provisions, points), at=at)
