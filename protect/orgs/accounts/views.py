"""The page of the user's own account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs import actions
from protect.orgs.access import home_of, me, scope_of
from protect.orgs.accounts.forms import AccountForm


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    user = me(scope)
    initial = {"name": user.name, "language": user.language}
    form = AccountForm(request.POST or None, initial=initial)
    if form.is_valid():
        with form.mending():
            changed = actions.change_profile(scope, **form.cleaned_data, at=clock.now())
            with translation.override(changed.language):
                messages.success(request, _("Your account is changed."))
            return redirect("orgs:account")
    context = {"user": user, "home": home_of(user.pk), "form": form}
    return render(request, "orgs/account.html", context, status=form.status)
