"""Coming in, being away, coming back."""

from __future__ import annotations

from django.urls import path

from protect.vault.views import enrolling, resetting, signing_in

urlpatterns = [
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-in/second-factor", signing_in.second_factor, name="second_factor"),
    path("unlock", signing_in.unlock, name="unlock"),
    path("lock", signing_in.lock, name="lock"),
    path("stay", signing_in.stay, name="stay"),
    path("confirm", signing_in.step_up, name="step_up"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("invited/<str:token>", enrolling.invited, name="invited"),
    path("recovery-code", enrolling.code_confirm, name="code_confirm"),
    path("second-factor", enrolling.factor_new, name="factor_new"),
    path("forgot", resetting.forgot, name="forgot"),
    path("forgot/sent", resetting.forgot_sent, name="forgot_sent"),
    path("reset/<str:token>", resetting.reset, name="reset"),
    path("restart/<str:token>", resetting.restart, name="restart"),
]
