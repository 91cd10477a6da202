import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.content import released
from protect.content.enums import ChangeClass, RecordingOrigin, ReviewRole
from protect.content.errors import ContentRefusal
from protect.content.models import Page, Recording, Release, Review
from protect.content.recordings import actions, shown
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from protect.uploads.parser_process import ParserAnswer
from tests.content.editing import member, save, segment, texts_of, translate
from tests.uploads.media.samples import needs_ffmpeg, tone

pytestmark = pytest.mark.django_db
MADE = ParserAnswer({"seconds": 4, "opus_bytes": 5}, b"Opus!MP3")


@pytest.fixture(autouse=True)
def _forget():
    shown.forget()


def digest(page, tag="fr", key="lead"):
    return text_digest(texts_of(page).text_in(segment(page, key), tag).text)


def record(scope, page, tag="fr", key="lead", seen=None, made=MADE):
    return actions.save_recording(
        scope,
        page,
        tag,
        key,
        seen or digest(page, tag, key),
        RecordingOrigin.HUMAN,
        made,
        at=clock.now(),
    )


def heard(release, page, tag="fr"):
    """Return the keys of the texts that the public hears after a release."""
    from protect.content import released

    release(tag)
    released.forget()
    shown.forget()
    return set(shown.recordings_of(released.read(tag)[page.code]))


def test_a_recording_is_heard_with_the_text_that_it_reads(amal, page, release):
    record(amal, page)

    assert heard(release, page) == {"lead"}
    row = Recording.objects.get()
    assert (bytes(row.opus), bytes(row.mp3), row.seconds) == (b"Opus!", b"MP3", 4)
    assert shown.read_file(row.address, "ogg") == (b"Opus!", "audio/ogg; codecs=opus")


def test_a_recording_is_withdrawn_when_the_translation_changes(amal, page, release):
    record(amal, page)
    translate(amal, page, "Ce site est aussi pour les hommes.")

    assert heard(release, page) == set()
    record(amal, page)
    assert heard(release, page) == {"lead"}


def test_a_recording_of_a_text_that_is_not_released_yet_is_not_heard(amal, page, release):
    before = heard(release, page)
    translate(amal, page, "Les hommes aussi.")
    record(amal, page)

    from protect.content import released

    shown.forget()
    assert before == set(shown.recordings_of(released.read("fr")[page.code])) == set()


def test_a_recording_of_a_source_text_is_withdrawn_when_the_source_changes(amal, page, release):
    record(amal, page, "en")
    assert heard(release, page, "en") == {"lead"}

    save(amal, page, "Men and boys are hurt as well.", ChangeClass.CONTENT)

    assert heard(release, page, "en") == set()


def test_a_new_recording_of_the_same_text_replaces_the_earlier_one(amal, page):
    record(amal, page)
    record(amal, page, made=ParserAnswer({"seconds": 9, "opus_bytes": 3}, b"NewMP3"))

    assert Recording.objects.get().seconds == 9


def test_a_text_that_changed_meanwhile_gets_no_recording(amal, page):
    seen = digest(page)
    translate(amal, page, "Les hommes aussi.")

    with pytest.raises(ContentRefusal) as refusal:
        record(amal, page, seen=seen)

    assert refusal.value.code == "content_recording_text_changed"
    assert not Recording.objects.exists()


def test_a_text_with_a_number_of_the_country_gets_no_recording(amal):
    for page in Page.objects.filter(kind="rights"):
        for row in texts_of(page).segments:
            if "{emergency}" in row.text and row.kind != "block":
                with pytest.raises(ContentRefusal) as refusal:
                    record(amal, page, "en", row.key)
                assert refusal.value.code == "content_recording_of_number"
                return
    raise AssertionError("no text has the emergency number")


def test_a_recording_is_deleted(amal, page, release):
    record(amal, page)

    assert actions.remove_recordings(amal, page, "fr", "lead", at=clock.now()) == 1
    assert heard(release, page) == set()
    assert actions.remove_recordings(amal, page, "fr", "lead", at=clock.now()) == 0


