from collections.abc import Mapping
from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class PageChanged(ProtectError):
    """Another person saved texts after this page was opened. `current`: their texts, by key.
    `seen`: values of hidden fields, by name, with which the user can save after comparing both."""

    code = "content_changed"
    # Translators: {count} texts of a page were saved by another person meanwhile.
    message = _(
        "Another person has changed {count} of these texts since you opened this page. Nothing was "
        "saved, and what you wrote is still here. Compare both, then save again."
    )

    def __init__(self, current: Mapping[str, str], seen: Mapping[str, str]) -> None:
        self.current, self.seen = current, seen
        super().__init__(count=len(current))


class TextsRefused(ProtectError):
    """Translations that could send a reader wrong. `problems`: codes of `checks`, by key."""

    code = "content_texts_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {count} translations have a wrong number or reference.
    message = _(
        "Nothing was saved, and what you wrote is still here. Correct {count} texts: what is wrong "
        "is said below each."
    )

    def __init__(self, problems: Mapping[str, tuple[str, ...]]) -> None:
        self.problems = problems
        super().__init__(count=len(problems))


class ContentRefusal(TableRefusal):
    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Translators: {reference} such as {limit:hiv}; {nearest} are names that exist.
            "content_unknown_fact": _(
                "“{reference}” refers to nothing that exists. Nothing was saved. Did you mean: "
                "{nearest}?"
            ),
            # Translators: {name} is the code of a page, such as my-poster.
            "content_code_taken": _(
                "A page has the code “{name}” already, or the site needs it itself. Nothing was "
                "saved. Choose another one."
            ),
            # Translators: {limit} is a number of seconds.
            "content_recording_too_long": _(
                "The recording is longer than {limit} seconds. Nothing was kept. Read only this "
                "text."
            ),
            "content_recording_of_number": _(
                "The site fills in a part of this text, such as a number, for each country. A "
                "recording could say a wrong one. Nothing was kept."
            ),
            # Translators: {title} is the name of a text, such as lead.
            "content_text_withdrawn": _(
                "“{title}”: this text was replaced before because it may harm. Nothing was saved. "
                "Write another one."
            ),
            "content_reader_not_native": _(
                "No coordinator has recorded that you read this language like your first language. "
                "Nothing was saved. Ask a coordinator of your country: the page of the texts says "
                "whom."
            ),
            "content_reader_not_specialist": _(
                "No coordinator has recorded that you are a specialist in gender-based violence. "
                "Nothing was saved. Ask a coordinator of your country: the page of the texts says "
                "whom."
            ),
            # Translators: a condition is {only:…}; it stays as it is.
            "content_condition_not_added": _(
                "A condition cannot be added: it would hide the text after it from some readers. "
                "Nothing was saved. Write the text without {{only:…}}."
            ),
            "content_record_of_others": _(
                "A coordinator of another country recorded this about a person of another country. "
                "Nothing was changed. Ask that coordinator, or one of the person’s country."
            ),
            "content_own_record": _(
                "A record about you counts only from another coordinator. Nothing was changed. Ask "
                "one."
            ),
            "content_recording_synthetic": _(
                "The public hears only people, because a computer can say a wrong word or number "
                "unnoticed. Nothing was kept. Let a person read the text aloud."
            ),
            "content_text_needed": _(
                "The site shows this text by its name, so it cannot be removed. Nothing was "
                "changed. Change its words instead."
            ),
            # Translators: {title} is the name of a text, such as lead.
            "content_change_missing": _(
                "Say for “{title}” what your change means for the translations. Nothing was saved."
            ),
        },
        HTTPStatus.BAD_REQUEST: {
            "content_recording_unreadable": _(
                "This is not a recording, or it cannot be read. Nothing was kept. Save it as MP3, "
                "M4A, WAV or Ogg and send that."
            ),
            "content_file_unreadable": _(
                "This is no PO or XLIFF file with texts, or it is damaged. Nothing was saved. "
                "Download the file again and translate it."
            ),
            # Translators: {language} is a code such as fr.
            "content_file_language": _(
                "The file says that it is for another language: {language}. Nothing was saved."
            ),
        },
        HTTPStatus.CONFLICT: {
            "content_recording_text_changed": _(
                "The text was changed since you opened this page. Nothing was kept. Read the new "
                "text aloud."
            ),
            "content_no_ffmpeg": _(
                "This server cannot take recordings, because the program ffmpeg is not installed. "
                "Nothing was kept. Tell the operator."
            ),
            "content_same_person": _(
                "You wrote or translated this text yourself. Nothing was changed. A colleague must "
                "read it."
            ),
            # Translators: {pages} are titles of pages.
            "content_own_translation": _(
                "You wrote or translated texts of these pages yourself: {pages}. Nothing was "
                "released. A colleague must release them."
            ),
            "content_fact_changed": _(
                "A fact was changed since you opened this page. Nothing was confirmed. Read the "
                "facts again, then confirm them."
            ),
            "content_release_damaged": _(
                "This release was changed in the database after it was made. Nothing was changed. "
                "Tell the operator."
            ),
            # Translators: {pages} are titles of pages.
            "content_release_withdrawn": _(
                "This release has texts that may harm by now: {pages}. Nothing was changed. "
                "Correct the current texts and release them instead."
            ),
            # Translators: {numbers} are telephone numbers, {pages} titles of pages.
            "content_release_number": _(
                "This release names a number that is not in the public directory any more: "
                "{numbers} ({pages}). Nothing was changed. Correct the current texts and release "
                "them instead."
            ),
            "content_release_changed": _(
                "The texts were changed after you opened this page. Nothing was released. Look at "
                "the changes again, then release them."
            ),
            "content_undo_expired": _(
                "This can be undone for 10 minutes only, and they have passed. Nothing was "
                "changed. Save the text again."
            ),
        },
    }
