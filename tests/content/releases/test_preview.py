"""What a release changes, before it is made."""

import pytest

from protect.content import released
from protect.content.enums import ChangeClass, PageChange, TakenOff
from protect.content.errors import ContentRefusal
from protect.content.models import Release
from protect.content.releases import actions, preview
from protect.content.texts import composition
from protect.kernel import clock
from tests.content.editing import member, read, save, texts_of, translate

pytestmark = pytest.mark.django_db
FRENCH = "Les hommes aussi."


def show(*tags):
    texts = composition.load_texts()
    return [preview.preview_release(texts, tag) for tag in tags]


def page_of(found, code="men"):
    return next(page for page in found.pages if page.code == code)


def read_whole(page, *scopes, tag="en"):
    for row in texts_of(page).segments:
        if row.kind != "block":
            for scope, role in zip(scopes, ("language", "subject"), strict=True):
                read(scope, page, role, tag=tag, key=row.key)


def test_the_first_release_of_a_language_adds_pages():
    (found,) = show("fr")

    assert found.is_first
    assert {page.change for page in found.pages} == {PageChange.ADDED}
    assert not found.takes_off


def test_a_changed_text_is_shown_beside_what_is_public(page, amal, release):
    release("fr")
    translate(amal, page, FRENCH)

    (found,) = show("fr")

    (changed,) = found.pages
    (text,) = changed.texts
    assert (changed.code, changed.change) == ("men", PageChange.CHANGED)
    assert text.before.text.startswith("Des hommes")
    assert text.after.text == FRENCH
    assert not found.takes_off


def test_without_a_change_there_is_nothing_to_show(release):
    release("fr")

    assert show("fr")[0].pages == ()


def test_a_change_for_safety_warns_of_texts_that_a_language_loses(page, amal, release):
    release("fr", "ar")
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    for found in show("fr", "ar"):
        changed = page_of(found)
        (text,) = changed.unsafe_texts
        assert (text.after.text, text.after.language) == ("Never do that.", "en")
        assert found.unsafe_pages == [changed]
        assert found.takes_off


def test_a_change_of_content_takes_nothing_off(page, amal, release):
    release("fr")
    save(amal, page, "Men and boys, too.", ChangeClass.CONTENT)

    (found,) = show("fr")

    assert page_of(found).texts[0].after.dated
    assert not found.takes_off


def test_a_live_page_that_is_lost_says_why(page, amal, bela, settings):
    settings.IS_DEMO = False
    read_whole(page, bela, member("chidi"))
    actions.release_by_user(bela, ["en"], at=clock.now())
    save(amal, page, "Never do that.", ChangeClass.SAFETY)

    (found,) = show("en")

    (lost,) = found.lost_pages
    assert (lost.code, lost.reason) == ("men", TakenOff.UNSAFE)
    assert found.unsafe_pages == [lost]


def test_what_changed_after_the_preview_is_not_released(page, amal, bela, release):
    release("fr")
    translate(amal, page, FRENCH)
    seen = preview.digest_of(show("fr"))
    translate(amal, page, "Autre chose.")

    with pytest.raises(ContentRefusal) as refused:
        actions.release_by_user(bela, ["fr"], at=clock.now(), seen=seen)

    assert refused.value.code == "content_release_changed"
    assert Release.objects.count() == 1
    seen = preview.digest_of(show("fr"))
    assert actions.release_by_user(bela, ["fr"], at=clock.now(), seen=seen)
    assert released.read("fr")["men"].segments[1].text == "Autre chose."


def test_an_earlier_release_is_compared_with_what_is_public(page, amal, bela, release):
    (first,) = release("fr")
    translate(amal, page, FRENCH)
    release("fr")

    earlier = released.from_json(first.pages)
    texts = composition.load_texts()
    found = preview.compare_pages(texts, "fr", earlier, is_earlier=True)

    assert page_of(found).texts[0].before.text == FRENCH
    seen = preview.digest_of([found])
    assert actions.roll_back(bela, first, at=clock.now(), seen=seen).number == 3


def test_a_page_that_the_earlier_release_lacks_is_lost(bela, release):
    (first,) = release("fr")
    earlier = {
        code: page for code, page in released.from_json(first.pages).items() if code != "men"
    }

    found = preview.compare_pages(composition.load_texts(), "fr", earlier, is_earlier=True)

    (lost,) = found.lost_pages
    assert (lost.code, lost.reason) == ("men", TakenOff.NOT_YET)
