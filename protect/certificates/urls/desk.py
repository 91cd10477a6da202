"""Addresses of certificates and of the keys that sign them, at the desk."""

from __future__ import annotations

from django.urls import path

from protect.certificates.views import certificates, issuer_keys

app_name = "certificates"
urlpatterns = [
    path(
        "trainings/<uuid:pk>/certificates",
        certificates.edition_certificates,
        name="edition_certificates",
    ),
    path("trainings/certificates/<uuid:pk>", certificates.certificate, name="certificate"),
    path(
        "trainings/certificates/<uuid:pk>/certificate.pdf",
        certificates.certificate_pdf,
        name="certificate_pdf",
    ),
    path(
        "trainings/certificates/<uuid:pk>/revoke",
        certificates.certificate_revoke,
        name="certificate_revoke",
    ),
    path(
        "trainings/certificates/<uuid:pk>/replace",
        certificates.certificate_replace,
        name="certificate_replace",
    ),
    path(
        "trainings/registrations/<uuid:pk>/certificate",
        certificates.certificate_again,
        name="certificate_again",
    ),
    path("trainings/keys", issuer_keys.issuer_keys, name="issuer_keys"),
    path("trainings/keys/of/<uuid:pk>/make", issuer_keys.issuer_key_make, name="issuer_key_make"),
    path(
        "trainings/keys/<uuid:pk>/distrust",
        issuer_keys.issuer_key_distrust,
        name="issuer_key_distrust",
    ),
]
