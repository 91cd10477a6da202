"""Called beside a server: gives a public line a number, and draws a page as an export does."""


def main(email: str, number: str, *paths: str) -> str:
    """Publish the entry with this mail as a national line that has the number; return how
    an export shows the pages, one after the other."""
    from protect.directory.changes import raise_version
    from protect.directory.enums import ServiceScope
    from protect.directory.models import Phone, Service
    from protect.kernel import clock
    from protect.reference.models import Category
    from tests.browser import printing

    service = Service.objects.get(email=email)
    if not service.categories.filter(code="helpline").exists():
        service.categories.add(Category.objects.get_or_create(code="helpline")[0])
        Service.objects.filter(pk=service.pk).update(scope=ServiceScope.NATIONAL)
        printing.main(email)
    raise_version()
    Phone.objects.filter(service=service).update(number=number)
    Service.objects.filter(pk=service.pk).update(last_modified=clock.now())
    return "".join(map(_drawn, paths))


def _drawn(path: str) -> str:
    from protect.findhelp.mirrors import Mirror
    from protect.kernel import clock
    from protect.site.export.renderer import Renderer
    from protect.site.export.sites import SITES

    mirror = Mirror(clock.now().date(), ("BE",), ("en", "fr"))
    return Renderer(SITES["find-help"], mirror).draw(path).body.decode()
