"""Sentences for what was done to the directory, by code of the audit: a part of `sentences`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Translators, of each below: in the history.
OF_DIRECTORY: dict[str, Promise] = {
    # Translators: in the history: a service of the directory; a draft that nobody sees yet.
    "directory.create_service": _("A service was begun."),
    # Translators: in the history: an editor hands a new service in to be looked at.
    "directory.submit": _("A service was handed in for review."),
    # Translators: in the history: the public can see it now.
    "directory.publish": _("A service was published."),
    # Translators: in the history: the public cannot see it for a while.
    "directory.suspend": _("A service was taken off for a while."),
    # Translators: in the history: the public can see it again.
    "directory.resume": _("A service was shown again."),
    # Translators: in the history: for good.
    "directory.withdraw": _("A service was withdrawn for good."),
    # Translators: in the history: somebody undid, within minutes, what they had done.
    "directory.take_back": _("A service was put back as it had been."),
    # Translators: in the history: stored addresses were deleted.
    "directory.protect_address": _("A service's address was deleted and is never stored again."),
    # Translators: in the history: by the clock, at night: the queue, the numbers of the day.
    "directory.keep_true": _("The directory was brought up to date."),
    # Translators: in the history: how far services reach was written down, to be compared later.
    "matching.keep_coverage": _("How far help reaches was kept for this day."),
    # Translators: in the history: a paper to hang up or hand out was made as a file.
    "directory.publish_poster": _("A poster was published."),
    # Translators: in the history: a printed list of services was made as a file.
    "directory.print_directory": _("A directory was printed."),
    # Translators: in the history: a file with services of the directory.
    "interchange.export": _("Services were saved as a file."),
    # Translators: in the history: name, description, organisation, kinds and the like.
    "directory.edit_texts": _("Texts of a service were edited."),
    # Translators: in the history; a fact is a part of an entry that is checked on its own.
    "directory.edit_phone": _("Numbers of a service were edited."),
    "directory.edit_visit_hours": _("Hours for visitors were edited."),
    "directory.edit_phone_hours": _("Hours for callers were edited."),
    "directory.edit_languages": _("Languages of a service were edited."),
    # Translators: in the history: whom it takes.
    "directory.edit_eligibility": _("Whom a service takes was edited."),
    # Translators: in the history: whether it tells the police or others.
    "directory.edit_reporting": _("What a service reports, and to whom, was edited."),
    "directory.edit_address": _("Where a service is was edited."),
    # Translators: in the history: what it costs.
    "directory.edit_cost": _("What a service costs was edited."),
    # Translators: in the history: which documents it asks for.
    "directory.edit_documents": _("Which documents a service asks for was edited."),
    # Translators: in the history: free places.
    "directory.edit_capacity": _("Free places of a service were edited."),
    # Translators: in the history: medicine that helps only within some hours.
    "directory.edit_clinical_window": _("Medical help within hours was edited."),
    # Translators: in the history: a text of a service in another language.
    "directory.translate": _("A text of a service was translated."),
    # Translators: in the history: by a second person.
    "directory.review_translation": _("A translation was confirmed."),
    # Translators: in the history: a member says that something about a service is wrong.
    "verification.report": _("Something about a service was reported as wrong."),
    # Translators: in the history: a moderator looked at a report about a service.
    "verification.correction_accepted": _("A report about a service was accepted."),
    "verification.correction_partly": _("A report about a service was accepted in part."),
    "verification.correction_rejected": _("A report about a service was rejected."),
    # Translators: in the history: somebody had reported the same before.
    "verification.correction_duplicate": _(
        "A report about a service was set aside as a repetition."
    ),
    # Translators: in the history: two entries of the directory are one service.
    "verification.merge": _("Two entries of the directory were merged."),
    "verification.merge_undo": _("A merging of two entries was taken back."),
    # Translators: in the history: two entries looked alike and are not the same service.
    "verification.pair_different": _("Two entries were said to be different services."),
    # Translators: in the history: somebody says that they are one service; nobody has decided.
    "verification.pair_propose": _("Two entries were proposed as one service."),
    # Translators: in the history: somebody took a service that waits to be checked.
    "verification.queue_claim": _("Somebody began to check a service."),
    "verification.queue_let_go": _("Somebody gave back a service without checking it."),
    "verification.queue_finish": _("Somebody finished checking a service."),
    # Translators: in the history: nobody answered the phone.
    "verification.queue_miss": _("Nobody answered when a service was called."),
    # Translators: in the history: to somebody who can do more.
    "verification.queue_hand_on": _("The check of a service was handed on."),
    # Translators: in the history: parts of an entry, by phone, visit, web or register.
    "verification.check_facts": _("Facts of a service were checked."),
    # Translators: in the history: the first of two people called.
    "verification.call_test": _("A service's numbers were called, and wait for a second person."),
    # Translators: in the history: the second of two people called; both calls are compared next.
    "verification.second_call": _("A second person called a service's numbers."),
    # Translators: in the history: two people called and heard the same.
    "verification.confirm_call": _("Two calls to a service's numbers were compared: the same."),
    # Translators: in the history: two people called and did not hear the same.
    "verification.refuse_call": _(
        "Two people called a service's numbers and did not hear the same."
    ),
    # Translators: in the history: by mail; with it a service confirms its own entry.
    "verification.send_link": _("A service was sent the link to its own entry."),
    # Translators: in the history: by the link in the mail.
    "verification.answer_link": _("A service answered about its own entry."),
    # Translators: in the history: a file with services was brought; it is sealed.
    "interchange.import_begin": _("A file of services was brought in."),
    # Translators: in the history: in which letters a file is written.
    "interchange.import_encoding": _("The encoding of a file of services was chosen."),
    # Translators: in the history: which sheet of a workbook, and in which row its headings stand.
    "interchange.import_rows": _("The sheet or the row of headings of a file was chosen."),
    # Translators: in the history: which column of a file means what.
    "interchange.import_map": _("The columns of a file of services were mapped."),
    # Translators: in the history: which word of a file is which code of ours.
    "interchange.import_words": _("Words of a file of services were mapped."),
    # Translators: in the history: the rows are kept, the file itself is deleted.
    "interchange.import_take_in": _("The rows of a file were kept, and the file was deleted."),
    # Translators: in the history: nothing is changed by it yet.
    "interchange.import_judge": _("The rows of a file were compared with the directory."),
    # Translators: in the history: somebody corrected a row of a file.
    "interchange.import_edit_row": _("A row of a file was corrected."),
    # Translators: in the history: the file says something else than we do.
    "interchange.import_decide_row": _(
        "It was decided whether a row of a file or our text counts."
    ),
    # Translators: in the history: from then on its rows are written, piece by piece.
    "interchange.import_apply_begin": _("Applying a file of services to the directory began."),
    "interchange.import_apply": _("A file of services was applied to the directory."),
    "interchange.import_discard": _("A file of services was thrown away."),
    # Translators: in the history of a service.
    "interchange.import_create": _("The service came from a file."),
    # Translators: in the history of a service.
    "interchange.import_update": _("The service was brought up to date from a file."),
    # Translators: in the history of a service: a file says something else and was not taken.
    "interchange.import_keep": _("Our text of the service was kept against a file's."),
}
