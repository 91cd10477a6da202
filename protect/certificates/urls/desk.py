from django.urls import path

from protect.certificates.views import certificates as views

CERTIFICATE_PATH, KEYS = "trainings/certificates/<uuid:pk>", "trainings/keys"
EDITION_PATH = "trainings/<uuid:pk>/certificates"
ISSUE_AGAIN = "trainings/registrations/<uuid:pk>/certificate"

app_name = "certificates"
urlpatterns = [
    path(EDITION_PATH, views.edition_certificates, name="edition_certificates"),
    path(CERTIFICATE_PATH, views.certificate_page, name="certificate"),
    path(f"{CERTIFICATE_PATH}/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path(f"{CERTIFICATE_PATH}/revoke", views.certificate_revoke, name="certificate_revoke"),
    path(f"{CERTIFICATE_PATH}/replace", views.certificate_replace, name="certificate_replace"),
    path(ISSUE_AGAIN, views.certificate_reissue, name="certificate_again"),
    path(KEYS, views.issuer_keys, name="issuer_keys"),
    path(f"{KEYS}/of/<uuid:pk>/make", views.issuer_key_make, name="issuer_key_make"),
    path(f"{KEYS}/<uuid:pk>/distrust", views.issuer_key_distrust, name="issuer_key_distrust"),
]
