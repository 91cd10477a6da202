"""The session states that a page is open to. Without a decorator: unlocked sessions only.
Pages that say something run outside the transaction of a request: a try that was counted stays
counted when it is refused. Their actions bring transactions of their own."""

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
    """Open a page to all, signed in or not: sign-in, invitations, resets, sign-out, exit."""
    return _open(view, None, *SessionState)


def open_while_provisional[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Open a page after the password: second factor and enrolment."""
    return _open(view, SessionState.PROVISIONAL)


def open_while_locked[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Open a page to locked sessions: unlock and exit."""
    return _open(view, SessionState.LOCKED)


def counts_tries[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Say of a page for unlocked sessions that it asks for a password or a second factor."""
    transaction.non_atomic_requests(view)
    return view


def opens_to(view: View) -> frozenset[State]:
    """Return the states that a page is open to."""
    states: frozenset[State] = getattr(view, "vault_open_to", UNLOCKED_ONLY)
    return states


def next_of(request: HttpRequest, default: str = "/") -> str:
    """Return the page that the user wanted, if it is one of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else default


def _open[V: Callable[..., HttpResponseBase]](view: V, *states: State) -> V:
    view.vault_open_to = opens_to(view) | set(states)  # type: ignore[attr-defined]
    transaction.non_atomic_requests(view)
    login_not_required(view)  # the middleware of the vault asks instead, for each state
    return view
