"""Addresses of coordination at the desk. Each subject has its own list."""

from protect.coordination.groups import urls as groups

app_name = "coordination"
urlpatterns = [*groups.urlpatterns]
