"""The pages of procedures."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest

from protect.coordination.procedures.actions import comments, sections, versions
from protect.coordination.procedures.models import (
    ProcedureComment,
    ProcedureSection,
    ProcedureVersion,
    Signature,
    TranslatedSection,
)
from protect.kernel import clock
from protect.orgs.access import scope_for
from tests.coordination.cast import AT, make_group
from tests.coordination.procedures.drafting import (
    TODAY,
    agree,
    make_agreed,
    make_in_force,
    make_procedure,
    make_signatory,
    sign,
    write,
)
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
ROOT = "/groups/procedures"


@pytest.fixture
def group(cast):
    return make_group(cast)


@pytest.fixture
def section(cast, group):
    return make_procedure(cast, group).sections.all()[0]


def send(desk, section, text, seen, **extra):
    fields = {f"text-{section.pk}": text, f"version-{section.pk}": seen}
    with clock.frozen(AT):
        return desk.client.post(f"{ROOT}/sections/{section.pk}", fields, **extra)


def test_a_conflict_shows_both_texts(cast, desks, section):
    seen = section.digest
    write(cast, section, "Text of a colleague")

    answer = send(desks["amal"], section, "My text", seen)

    assert answer.status_code == 409
    assert "Text of a colleague" in words(answer)
    assert "My text" in words(answer)
    section.refresh_from_db()
    assert section.text == "Text of a colleague"


def test_the_script_saves_and_gets_conflicts_as_json(desks, section):
    seen = section.digest
    saved = send(desks["amal"], section, "First", seen, **JSON)
    refused = send(desks["amal"], section, "Second", seen, **JSON)
    too_long = send(desks["amal"], section, "x" * 20_001, seen, **JSON)

    assert (saved.status_code, refused.status_code, too_long.status_code) == (200, 409, 422)
    assert refused.json()["lines"][0]["text"] == "First"
    lines = desks["amal"].get(f"{ROOT}/sections/{section.pk}/lines").json()["lines"]
    assert lines[0]["version"] == saved.json()["lines"][0]["version"]


def test_a_section_that_is_too_long_is_shown_again_with_the_reason(desks, section):
    answer = send(desks["amal"], section, "x" * 20_001, section.digest)

    assert answer.status_code == 422
    assert "at most 20000 characters, this one has 20001" in words(answer)


def test_the_longest_section_fits_a_request_in_a_script_of_three_bytes(desks, section):
    answer = send(desks["amal"], section, "ক" * 20_000, section.digest)

    assert answer.status_code == 302
    section.refresh_from_db()
    assert len(section.text) == 20_000


def test_a_section_is_saved_and_agreed_at_once(cast, desks, section):
    fields = {f"text-{section.pk}": "Demo", f"version-{section.pk}": section.digest, "agree": "1"}

    answer = desks["amal"].post(f"{ROOT}/sections/{section.pk}", **fields)

    assert answer.status_code == 302
    section.refresh_from_db()
    assert (section.text, section.status) == ("Demo", "agreed")


def test_from_a_new_procedure_to_a_proposal_that_is_accepted(cast, desks, group):
    amal, bela = desks["amal"], desks["bela"]
    amal.post(f"/groups/{group.pk}/procedures/new", kind="sop", title="Demo nights", language="en")
    section = ProcedureSection.objects.order_by("position")[0]
    bela.post(
        f"{ROOT}/sections/{section.pk}/proposals/new", proposed_text="Call first", reason="Clearer"
    )
    bela.post(f"{ROOT}/sections/{section.pk}/comments/new", text="And at night?")
    proposal, comment = ProcedureComment.objects.order_by("-kind")

    page = amal.get(f"{ROOT}/comments/{proposal.pk}/answer")
    assert "<ins>Call first</ins>" in page.text
    declined = amal.post(f"{ROOT}/comments/{proposal.pk}/answer", state="declined", answer="")
    assert declined.status_code == 422
    amal.post(f"{ROOT}/comments/{proposal.pk}/answer", state="accepted", answer="Good")
    amal.post(f"{ROOT}/comments/{comment.pk}/answer", state="resolved", answer="See pathway")

    page = words(bela.get(f"{ROOT}/sections/{section.pk}"))
    assert "Call first" in page
    assert "Accepted" in page
    assert "Resolved" in page
    assert desks["chidi"].get(f"{ROOT}/sections/{section.pk}").status_code == 404
    assert "Demo nights" in words(bela.get(f"/groups/{group.pk}"))


def test_signing_asks_for_a_fresh_proof_and_the_text_that_was_read(cast, desks, group):
    version = make_agreed(cast, group)
    signatory = make_signatory(cast, version, cast.office)
    page = f"{ROOT}/signatories/{signatory.pk}/sign"
    seen = desks["dana"].get(page).context["digest"]

    assert desks["dana"].post(page, seen=seen).status_code == 422  # not confirmed
    assert desks["dana"].post(page, seen="0" * 64, is_read="on").status_code == 409
    assert not Signature.objects.exists()
    assert desks["dana"].post(page, seen=seen, is_read="on").status_code == 302
    row = Signature.objects.get()
    assert (row.recorded_by, row.is_sealed()) == (cast.people["dana"], True)
    assert desks["bela"].get(page).status_code == 403
    assert "Signed" in words(desks["bela"].get(f"{ROOT}/versions/{version.pk}"))


def test_the_start_page_asks_for_signatures_until_the_text_is_signed(cast, desks, group):
    version = make_agreed(cast, group, title="Demo to sign")
    signatory = make_signatory(cast, version, cast.other)
    make_signatory(cast, make_procedure(cast, group, title="Demo in draft"), cast.other)

    before = words(desks["chidi"].get("/"))
    sign(cast, signatory, "chidi")
    after = words(desks["chidi"].get("/"))
    section = sections.reopen_section(cast.scope(), version.sections.all()[0], at=AT)
    agree(cast, write(cast, section, "Changed"))
    again = words(desks["chidi"].get("/"))

    assert "Procedures to sign" in before
    assert "Demo in draft" not in before
    assert "Demo to sign" not in after
    assert "Demo to sign" in again


def test_a_signatory_without_a_function_is_refused_with_the_reason(cast, desks, group):
    version = make_procedure(cast, group)

    answer = desks["amal"].post(
        f"{ROOT}/versions/{version.pk}/signatories/new",
        organisation=str(cast.office.pk),
        organisation_name="",
        position="",
    )

    assert answer.status_code == 422
    assert "needs the function of the person who signs" in words(answer)
    assert not version.signatories.exists()


def test_a_paper_with_a_macro_is_not_taken_as_a_signed_page(cast, desks, group):
    version = make_agreed(cast, group)
    signatory = make_signatory(cast, version, cast.office)
    page = f"{ROOT}/signatories/{signatory.pk}/page"
    file = BytesIO(b"PK\x03\x04 word/vbaProject.bin")
    file.name = "page.docm"
    seen = desks["amal"].get(page).context["form"]["seen"].value()

    answer = desks["amal"].post(
        page, name="Demo Director", signed_on="2026-11-30", file=file, seen=seen
    )

    assert answer.status_code == 422
    assert not Signature.objects.exists()


def test_a_text_changed_in_the_database_is_shown_as_such(cast, desks, group):
    version = make_in_force(cast, group)
    sign(cast, make_signatory(cast, version, cast.office))
    sound = words(desks["chidi"].get(f"{ROOT}/versions/{version.pk}"))

    ProcedureSection.objects.filter(version=version, position=1).update(text="Forged")

    page = words(desks["chidi"].get(f"{ROOT}/versions/{version.pk}"))
    assert "it was changed in the database" in page
    assert "it was changed in the database" not in sound
    assert "Signed an earlier text" in page


def test_what_changed_is_marked_without_colour(cast, desks, group):
    first = make_in_force(cast, group)
    second = versions.create_version(cast.scope(), first.procedure, at=AT)
    section = sections.reopen_section(cast.scope(), second.sections.all()[0], at=AT)
    write(cast, section, "Demo words 0")

    answer = desks["amal"].get(f"{ROOT}/versions/{second.pk}/changes/1")

    assert "<del>text</del>" in answer.text
    assert "<ins>words</ins>" in answer.text
    assert "1 section is not the same" in words(answer)
    assert desks["chidi"].get(f"{ROOT}/versions/{second.pk}/changes/1").status_code == 404


def test_a_translation_conflict_shows_both_texts(cast, desks, group):
    version = make_in_force(cast, group)
    section = version.sections.all()[0]
    amal = desks["amal"]
    amal.post(f"{ROOT}/versions/{version.pk}/translations/new", language="ar", title="إجراء")
    page = f"{ROOT}/sections/{section.pk}/translations/ar"
    source = section.digest

    saved = amal.post(page, title="مبادئ", text="نص", seen="", source=source)
    refused = amal.post(page, title="مبادئ", text="نص آخر", seen="", source=source)

    assert (saved.status_code, refused.status_code) == (302, 409)
    assert "نص آخر" in words(refused)
    assert TranslatedSection.objects.get().text == "نص"
    again = amal.post(
        page, title="م", text="نص آخر", seen=refused.context["seen"][0], source=source
    )
    assert again.status_code == 302
    assert "Translated" in words(amal.get(f"{ROOT}/versions/{version.pk}/translations/ar"))


def test_a_version_is_printed_with_its_signatures_also_from_right_to_left(cast, desks, group):
    version = make_in_force(cast, group)
    sign(cast, make_signatory(cast, version, cast.office))
    desks["amal"].post(
        f"{ROOT}/versions/{version.pk}/translations/new", language="ar", title="إجراء"
    )

    for tag in ("en", "ar"):
        answer = desks["chidi"].get(f"{ROOT}/versions/{version.pk}/info-{tag}.pdf")
        with pikepdf.open(BytesIO(answer.content)) as pdf:
            assert len(pdf.pages) == 2
    assert desks["chidi"].get(f"{ROOT}/versions/{version.pk}/info-hr.pdf").status_code == 404


def test_the_list_shows_others_what_is_in_force_only(cast, desks, group):
    yesterday = TODAY - timedelta(days=1)
    starts = TODAY - timedelta(days=9)
    make_in_force(cast, group, starts, yesterday, title="Demo in force")
    make_procedure(cast, group, title="Demo draft")

    own, foreign = words(desks["bela"].get(ROOT)), words(desks["chidi"].get(ROOT))

    assert "Demo in force" in foreign
    assert "In force, review overdue" in foreign
    assert "Demo draft" not in foreign
    assert "Demo draft" in own


def test_every_form_of_a_version_opens_for_those_who_run_the_group_only(cast, desks, group):
    version = make_agreed(cast, group)
    pages = ("title", "in-force", "review", "sections/new", "signatories/new", "translations/new")

    for page in pages:
        assert desks["amal"].get(f"{ROOT}/versions/{version.pk}/{page}").status_code == 200
        assert desks["bela"].get(f"{ROOT}/versions/{version.pk}/{page}").status_code == 403
        assert desks["chidi"].get(f"{ROOT}/versions/{version.pk}/{page}").status_code == 404


def test_putting_in_force_and_beginning_the_next_version(cast, desks, group):
    version = make_agreed(cast, group)
    page = f"{ROOT}/versions/{version.pk}/in-force"

    early = desks["amal"].post(page, starts="2026-12-01", review_by="2026-12-01")
    done = desks["amal"].post(page, starts="2026-11-30", review_by="2027-11-30")
    desks["amal"].post(f"{ROOT}/{version.procedure_id}/versions")

    assert (early.status_code, done.status_code) == (422, 302)
    assert ProcedureVersion.objects.get(number=2).is_open
    comment = comments.add_comment(
        scope_for(cast.people["bela"].pk),
        ProcedureVersion.objects.get(number=2).sections.all()[0],
        "Demo",
        at=AT,
    )
    assert desks["bela"].post(f"{ROOT}/comments/{comment.pk}/withdraw").status_code == 302
