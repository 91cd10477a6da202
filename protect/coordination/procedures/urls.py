from django.urls import path

from protect.coordination.procedures.views import (
    procedures,
    sections,
    signatures,
    translations,
    versions,
)

ROOT = "groups/procedures"
VERSION, SECTION = f"{ROOT}/versions/<uuid:pk>", f"{ROOT}/sections/<uuid:pk>"
COMMENT, SIGNATORY = f"{ROOT}/comments/<uuid:pk>", f"{ROOT}/signatories/<uuid:pk>"

urlpatterns = [
    path(ROOT, procedures.procedure_list, name="procedure_list"),
    path(
        "groups/<uuid:pk>/procedures/new",
        procedures.group_procedure_new,
        name="group_procedure_new",
    ),
    path(
        f"{ROOT}/<uuid:pk>/versions", procedures.procedure_version_new, name="procedure_version_new"
    ),
    path(VERSION, versions.version, name="version"),
    path(f"{VERSION}/title", versions.version_rename, name="version_rename"),
    path(f"{VERSION}/in-force", versions.version_in_force, name="version_in_force"),
    path(f"{VERSION}/review", versions.version_review, name="version_review"),
    path(f"{VERSION}/sections/new", versions.version_section_new, name="version_section_new"),
    path(f"{VERSION}/changes/<int:number>", versions.version_compare, name="version_compare"),
    path(f"{VERSION}/info-<str:language>.pdf", versions.version_paper, name="version_paper"),
    path(
        f"{VERSION}/signatories/new",
        signatures.version_signatory_new,
        name="version_signatory_new",
    ),
    path(
        f"{VERSION}/translations/new",
        translations.version_translation_new,
        name="version_translation_new",
    ),
    path(
        f"{VERSION}/translations/<str:language>",
        translations.version_translation,
        name="version_translation",
    ),
    path(SECTION, sections.section, name="section"),
    path(f"{SECTION}/lines", sections.section_lines, name="section_lines"),
    path(f"{SECTION}/edit", sections.section_edit, name="section_edit"),
    path(f"{SECTION}/reopen", sections.section_reopen, name="section_reopen"),
    path(f"{SECTION}/leave-out", sections.section_remove, name="section_remove"),
    path(f"{SECTION}/comments/new", sections.section_comment, name="section_comment"),
    path(f"{SECTION}/proposals/new", sections.section_propose, name="section_propose"),
    path(
        f"{SECTION}/translations/<str:language>",
        translations.section_translation,
        name="section_translation",
    ),
    path(f"{COMMENT}/answer", sections.comment_answer, name="comment_answer"),
    path(f"{COMMENT}/withdraw", sections.comment_withdraw, name="comment_withdraw"),
    path(f"{SIGNATORY}/sign", signatures.signatory_sign, name="signatory_sign"),
    path(f"{SIGNATORY}/page", signatures.signatory_page, name="signatory_page"),
    path(f"{SIGNATORY}/remove", signatures.signatory_remove, name="signatory_remove"),
    path(f"{ROOT}/signatures/<uuid:pk>", signatures.signature_scan, name="signature_scan"),
]