def test_a_user_who_may_not_translate_records_and_deletes_nothing(amal, page):
    record(amal, page)
    chidi = member("chidi", "reader")

    with pytest.raises(PermissionDenied):
        record(chidi, page, seen=digest(page))
    with pytest.raises(PermissionDenied):
        actions.remove_recordings(chidi, page, "fr", "lead", at=clock.now())
    assert Recording.objects.get().recorded_by_id == amal.user_id


@needs_ffmpeg
def test_a_tone_becomes_opus_and_mp3():
    made = actions.read_recording(tone("wav"))

    assert made.body.startswith(b"OggS")


@needs_ffmpeg
@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no sound", "content_recording_unreadable"), (None, "content_recording_too_long")],
)
def test_what_is_no_recording_is_refused(content, code):
    with pytest.raises(ContentRefusal) as refusal:
        actions.read_recording(tone("wav", 182) if content is None else content)

    assert refusal.value.code == code


def test_without_ffmpeg_no_recording_is_taken(monkeypatch):
    monkeypatch.setattr(actions, "can_take_recordings", lambda: False)

    with pytest.raises(ContentRefusal) as refusal:
        actions.read_recording(b"RIFF")

    assert refusal.value.code == "content_no_ffmpeg"


def approve(scope, page, role):
    address = Recording.objects.get().address
    actions.review_recording(scope, page, "fr", "lead", address, ReviewRole(role), at=clock.now())


def test_a_recording_is_heard_once_two_others_have_listened(amal, bela, page, release, settings):
    settings.IS_DEMO = True
    release("fr")
    settings.IS_DEMO = False
    record(amal, page)
    (public,) = [released.from_json(row.pages)[page.code] for row in Release.objects.all()]

    def is_heard():
        shown.forget()
        return "lead" in shown.recordings_of(public)

    assert not is_heard()
    with pytest.raises(ContentRefusal) as refusal:
        approve(amal, page, "language")
    assert refusal.value.code == "content_same_person"
    approve(bela, page, "language")
    approve(bela, page, "subject")  # the same person
    assert not is_heard()

    approve(member("chidi"), page, "subject")

    assert is_heard()
    record(amal, page, made=ParserAnswer({"seconds": 9, "opus_bytes": 3}, b"NewMP3"))
    assert not is_heard()  # others have heard another one


def test_a_listener_needs_the_record_of_a_coordinator(amal, page):
    record(amal, page)

    with pytest.raises(ContentRefusal) as refusal:
        approve(member("dana", is_reader=False), page, "language")

    assert refusal.value.code == "content_reader_not_native"
    assert not Review.objects.exists()


def test_the_voice_of_a_computer_is_refused_and_never_heard(amal, page, release):
    text = digest(page)
    with pytest.raises(ContentRefusal) as refusal:
        actions.save_recording(
            amal, page, "fr", "lead", text, RecordingOrigin.SYNTHETIC, MADE, at=clock.now()
        )
    assert refusal.value.code == "content_recording_synthetic"
    assert not Recording.objects.exists()

    record(amal, page)
    Recording.objects.update(origin=RecordingOrigin.SYNTHETIC)
    assert heard(release, page) == set()


@pytest.mark.parametrize(
    "forged",
    [{"key": "body"}, {"digest": "0" * 64}, {"recorded_by_id": None}, {"file_digest": "0" * 64}],
    ids=lambda forged: next(iter(forged)),
)
def test_a_recording_that_the_database_has_changed_is_not_heard(amal, bela, page, release, forged):
    record(amal, page)
    row = Recording.objects.get()
    if "recorded_by_id" in forged:
        forged = {"recorded_by_id": bela.user_id}
    Recording.objects.update(**forged)

    assert heard(release, page) == set()
    with pytest.raises(Http404):
        shown.read_file(row.address, "ogg")


def test_sound_that_the_database_has_changed_is_not_sent(amal, page):
    record(amal, page)
    Recording.objects.update(opus=b"Other")

    with pytest.raises(Http404):
        shown.read_file(Recording.objects.get().address, "ogg")
    with pytest.raises(Http404):
        shown.read_file(Recording.objects.get().address, "mp3")
