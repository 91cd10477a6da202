"""Extension of the directory: links to “Whom do I call?” and to a service's own page, and erasure
of its address."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.coordination.adaptations import access
from protect.coordination.adaptations.models import (
    Adaptation,
    AdaptationStep,
    PeerReview,
    TopicAnswer,
)
from protect.directory import extension, models
from protect.directory.protection.erasure import Cleaner
from protect.orgs.scope import Scope


class Extension(extension.Extension):
    def list_links(self) -> Iterator[tuple[str, str]]:
        yield _("Whom do I call?"), reverse("coordination:pathway_call")

    def desk_links(self, scope: Scope, service: models.Service) -> Iterator[tuple[str, str]]:
        yield from self.list_links()
        if access.visible_services(scope).filter(pk=service.pk).exists():
            # Translators: a link to the page of a service for its own people.
            label = _("The service's own page")
            yield label, reverse("coordination:service_page", args=[service.pk])

    def erase_address(self, service: models.Service, cleaner: Cleaner) -> None:
        """Remove the address of a service from its adaptation checks."""
        of_check = Q(adaptation__service=service)
        checks = Adaptation.objects.filter(service=service)
        cleaner.clean_rows(checks, ("directory_before", "public_before"))
        cleaner.clean_rows(TopicAnswer.objects.filter(of_check), ("note",))
        columns = ("text", "function", "note", "before", "after")
        cleaner.clean_rows(AdaptationStep.objects.filter(of_check), columns)
        cleaner.clean_rows(PeerReview.objects.filter(of_check), ("comment",))
