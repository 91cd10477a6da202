"""Services that adapt, for tests: amal coordinates Croatia, bela works for the shelter that offers
the service, pera for a peer organisation."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from protect.coordination.adaptations import actions
from protect.coordination.adaptations.enums import AnswerValue
from protect.coordination.adaptations.models import Adaptation, AdaptationStep
from protect.coordination.adaptations.step_outcomes import StepOutcome
from protect.directory.enums import Fact
from protect.directory.fact_records.values import fingerprint_of, read_fact, write_fact_rows
from protect.directory.models import Service
from protect.orgs.models import Organisation, User
from tests.coordination.cast import AT, Cast
from tests.orgs.conftest import make_organisation
from tests.vault.cast import make_person, serve
from tests.verification.nights import entry

ONLY_CITIZENS = {"kind": "legal_status", "operator": "only", "values": ["eu_citizen"]}
BLANK = {"minimum": None, "maximum": None, "answer": "", "note": ""}
TIGRINYA = {
    "language": "ti",
    "how": "phone_interpreter",
    "window": "",
    "lead_minutes": None,
    "interpreter_gender": "",
    "from_outside": None,
    "note": "",
}
IN_A_MONTH = AT.date() + timedelta(30)
TOPICS = ("interpreters", "papers", "procedure")


@dataclass
class Adapting:
    """A service of bela's organisation, and the organisation of pera, its peer."""

    cast: Cast
    service: Service
    peer: Organisation

    def begin(self, who: str = "bela", peer: Organisation | None = None) -> Adaptation:
        scope = self.cast.scope(who)
        return actions.begin_check(scope, self.service, peer or self.peer, at=AT)

    def plan(self, topics: tuple[str, ...] = TOPICS) -> Adaptation:
        """Return a check with a finished plan, with one step for each topic."""
        check = self.begin()
        for topic in topics:
            self.add(check, topic)
        return actions.finish_plan(self.cast.scope("bela"), check, at=AT)

    def add(self, check: Adaptation, topic: str = "cost", **given: Any) -> AdaptationStep:
        values = {**step_values(topic), **given}
        return actions.add_step(self.cast.scope("bela"), check, values, at=AT)


def make_adapting(cast: Cast) -> Adapting:
    """Name the organisation of a service for EU citizens, in Croatian only, in Zagreb."""
    service = entry("adapting", "HR", name="Demo counselling centre")
    facts = {
        Fact.ELIGIBILITY: {"criteria": [BLANK | ONLY_CITIZENS], "areas": [], "accessibility": []},
        Fact.LANGUAGES: {"languages": [TIGRINYA | {"language": "hr", "how": "staff"}]},
    }
    for fact, values in facts.items():
        write_fact_rows(service, fact, values, at=AT)
    actions.name_organisation(cast.scope(), service, cast.shelter, at=AT)
    peer = make_organisation("Demo peer Zagreb", "HR")
    cast.keys["pera"] = make_person("pera")
    serve(cast.keys["pera"], peer, "reader")
    cast.people["pera"] = cast.keys["pera"].user
    return Adapting(cast, service, peer)


def step_values(topic: str, due_on: date = IN_A_MONTH) -> dict[str, Any]:
    return {
        "topic": topic,
        "text": f"Demo step: {topic}",
        "function": "Head of counselling",
        "owner": None,
        "due_on": due_on,
    }


def answer_values(topic: str, value: str = AnswerValue.NO, **given: Any) -> dict[str, Any]:
    return {"topic": topic, "value": value, "note": "", "version": 0, **given}


def step_of(check: Adaptation, topic: str) -> AdaptationStep:
    step: AdaptationStep = check.steps.get(topic=topic)
    return step


def with_tigrinya(service: Service, **given: Any) -> StepOutcome:
    """Return that an interpreter for Tigrinya can be called now."""
    stored = read_fact(service, Fact.LANGUAGES)
    values = {"languages": [*stored["languages"], TIGRINYA]}
    return StepOutcome(values, fingerprint_of(stored), answer=AnswerValue.YES, **given)


def without_papers(service: Service, **given: Any) -> StepOutcome:
    """Return that people of any legal status are taken now."""
    stored = read_fact(service, Fact.ELIGIBILITY)
    row = BLANK | {"kind": "legal_status", "operator": "all", "values": []}
    values = stored | {"criteria": [row]}
    return StepOutcome(values, fingerprint_of(stored), answer=AnswerValue.YES, **given)


def plant_check(office: Organisation, user: User) -> dict[str, UUID]:
    """Plant a check with a finished plan for the coordinator of an office, by what an address
    names."""
    cast = Cast(office, office, office, {"amal": user, "bela": user})
    service = entry("adapting", office.country, name="Demo adapting")
    actions.name_organisation(cast.scope(), service, office, at=AT)
    adapting = Adapting(cast, service, make_organisation("Demo peer", office.country))
    check = adapting.plan(("cost", "interpreters", "papers", "procedure"))
    return {"adaptation": check.pk, "step": step_of(check, "cost").pk}
