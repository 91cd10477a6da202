"""Called beside a server: lets an organisation of the desk offer a public service."""

import json


def main(email: str, code: str) -> str:
    """Let an account read for its organisation, and create a service for EU citizens, in Croatian
    only, that the organisation offers. Those of earlier journeys are suspended: find-help shows one
    service of a number. Return its id, name and country."""
    from protect.coordination.adaptations.models import ServiceOrganisation
    from protect.directory.changes import raise_version
    from protect.directory.enums import Fact, Status
    from protect.directory.fact_records.values import write_fact_rows
    from protect.directory.models import Service
    from protect.kernel import clock
    from protect.orgs.enums import MembershipState
    from protect.orgs.models import Membership
    from tests.coordination.services import BLANK, ONLY_CITIZENS, TIGRINYA
    from tests.verification.nights import entry

    first = Membership.objects.filter(user__email=email).order_by("created")[0]
    organisation, state = first.organisation, MembershipState.ACTIVE
    reading = {"user": first.user, "organisation": organisation, "role": "reader"}
    Membership.objects.create(**reading, state=state, admitted_at=clock.now())
    Service.objects.filter(source_id__startswith="offered ").update(status=Status.SUSPENDED)
    at, name = clock.now(), f"Demo Counselling {code}"
    service = entry(f"offered {code}", organisation.country, name=name)
    facts = {
        Fact.ELIGIBILITY: {"criteria": [BLANK | ONLY_CITIZENS], "areas": [], "accessibility": []},
        Fact.LANGUAGES: {"languages": [TIGRINYA | {"language": "hr", "how": "staff"}]},
    }
    for fact, values in facts.items():
        write_fact_rows(service, fact, values, at=at)
    ServiceOrganisation.objects.create(service=service, organisation=organisation, named_at=at)
    raise_version()
    return json.dumps([str(service.pk), name, organisation.country])
