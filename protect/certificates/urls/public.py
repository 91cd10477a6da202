from django.urls import path

from protect.certificates.views import public_pages

# The page on which holders show or hide their name; with .pdf or .json the files.
OWN_CERTIFICATE = "trainings/<tag:tag>/own/<str:token>/certificate"
OWN_BADGE = f"{OWN_CERTIFICATE}.json"
BADGE, ISSUER = "certificates/<uuid:credential>/badge.json", "issuers/<uuid:pk>"

app_name = "open_certificates"
urlpatterns = [
    path("certificates/<str:number>", public_pages.certificate_redirect, name="certificate_any"),
    path(BADGE, public_pages.certificate_badge, name="certificate_badge"),
    path(f"{ISSUER}/did.json", public_pages.issuer_document, name="issuer_keys"),
    path(f"{ISSUER}/status/<int:number>/revocation", public_pages.status_list, name="status_list"),
    path("trainings/<tag:tag>/c/<str:number>", public_pages.public_certificate, name="certificate"),
    path("trainings/<tag:tag>/check", public_pages.certificate_check, name="certificate_check"),
    path(OWN_CERTIFICATE, public_pages.own_certificate, name="own_certificate"),
    path(f"{OWN_CERTIFICATE}.pdf", public_pages.own_certificate_pdf, name="own_certificate_pdf"),
    path(OWN_BADGE, public_pages.own_certificate_badge, name="own_certificate_badge"),
]
