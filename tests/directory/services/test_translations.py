from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.directory.enums import AddressReaders, ReviewState, TranslatableField
from protect.directory.fact_records.values import fingerprint_of
from protect.directory.models import DirectoryVersion, ServiceText
from protect.directory.services.actions import translations
from protect.directory.services.actions.texts import edit_texts, texts_of
from protect.directory.services.actions.translations import TranslationInput
from protect.findhelp.answers.service_texts import Quote
from protect.findhelp.answers.sheets import sheet_view
from protect.kernel import clock
from protect.matching import published
from tests.refusals import refuses
from tests.vault.views.desk import words
from tests.verification.nights import LATER, NOW, count_audit_entries, entry

pytestmark = pytest.mark.django_db
FIELD = TranslatableField.DESCRIPTION
LAST = NOW + timedelta(hours=2)


@pytest.fixture
def service(staff):
    return entry(description="Demo help", restrictions="Demo limits")


def write(staff, service, text="Démo aide", who="edda", field=FIELD, at=NOW):
    seen_fingerprint = translations.segment_fingerprint(
        translations.get_segment(service, field, "fr")
    )
    scope = getattr(staff, who).scope
    translations.save_translation(
        scope, service, TranslationInput(field, "fr", text, seen_fingerprint), at=at
    )


def read(staff, service, who="cora", field=FIELD, at=LATER):
    seen_fingerprint = translations.segment_fingerprint(
        translations.get_segment(service, field, "fr")
    )
    scope = getattr(staff, who).scope
    translations.confirm_translation(
        scope, service, TranslationInput(field, "fr", "", seen_fingerprint), at=at
    )


def edit(staff, service, **texts):
    service.refresh_from_db()
    edit_texts(
        staff.edda.scope,
        service,
        texts,
        seen_fingerprint=fingerprint_of(texts_of(service)),
        at=LAST,
    )
    service.refresh_from_db()


def public(service, tag="fr"):
    published.forget()
    with clock.frozen(LAST):
        return sheet_view(published.service_by_code(service.short), tag, LAST)


def test_translation_is_confirmed_by_another_user(staff, service):
    write(staff, service)
    row = ServiceText.objects.get()
    assert (row.state, row.by, row.text) == (
        ReviewState.DRAFT,
        staff.edda.user,
        "Démo aide",
    )

    read(staff, service)
    row.refresh_from_db()
    assert (row.state, row.reviewed_by) == (ReviewState.REVIEWED, staff.cora.user)
    assert count_audit_entries("translate", "review_translation") == 2


def test_translator_cannot_confirm_their_own_translation(staff, service):
    write(staff, service)

    with refuses("directory_reader_needed") as refusal:
        read(staff, service, who="edda")

    assert refusal.value.code == "directory_reader_needed"
    assert ServiceText.objects.get().state == ReviewState.DRAFT
    assert count_audit_entries("review_translation") == 0


@pytest.mark.parametrize("who", ["vito", "mona", "rita", "zoe"])
def test_translating_needs_the_permission(staff, service, who):
    with pytest.raises(PermissionDenied):
        write(staff, service, who=who)

    assert not ServiceText.objects.exists()
    assert count_audit_entries("translate") == 0


def test_changed_text_makes_only_its_own_translation_stale(staff, service):
    for field, text in ((FIELD, "Démo aide"), (TranslatableField.RESTRICTIONS, "Démo limites")):
        write(staff, service, text, field=field)
        read(staff, service, field=field)

    edit(staff, service, description="Demo other help")

    found = {each.field: each.is_stale for each in translations.list_segments(service, "fr")}
    assert found == {
        TranslatableField.NAME: False,
        TranslatableField.DESCRIPTION: True,
        TranslatableField.RESTRICTIONS: False,
    }
    assert ServiceText.objects.filter(state=ReviewState.REVIEWED).count() == 2


def test_stale_translation_cannot_be_confirmed(staff, service):
    write(staff, service)
    edit(staff, service, description="Demo other help")

    with refuses("directory_edit_conflict"):
        read(staff, service)

    assert ServiceText.objects.get().state == ReviewState.DRAFT


def test_second_translator_of_a_changed_segment_gets_a_conflict(staff, service):
    seen_fingerprint = translations.segment_fingerprint(
        translations.get_segment(service, FIELD, "fr")
    )
    write(staff, service)

    late = TranslationInput(FIELD, "fr", "Démo autre", seen_fingerprint)

    with refuses("directory_edit_conflict"):
        translations.save_translation(staff.cora.scope, service, late, at=LATER)

    assert ServiceText.objects.get().text == "Démo aide"
    assert count_audit_entries("translate") == 1


def test_emptied_translation_is_deleted(staff, service):
    write(staff, service)
    write(staff, service, "", at=LATER)

    assert not ServiceText.objects.exists()


def test_translation_with_an_address_is_refused_for_a_protected_service(staff):
    service = entry(description="Demo help", address_audience=AddressReaders.NEVER_STORED)

    with refuses("directory_tells_where"):
        write(staff, service, "Sonnez : Demo Street 12, 1000 Demo")

    assert not ServiceText.objects.exists()


def test_public_sees_only_reviewed_current_translations(staff, service):
    assert public(service).about == (Quote("Demo help", "en", "ltr"),)

    write(staff, service)
    assert public(service).about == (Quote("Demo help", "en", "ltr"),)

    read(staff, service)
    assert public(service).about == (Quote("Démo aide", "fr", "ltr"),)
    assert public(service, "de").about == (Quote("Demo help", "en", "ltr"),)
    assert public(service).before == (Quote("Demo limits", "en", "ltr"),)

    edit(staff, service, description="Demo other help")
    assert public(service).about == (Quote("Demo other help", "en", "ltr"),)


def test_confirmed_translation_is_served_without_a_restart(staff, service):
    published.service_by_code(service.short)
    number = DirectoryVersion.objects.get().number
    write(staff, service)
    read(staff, service)

    assert DirectoryVersion.objects.get().number > number
    published.CURRENT._checked_at = float("-inf")
    assert published.service_by_code(service.short).translated_text("description", "fr") == (
        "Démo aide",
        "fr",
    )


# --- the pages ----------------------------------------------------------------------------------


def test_translation_list_shows_missing_stale_and_own_translations(staff, service):
    write(staff, service)
    page = f"/directory/services/{service.pk}/translations?language=fr"

    mine, theirs = (words(staff.desk(who).get(page)) for who in ("edda", "cora"))

    assert "Missing" in mine
    assert "only another person can review it" in mine
    assert "Confirm the translation" in theirs
    edit(staff, service, description="Demo other help")
    assert "The original text has changed" in words(staff.desk("cora").get(page))


def test_translation_is_saved_and_confirmed_on_its_pages(staff, service):
    page = f"/directory/services/{service.pk}/translations/fr/description"
    desk = staff.desk("edda")
    desk.post(page, text="Démo aide", seen=desk.get(page).context["seen"])
    assert ServiceText.objects.get().text == "Démo aide"

    reader = staff.desk("cora")
    seen = reader.get(page).context["seen"]
    assert reader.post(f"{page}/review", seen=seen).status_code == 302
    assert ServiceText.objects.get().state == ReviewState.REVIEWED


@pytest.mark.parametrize("more", ["xx/description", "en/description", "fr/shoes", "fr/area_note"])
def test_page_of_an_untranslatable_text_is_404(staff, service, more):
    page = f"/directory/services/{service.pk}/translations/{more}"

    assert staff.desk("edda").get(page).status_code == 404
