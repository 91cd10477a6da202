"""Decorators that say in which session states a page is open. Without one: unlocked only.
Pages that check a secret run outside the request's transaction, so that a counted
attempt stays counted when it is refused. Their actions open transactions of their own."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from protect.vault.enums import SessionState

type State = SessionState | None  # None: no user is signed in
type View = Callable[..., HttpResponseBase]

UNLOCKED_ONLY: frozenset[State] = frozenset({SessionState.UNLOCKED})


def open_to_all[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Open a page to every visitor, signed in or not: sign-in, invitations, resets, sign-out."""
    return _open_to_states(view, None, *SessionState)


def open_while_provisional[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Open a page also to sessions without second factor yet, for sign-in and enrolment."""
    return _open_to_states(view, SessionState.PROVISIONAL)


def open_while_locked[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Open a page also to locked sessions: the pages that lock and unlock."""
    return _open_to_states(view, SessionState.LOCKED)


def counts_attempts[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Run a view outside a transaction, so that attempts that the view counts stay counted."""
    transaction.non_atomic_requests(view)
    return view


def open_states_of(view: View) -> frozenset[State]:
    """Return the states in which a session may open a view; None stands for no session."""
    states: frozenset[State] = getattr(view, "vault_open_to", UNLOCKED_ONLY)
    return states


def next_url_of(request: HttpRequest, default: str = "/") -> str:
    """Return the page that the user wanted, if it belongs to this site, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_own else default


def _open_to_states[V: Callable[..., HttpResponseBase]](view: V, *states: State) -> V:
    """Open a view in these states, too; it then runs outside the transaction of a request."""
    view.vault_open_to = open_states_of(view) | set(states)  # type: ignore[attr-defined]
    transaction.non_atomic_requests(view)
    login_not_required(view)  # UnlockMiddleware checks the session state instead
    return view
