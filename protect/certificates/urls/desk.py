"""Addresses of certificates and of the keys that sign them, at the desk."""

from django.urls import path

from protect.certificates.views import certificates as views, issuer_keys

ONE, KEYS = "trainings/certificates/<uuid:pk>", "trainings/keys"
OF_EDITION = "trainings/<uuid:pk>/certificates"
AGAIN = "trainings/registrations/<uuid:pk>/certificate"

app_name = "certificates"
urlpatterns = [
    path(OF_EDITION, views.edition_certificates, name="edition_certificates"),
    path(ONE, views.certificate, name="certificate"),
    path(f"{ONE}/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path(f"{ONE}/revoke", views.certificate_revoke, name="certificate_revoke"),
    path(f"{ONE}/replace", views.certificate_replace, name="certificate_replace"),
    path(AGAIN, views.certificate_again, name="certificate_again"),
    path(KEYS, issuer_keys.issuer_keys, name="issuer_keys"),
    path(f"{KEYS}/of/<uuid:pk>/make", issuer_keys.issuer_key_make, name="issuer_key_make"),
    path(f"{KEYS}/<uuid:pk>/distrust", issuer_keys.issuer_key_distrust, name="issuer_key_distrust"),
]
