"""Demo data: the procedure that a pathway follows, and a finding of the mapping that was brought to
the adaptation check of a service."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from protect.coordination.adaptations.models import Adaptation
from protect.coordination.mappings.finding_checks import bring_to_check
from protect.coordination.mappings.models import Finding, FindingCheck
from protect.coordination.pathways import actions
from protect.coordination.pathways.followed_procedures import choosable_procedures
from protect.coordination.pathways.models import Pathway
from protect.demo.adaptations import SOURCE
from protect.demo.consortium import Counts, pk_of
from protect.directory.enums import Fact
from protect.kernel.ids import stable_uuid
from protect.orgs.access import scope_for
from protect.orgs.scope import Scope


@transaction.atomic
def build_links(*, at: datetime) -> Counts:
    """Link the demo's parts of coordination, unless they are linked. Return the number of new rows
    by table."""
    if FindingCheck.objects.exists():
        return Counter()
    scope = scope_for(pk_of("user", "orso"))
    for pathway in Pathway.objects.filter(group__organisation=pk_of("organisation", "office_hr")):
        procedure = choosable_procedures(pathway, at.date()).first()
        actions.set_procedure(scope, pathway, procedure, at=at)
    return Counter(findingcheck=_bring_finding(scope, at))


def _bring_finding(scope: Scope, at: datetime) -> int:
    """Bring the newest finding about interpretation to the check of the day centre. Return 1; 0 if
    one of them is not there."""
    findings = Finding.objects.filter(need="interpretation").select_related("round")
    finding = findings.order_by("-round__starts_on", "-number").first()
    service = stable_uuid("service", SOURCE, "day-centre")
    check = Adaptation.objects.open().filter(service=service).select_related("service").first()
    if finding is None or check is None:
        return 0
    finding.fact = Fact.LANGUAGES
    finding.save(update_fields=["fact"])
    finding.services.add(check.service)
    bring_to_check(scope, finding, check.service, None, at=at)
    return 1
