"""What the parts of an address stand for, where its name does not say it."""

# The object of `pk` in addresses whose first word names another.
OTHER_KINDS = {
    "alarm_answer": "organisation",
    "issuer_key_make": "organisation",
    "issuer_key_distrust": "key",
    "certificate_again": "registration",
    "paper_head": "organisation",
    "paper_preview": "organisation",
    "organisation_vouch": "proposed",
    "team_admit": "waiting",
    "team_restore": "waiting",
    "team_new": "organisation",
    "invitation_new": "organisation",
    "invitation_list": "organisation",
    "invitation_first": "organisation",
    "history_export": "organisation",
    "officer_list": "organisation",
    "officer_appoint": "organisation",
    "officer_confirm": "organisation",
    "note_list": "team",
    "note_new": "team",
    "partner_list": "team",
    "partner_compare": "team",
    "thing_history": "team",
    "correction_new": "service",
    "pair_new": "service",
    "edition_move": "edition",
    "attended_csv": "edition",
    "attended_xlsx": "edition",
    "co_hosting": "edition",
    "session_end": "sign_in",
    "session_new": "edition",
    "list_print": "session",
    "registration_new": "edition",
    "quota_edit": "edition",
    "approve_all": "edition",
    "roster_new": "edition",
    "cohort_new": "sender",
    "resource_way": "venue",
    "own_booking": "booking",
}

WORDS = {
    "page_code": "men",
    "key": "lead",
    "file_format": "po",
    "preset": "women",
    "mark": "done",
    "part": "words",
}
NUMBERS = {"slot": 1, "line": 2, "away": 1, "debrief_id": 0, "number": 1}
MOVES = {"edition": "close", "need": "order", "request": "agree", "enquiry": "answer"}  # by thing
