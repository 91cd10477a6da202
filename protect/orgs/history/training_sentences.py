"""History sentences for actions in trainings, by audit code; included by `sentences`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRAINING_SENTENCES: dict[str, Promise] = {
    # Translators, of each below: in the history: of a training, that is one run of a course.
    "trainings.plan": _("A training was planned."),
    "trainings.edit": _("A training was edited."),
    "trainings.open": _("Registration for a training was opened."),
    "trainings.close": _("Registration for a training was closed."),
    "trainings.finish": _("A training was marked as done."),
    "trainings.cancel": _("A training was cancelled."),
    "trainings.session_add": _("A session was added to a training."),  # a dated part of it
    "trainings.session_move": _("A session of a training was changed."),  # time, place, content
    "trainings.session_cancel": _("A session of a training was cancelled."),
    "trainings.quota": _("The seats kept for an organisation were changed."),
    "assessments.choose_forms": _("The forms of a training were chosen."),
    "trainings.co_hosts": _("The co-hosts of a training were chosen."),  # they give it together
    "trainings.co_host_yes": _("An organisation agreed to co-host a training."),
    "trainings.co_host_no": _("An organisation declined to co-host a training."),
    # Translators: in the history: no test or evaluation of it can be answered from then on.
    "assessments.freeze": _("The tests and the evaluation of a training were closed."),
    # Translators, of each below: in the history: of an application for a training.
    "trainings.register": _("A person was registered for a training."),
    "trainings.prove": _("An application was confirmed, by its link or by phone."),
    "trainings.approve": _("An application was approved."),
    "trainings.refuse": _("An application was refused."),
    "trainings.confirm_over": _("A seat was given ahead of the waiting list or above the limit."),
    # Translators: in the history: a planner decides so and writes why.
    "trainings.move_up": _("A position on the waiting list was changed."),
    "trainings.accept": _("The offer of a seat was accepted."),  # the person who waited said yes
    "trainings.lapse": _("The offer of a seat expired."),  # its time was over
    "trainings.renew": _("The pause of a registration on the waiting list was ended."),
    "trainings.agree": _("A participant agreed to their registration."),  # others registered them
    "trainings.withdraw": _("A registration was withdrawn."),
    "trainings.link_again": _("A participant's own link was mailed again."),  # to their own page
    "trainings.feed_give": _("A participant got a link for their calendar."),  # it follows sessions
    "trainings.feed_end": _("A participant ended the link of their calendar."),
    # Translators: in the history: by their own link.
    "trainings.say_pictures": _("A participant said whether pictures of them may be taken."),
    "trainings.correct_person": _("A participant's details were corrected."),
    "trainings.erase_person": _("A participant's details were erased."),
    "trainings.decide_same": _("Two participants were marked as one person."),
    "trainings.decide_different": _("Two participants were marked as different people."),
    # Translators, of each below: in the history: an organisation sends participants.
    "trainings.sender_add": _("A nominating organisation was added."),
    "trainings.sender_edit": _("A nominating organisation was edited."),
    "trainings.sender_link": _("A nominating organisation got a link to register participants."),
    "trainings.sender_link_end": _("The link of a nominating organisation was ended."),
    "trainings.cohort_add": _("A class of a school was added."),
    "trainings.roster_bring": _("A list of participants was uploaded."),  # none is registered yet
    "trainings.roster_confirm": _("People on an uploaded list were registered."),
    "trainings.roster_throw_away": _("An uploaded list of participants was deleted."),
    # Translators, of each below: in the history: of an interpreter, food or the like.
    "trainings.say_needs": _("A participant's needs were stored."),  # such as food; sealed
    "trainings.take_back_need": _("A participant withdrew a need."),
    "trainings.need_book": _("A resource was booked for a need of a participant."),
    "trainings.need_order": _("An arrangement for a participant was ordered."),  # such as food
    "trainings.need_cannot": _("A need of a participant was marked as one that cannot be met."),
    "trainings.need_reopen": _("A need of a participant was opened again."),  # to be arranged anew
    # Translators, of each below: in the history: of a trainer, interpreter or room.
    "trainings.resource_add": _("A resource that can be booked was added."),
    "trainings.resource_edit": _("A resource that can be booked was edited."),
    "trainings.away": _("An absence was added."),  # of a person, or of a venue that is closed
    "trainings.away_end": _("An absence was removed."),  # of a person or a venue
    # Translators: in the history: such as an extract of the criminal record; only until when it
    # stands is kept
    "trainings.suitable": _("A document that proves suitability was shown."),
    "trainings.way": _("The travel time between two venues was changed."),  # in minutes
    # Translators: in the history: a trainer or interpreter sees and answers bookings with it.
    "trainings.link_give": _("A link to their own bookings was given to a person."),
    # Translators: in the history: a trainer or interpreter saw and answered bookings with it.
    "trainings.link_end": _("A person's link to their own bookings was ended."),
    "trainings.book": _("A resource was booked for a session."),
    "trainings.booking_accept": _("A booking was accepted."),
    "trainings.booking_decline": _("A booking was declined."),
    "trainings.booking_cancel": _("A booking was cancelled."),
    # Translators, of each below: in the history: who took part.
    "trainings.attendance_present": _("Attendance was noted: present."),
    "trainings.attendance_late": _("Attendance was noted: came late."),
    "trainings.attendance_left_early": _("Attendance was noted: left early."),
    "trainings.attendance_excused": _("Attendance was noted: excused."),
    "trainings.attendance_absent": _("Attendance was noted: absent."),
    "trainings.attendance_all": _("All remaining participants were noted as present."),
    # Translators: in the history: all were noted as present at a press, and that was undone.
    "trainings.attendance_take_back": _("Marking all participants as present was undone."),
    "trainings.attendance_make_up": _("A missed session was made up in another training."),
    "trainings.attendance_import": _("Attendance was imported from a file."),
    "trainings.excuse": _("A participant said that they cannot come."),  # with their own link
    "trainings.excuse_take_back": _("A participant said that they can come after all."),
    "trainings.print_list": _("A sign-in sheet was printed."),  # participants sign it
    "trainings.keep_scan": _("The scan of a signed list was stored."),  # it is sealed
    "outreach.count": _("A head count was reported."),  # of a session; without names
    # Translators, of each below: in the history: tests and evaluations of a training.
    # Translators: in the history: each participant answers both tests with one card and without a
    # name
    "assessments.print_cards": _("Cards for the tests of a training were printed."),
    # Translators: in the history: each opens the evaluation once.
    "assessments.print_slips": _("Slips for the evaluation of a training were printed."),
    "assessments.type_in": _("Answers from a paper form were entered."),
    "assessments.take_back": _("Answers entered from a paper form were deleted."),
    "assessments.assess": _("A participant took the assessment under their name."),
    "assessments.let_try_again": _("A participant may take the assessment again."),
    # Translators: in the history: questions some months after a training.
    "assessments.follow_up_agree": _("A participant agreed to follow-up questions."),
    # Translators: in the history: questions some months after a training.
    "assessments.follow_up_decline": _("A participant no longer agrees to follow-up questions."),
    # Translators, of each below: in the history: strangers can check a certificate.
    "certificates.issue": _("A certificate was issued."),
    "certificates.issue_again": _("A certificate was issued after the one before was revoked."),
    "certificates.revoke": _("A certificate was revoked."),
    "certificates.replace": _("A certificate was revoked and replaced."),
    "certificates.show_name": _("The holder of a certificate chose to show their name."),
    "certificates.hide_name": _("The holder of a certificate chose to hide their name."),
    # Translators: in the history: emblem and sentences of a donor on certificates, lists.
    "trainings.save_paper_head": _("The letterhead of the organisation was changed."),
    # Translators, of each below: in the history; an ambassador is a migrant who speaks at sessions.
    "outreach.request_ask": _("An information session was requested."),  # such as by a school
    "outreach.request_complete": _("Details of a request for an information session were saved."),
    "outreach.request_agree": _("A request for an information session was accepted."),
    "outreach.request_decline": _("A request for an information session was declined."),
    "outreach.request_schedule": _("A requested information session was scheduled."),
    "outreach.request_people": _("More people were asked to hold a requested information session."),
    "outreach.request_move": _("The time or place of a requested information session was changed."),
    "outreach.request_hold": _("A requested information session was noted as held."),
    "outreach.request_close": _("A request for an information session was closed."),
    "outreach.ambassador_profile": _("The profile of an ambassador was changed."),
    "outreach.ambassador_agree": _(
        "An ambassador said which of their name, picture and voice may be used."
    ),
    # Translators: in the history: only the ambassador can read it.
    "outreach.ambassador_plan": _("An ambassador changed their own safety plan."),
    "outreach.debrief": _("An ambassador wrote a debrief after a session."),
    "outreach.debrief_called": _(
        "A call to an ambassador after a debrief or an incident was noted."
    ),  # it was due
    "outreach.incident": _("An incident at a session was reported."),
    # Translators, of each below: in the history: what a course or a part of it teaches.
    "trainings.version_draft": _("A draft of a course or module was created."),
    "trainings.version_edit": _("A draft of a course or module was edited."),
    "trainings.version_submit": _("A draft of a course or module was submitted for review."),
    # Translators: in the history: with a reason, to its author.
    "trainings.version_return": _("A draft of a course or module was returned."),
    "trainings.version_publish": _("A version of a course or module was published."),
    "trainings.version_retire": _("A version of a course or module was retired."),
    "trainings.hand_over": _("A course or module was handed over to another organisation."),
    # Translators, of each below: in the history.
    "trainings.keep": _("The nightly update of trainings was done."),  # by the clock, at night
}
# If an entry of these actions has no actor, a person without an account acted, by a link or on a
# public page. Scheduled work and commands do none of these actions.
VISITOR_ACTIONS = frozenset(
    {
        *("certificates.show_name", "certificates.hide_name", "assessments.assess"),
        *("assessments.follow_up_agree", "assessments.follow_up_decline"),
        *("outreach.request_ask", "outreach.request_complete", "outreach.count"),
        *("outreach.debrief", "outreach.incident"),
    }
) | frozenset(
    f"trainings.{action}"
    for action in (
        *("register", "prove", "agree", "accept", "renew", "say_pictures", "feed_give", "feed_end"),
        *("say_needs", "take_back_need", "excuse", "excuse_take_back", "roster_bring"),
        *("roster_confirm", "roster_throw_away"),
        *("booking_accept", "booking_decline", "link_end"),
    )
)
# Labels of audit targets, by the kind before the colon.
# Translators, of each below: what something was done to, in the history.
TRAINING_TARGET_LABELS: dict[str, Promise] = {
    "edition": _("Training"),  # one run of a course
    "session": _("Session"),  # a dated part of a training, or an information session
    "informationsession": _("Session"),
    "registration": _("Registration"),  # of a participant for a training
    "participant": _("Participant"),  # a person who takes part in trainings
    "certificate": _("Certificate"),
    "booking": _("Booking"),  # of a trainer, an interpreter or a room
    "need": _("Need"),  # such as an interpreter or food
    "resource": _("Resource"),  # a trainer, an interpreter or a room
    "venue": _("Venue"),
    "roster": _("List of participants"),  # a file with names
    "sender": _("Nominating organisation"),  # it sends participants
    "cohort": _("Class"),  # of a school
    "persondoubt": _("Possible duplicate"),  # two participants who may be one person
    "sessionrequest": _("Request for an information session"),
    "signedsheet": _("Signed list"),
    "paperhead": _("Letterhead"),  # of certificates and lists
    "course": _("Course"),
    "courseversion": _("Version of a course"),
    "module": _("Module"),  # a part of a course
    "moduleversion": _("Version of a module"),  # a module is a part of a course
    "response": _("Assessment by name"),  # of a participant, by name
}
