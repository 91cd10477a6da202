"""Demo data: an invented procedure in two versions: one in force and signed, and a draft."""

from datetime import datetime, timedelta
from uuid import UUID

from protect.coordination.groups.models import Group
from protect.coordination.procedures.actions import (
    comments,
    sections,
    signatures,
    translations,
    versions,
)
from protect.coordination.procedures.enums import CommentState
from protect.coordination.procedures.models import (
    ProcedureSection,
    ProcedureVersion,
    Signatory,
)
from protect.coordination.procedures.seals import text_digest
from protect.coordination.procedures.section_table import standard_sections
from protect.demo.consortium import pk_of
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope

STARTED, REVIEWED_IN = timedelta(days=200), timedelta(days=165)
TEXTS = {  # of the sections by code; those without a text are left out
    "principles": "Demo: safety comes first.\n\n- Ask, listen, believe.\n- Explain each choice.\n"
    "- Share only what the person agreed to.",
    "consent": "Demo: explain in the person's language what is shared, with whom and why. Write "
    "down each recipient. Consent can be withdrawn at any time.",
    "pathway": "Demo: by day call the coordination desk, at night the night line. Call the police "
    "only if the person wants it or a life is in danger.\n\nThe night line answers until 22:00.",
    "information_sharing": "Demo: services send monthly sums by need and never names.",
    "children": "Demo: the guardian is called within a day. A child is heard alone once.",
    "men": "Demo: two shelters take men. Fathers are not parted from their children.",
    "complaints": "Demo: each house has a box and a telephone number. The office answers within "
    "ten days.",
    "monitoring": "Demo: the group reads this text once a year.",
}
NEW_TEXTS = {  # of the next version
    "pathway": "Demo: by day call the coordination desk, at night the night line. Call the police "
    "only if the person wants it or a life is in danger.\n\nThe night line answers all night, in "
    "Arabic and Dari by telephone interpreters.",
    "men": "Demo: three shelters take men, also without papers. Fathers are not parted from their "
    "children.",
}
CROATIAN = {
    "principles": "Demo: sigurnost je na prvom mjestu.\n\n- Pitajte, slušajte, vjerujte.\n"
    "- Objasnite svaki izbor.\n- Dijelite samo ono na što je osoba pristala.",
    "pathway": "Demo: danju nazovite koordinacijski ured, noću noćnu liniju. Policiju zovite samo "
    "ako osoba to želi ili ako je život u opasnosti.\n\nNoćna linija odgovara do 22:00.",
}
ARABIC = {
    "principles": "عرض توضيحي: السلامة أولاً.\n\n- اسألوا واستمعوا وصدّقوا.\n- اشرحوا كل خيار.\n"
    "- لا تشاركوا إلا ما وافق عليه الشخص.",
    "pathway": "عرض توضيحي: نهاراً اتصلوا بمكتب التنسيق، وليلاً بخط الليل. لا تتصلوا بالشرطة إلا "
    "إذا أراد الشخص ذلك أو كانت هناك حياة في خطر.\n\nيجيب خط الليل حتى الساعة 22:00.",
}
TITLES = {"hr": "Demo postupak: noćni pozivi", "ar": "إجراء توضيحي: المكالمات الليلية"}


def build_procedure(scope: Scope, group: Group, *, at: datetime) -> int:
    """Create the demo's procedure in a group that the user runs; return how many versions."""
    begun = at - STARTED
    values = {"kind": "sop", "language": "en", "title": "Demo procedure: calls at night"}
    first = versions.create_procedure(scope, group, values, at=begun)
    for section in first.sections.all():
        _write(scope, section, TEXTS.get(section.code, ""), begun)
    _sign(scope, first, begun)
    versions.put_in_force(scope, first, begun.date(), (at + REVIEWED_IN).date(), at=begun)
    for tag, texts in (("hr", CROATIAN), ("ar", ARABIC)):
        _translate(scope, first, tag, texts, begun)
    second = versions.create_version(scope, first.procedure, at=at)
    _change(scope, second, at)
    return 2


def _write(scope: Scope, section: ProcedureSection, text: str, at: datetime) -> None:
    if text:
        row = sections.save_text(scope, section, text, section.digest, at=at)
        sections.agree_section(scope, row, row.digest, at=at)
    else:
        sections.remove_section(scope, section, at=at)


def _sign(scope: Scope, version: ProcedureVersion, at: datetime) -> None:
    """Sign for the office and a partner; the police has not signed yet."""
    own, partner = (
        _add_signatory(scope, version, pk_of("organisation", code), "", position, at)
        for code, position in (("office_hr", "Head of office"), ("partner_cedar", "Director"))
    )
    _add_signatory(scope, version, None, "Demo police directorate", "Head of unit", at)
    digest = text_digest(version)
    signatures.sign_version(scope, own, digest, at=at)
    signatures.sign_version(scope_for(pk_of("user", "rocio")), partner, digest, at=at)


def _add_signatory(
    scope: Scope,
    version: ProcedureVersion,
    organisation: UUID | None,
    name: str,
    position: str,
    at: datetime,
) -> Signatory:
    row = Organisation.objects.filter(pk=organisation).first() if organisation else None
    values = {"organisation": row, "organisation_name": name, "position": position}
    return signatures.add_signatory(scope, version, values, at=at)


def _translate(
    scope: Scope, version: ProcedureVersion, tag: str, texts: dict[str, str], at: datetime
) -> None:
    row = translations.set_translation(scope, version, tag, TITLES[tag], at=at)
    for section in version.sections.filter(code__in=texts):
        values = {
            "title": standard_sections()[section.code].title_in(tag),
            "text": texts[section.code],
            "seen": "",
            "source": section.digest,
        }
        translations.save_translation(scope, row, section, values, at=at)


def _change(scope: Scope, version: ProcedureVersion, at: datetime) -> None:
    """Write the next version, with a comment, an open proposal and an accepted one."""
    rows = {section.code: section for section in version.sections.all()}
    for code in ("pathway", "men", "complaints"):
        rows[code] = sections.reopen_section(scope, rows[code], at=at)
    pathway = rows["pathway"]
    sections.save_text(scope, pathway, NEW_TEXTS["pathway"], pathway.digest, at=at)
    proposal = comments.propose_text(
        scope, rows["men"], NEW_TEXTS["men"], "Demo: a third shelter opened.", at=at
    )
    comments.answer_comment(scope, proposal, CommentState.ACCEPTED, "Demo: agreed.", at=at)
    member = scope_for(pk_of("user", "hajna"))
    comments.add_comment(member, pathway, "Demo: who pays for the interpreters at night?", at=at)
    comments.propose_text(
        member,
        rows["complaints"],
        "Demo: each house has a box and a telephone number. The office answers within five days, "
        "also without a name.",
        "Demo: ten days are too long.",
        at=at,
    )
