"""Texts about rights that visitors can hear."""

import re

import pytest

from protect.audit.context import AuditContext
from protect.content import released
from protect.content.enums import RecordingOrigin
from protect.content.models import Page, Recording
from protect.content.recordings import actions, shown
from protect.content.releases import actions as releases
from protect.content.texts.rules import text_digest
from protect.findhelp import addresses
from protect.kernel import clock
from protect.site.management.commands.weigh import BUDGET_BYTES, weigh
from protect.uploads.parser_process import ParserAnswer
from tests.content.editing import member, segment, texts_of, translate
from tests.findhelp.test_rights_pages import path_of, read
from tests.guards.test_public_pages import wrongs

pytestmark = pytest.mark.django_db
OPUS, MP3 = b"OggS" + bytes(40_000), b"ID3" + bytes(90_000)
MADE = ParserAnswer({"seconds": 21, "opus_bytes": len(OPUS)}, OPUS + MP3)


def release(*tags):
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    releases.release_languages(tags, audit)
    released.forget()
    shown.forget()


@pytest.fixture
def amal():
    return member("amal")


@pytest.fixture
def page():
    return Page.objects.get(code="men")


def record(amal, page, tag="fr"):
    for row in texts_of(page).segments:
        text = texts_of(page).text_in(row, tag)
        if actions.is_spoken(row) and text:
            actions.save_recording(
                amal,
                page,
                tag,
                row.key,
                text_digest(text.text),
                RecordingOrigin.HUMAN,
                MADE,
                at=clock.now(),
            )


def test_a_text_is_followed_by_its_recording_with_the_size_in_words(public, amal, page):
    record(amal, page)
    release("fr")

    text = read(public, path_of("men", tag="fr"))

    lead = texts_of(page).text_in(segment(page), "fr").text
    after = text[text.index(lead[:20]) :]
    audio = re.search(
        r"<audio controls preload=none><source src=\"(/fr/s/[0-9a-f]{16}\.ogg)\" "
        r'type="audio/ogg"><source src="(/fr/s/[0-9a-f]{16}\.mp3)"></audio>',
        after,
    )
    assert audio
    size = "<bdi>40 kilooctets</bdi> · <bdi>21 secondes</bdi>"
    assert size in after.replace("\xa0", " ")
    assert "<title>Info" in text  # what a lock screen may show


def test_the_files_are_sent_in_parts_with_the_headers_of_the_site(public, amal, page):
    record(amal, page)
    release("fr")
    row = Recording.objects.first()

    for name, content, kind in (("ogg", OPUS, "audio/ogg"), ("mp3", MP3, "audio/mpeg")):
        address = f"/fr/s/{row.address}.{name}"
        whole = public.get(address)
        assert b"".join(whole.streaming_content) == content
        assert whole.headers["Content-Type"].startswith(kind)
        assert whole.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in whole.headers
        assert "Content-Disposition" not in whole.headers
        part = public.get(address, headers={"range": "bytes=10-19"})
        assert part.status_code == 206
        assert b"".join(part.streaming_content) == content[10:20]
    assert public.get(f"/fr/s/{'0' * 16}.ogg").status_code == 404
    assert public.get(f"/fr/s/{row.address}.wav").status_code == 404


def test_a_page_with_all_its_recordings_does_nothing_else_and_fits_the_budget(public, amal, page):
    record(amal, page)
    release("fr")

    response = public.get(path_of("men", tag="fr"))

    assert response.content.decode().count("<audio") > 3
    assert wrongs(response) == []
    assert weigh(path_of("men", tag="fr")).size <= BUDGET_BYTES


def test_a_changed_text_is_silent(public, amal, page):
    record(amal, page)
    translate(amal, page, "Les hommes et les garçons aussi.")
    release("fr")

    text = read(public, path_of("men", tag="fr"))

    assert "Les hommes et les garçons aussi.</p>" in text


def test_a_page_without_recordings_has_not_one_byte_more(public):
    release("fr")

    assert "<audio" not in read(public, path_of("men", tag="fr"))
    assert addresses.rights_in("BE", "men")
