from datetime import date, datetime, timedelta

SOON = timedelta(days=14)
REMIND_BEFORE = timedelta(days=7)
REMIND_EVERY = timedelta(days=7)


def may_approve_there(held: datetime, approving: datetime, at: datetime) -> bool:
    """Return whether minutes of a meeting may be approved at another one: a later one that has
    begun. All three are instants: the starts of the two meetings, and now."""
    return held < approving <= at


def urgency(due_on: date, today: date) -> str:
    """Return the group of an action in a list of what waits: overdue, today or soon."""
    if due_on < today:
        return "overdue"
    return "today" if due_on == today else "soon"


def must_remind(due_on: date, reminded_on: date | None, today: date) -> bool:
    """Return whether an owner is reminded today: from a week before the day on which an action is
    due, once a week."""
    if today < due_on - REMIND_BEFORE:
        return False
    return reminded_on is None or today - reminded_on >= REMIND_EVERY
