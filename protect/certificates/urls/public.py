"""Addresses of certificates without an account: their check, their holder's page, their keys."""

from django.urls import path

from protect.certificates.views import public_pages

OWN = "trainings/<tag:tag>/own/<str:token>/certificate"
BADGE, ISSUER = "certificates/<uuid:credential>/badge.json", "issuers/<uuid:pk>"

app_name = "open_certificates"
urlpatterns = [
    path("certificates/<str:number>", public_pages.certificate_any, name="certificate_any"),
    path(BADGE, public_pages.certificate_badge, name="certificate_badge"),
    path(f"{ISSUER}/did.json", public_pages.issuer_keys, name="issuer_keys"),
    path(f"{ISSUER}/status/<int:number>/revocation", public_pages.status_list, name="status_list"),
    path("trainings/<tag:tag>/c/<str:number>", public_pages.certificate, name="certificate"),
    path("trainings/<tag:tag>/check", public_pages.certificate_check, name="certificate_check"),
    path(OWN, public_pages.own_certificate, name="own_certificate"),
    path(f"{OWN}.pdf", public_pages.own_certificate_pdf, name="own_certificate_pdf"),
    path(f"{OWN}.json", public_pages.own_certificate_badge, name="own_certificate_badge"),
]
