"""Before printing: texts in another language, the people who read them, numbers left out."""

import pytest

from protect.campaigns.base.enums import OmissionReason, PaperSize, TextWait
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.press import actions, numbers
from protect.campaigns.press.models import OmittedNumber, PressFile
from protect.campaigns.press.outdated import file_states
from protect.campaigns.press.proofs import PrintInput, make_proofs
from protect.campaigns.press.text_states import text_states
from protect.content.enums import Origin, ReviewRole
from protect.content.models import Page, Review, SegmentTranslation
from protect.content.texts.rules import text_digest
from protect.directory.enums import Freshness
from tests.campaigns.campaigners import AT, make_material, release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
POSTER = "someone-to-talk-to"


def translate_title(cast, tag="sl", key="title"):
    """Store a translation of one text of the poster, as a translator saves it."""
    page = Page.objects.get(code=POSTER)
    segment = page.revisions.order_by("-number").first().segments.get(key=key)
    text = f"Demo {key}"
    SegmentTranslation.objects.create(
        page=page,
        key=key,
        language_id=tag,
        source_digest=segment.digest,
        text=text,
        digest=text_digest(text),
        origin=Origin.HUMAN,
        translator=cast.people["otto"],
        created_at=AT,
    )
    return page, segment, text


def wanted(*tags, seen=()):
    return PrintInput(["SI"], tags, [PaperSize.A4], has_bleed=False, seen=seen)


def notices(material, *tags):
    return [proof.notice for proof in make_proofs(material, wanted(*tags), at=AT)]


def print_seen(cast, material, *tags):
    seen = notices(material, *tags)
    return actions.print_material(cast.scope(), material, wanted(*tags, seen=seen), at=AT)


def state_of(row):
    (state,) = file_states(PressFile.objects.filter(pk=row.pk), AT)
    return state


def test_a_text_that_is_translated_and_not_released_waits_for_a_release(cast):
    release("sl")
    translate_title(cast)

    states = {state.key: state for state in text_states(POSTER, ["sl"])["sl"]}

    assert (states["title"].language, states["title"].wait) == ("en", TextWait.RELEASE)
    assert (states["lead"].language, states["lead"].wait) == ("en", TextWait.TRANSLATION)


def test_on_a_live_site_an_unread_translation_waits_for_its_readers(cast, settings):
    release("sl")
    translate_title(cast)
    settings.IS_DEMO = False

    states = {state.key: state for state in text_states(POSTER, ["sl"])["sl"]}

    assert states["title"].wait is TextWait.READING


def test_people_who_read_a_released_text_are_counted(cast):
    page, segment, text = translate_title(cast)
    release("sl")
    for name, role in (("nela", ReviewRole.LANGUAGE), ("chidi", ReviewRole.SUBJECT)):
        Review(
            page=page,
            key="title",
            language_id="sl",
            source_digest=segment.digest,
            digest=text_digest(text),
            role=role,
            reviewer=cast.people[name],
            reviewed_at=AT,
        ).sealed().save(force_insert=True)

    states = {state.key: state for state in text_states(POSTER, ["sl"])["sl"]}

    assert (states["title"].readers, states["title"].language) == (2, "sl")
    assert states["title"].wait is None
    assert states["lead"].readers == 0


def test_a_paper_in_another_language_is_printed_only_when_the_user_saw_it(cast):
    release("sl", "fr")
    material = make_material(cast)
    with pytest.raises(CampaignRefusal, match="campaigns_print_unseen"):
        actions.print_material(cast.scope(), material, wanted("fr", "sl"), at=AT)
    assert not PressFile.objects.exists()

    (made,) = print_seen(cast, material, "sl")

    assert set(made.row.text_languages.values()) == {"en"}
    assert state_of(made.row).other_languages == ("en",)
    assert not state_of(made.row).has_own_text
    assert not state_of(made.row).is_outdated


def test_what_was_seen_counts_only_while_it_is_still_so(cast):
    release("sl")
    material = make_material(cast)
    seen = notices(material, "sl")
    translate_title(cast)
    release("sl")  # now one text is in the language

    with pytest.raises(CampaignRefusal, match="campaigns_print_unseen"):
        actions.print_material(cast.scope(), material, wanted("sl", seen=seen), at=AT)


def test_a_file_is_outdated_once_its_text_exists_in_its_language(cast):
    translate_title(cast)
    release("sl")
    (made,) = print_seen(cast, make_material(cast), "sl")
    partly = state_of(made.row)
    assert partly.has_own_text
    assert partly.other_languages == ("en",)
    assert not partly.has_text_now

    translate_title(cast, key="lead")
    release("sl")

    assert state_of(made.row).has_text_now
    assert state_of(made.row).is_outdated


def report_as_wrong(monkeypatch, *reported):
    """Let numbers of services count as reported, as a report of the public does."""
    real = numbers.freshness_at

    def freshness(row, fact, at):
        return Freshness.DISPUTED if row.id in reported else real(row, fact, at)

    monkeypatch.setattr(numbers, "freshness_at", freshness)


def test_a_number_that_was_reported_is_left_out_with_reason_and_replacement(cast, monkeypatch):
    release("fr")
    material = make_material(cast)
    (before,) = print_seen(cast, material, "fr")
    printed = list(before.row.numbers.all())
    gone = printed[0]
    report_as_wrong(monkeypatch, gone.service_id)

    with pytest.raises(CampaignRefusal, match="campaigns_print_unseen"):
        actions.print_material(cast.scope(), material, wanted("fr"), at=AT)
    assert PressFile.objects.count() == 1
    (after,) = print_seen(cast, material, "fr")

    omitted = OmittedNumber.objects.get(file=after.row, number=gone.number)
    assert omitted.reason == OmissionReason.REPORTED
    now = set(after.row.numbers.values_list("text", flat=True))
    new = now - {number.text for number in printed}
    assert gone.text not in now
    assert {omitted.replaced_by} == (new or {""})


def test_a_number_that_left_the_directory_is_named(cast):
    release("fr")
    material = make_material(cast)
    (before,) = print_seen(cast, material, "fr")
    before.row.numbers.filter(number=before.row.numbers.first().number).update(
        number="+38600000", text="00 000"
    )

    (proof,) = make_proofs(material, wanted("fr"), at=AT)

    assert [(each.text, each.reason) for each in proof.omitted] == [("00 000", OmissionReason.GONE)]


def test_an_unchanged_paper_has_nothing_to_tell(cast):
    release("fr")
    material = make_material(cast)
    print_seen(cast, material, "fr")

    assert notices(material, "fr") == [""]


def test_a_preview_is_the_pdf_and_stores_nothing(cast):
    release("fr")
    material = make_material(cast)
    content = actions.preview_pdf(cast.scope(), material, wanted("fr"), at=AT)
    (picture,) = actions.preview_pictures(cast.scope(), material, wanted("fr"), at=AT)

    assert content.startswith(b"%PDF")
    assert picture.startswith(b"\x89PNG")
    assert not PressFile.objects.exists()
    (made,) = print_seen(cast, material, "fr")
    assert made.content == content
