"""Where each app's pages hang. A page's own address stands in its app's urls.py."""

from django.urls import include, path

from config import fhir, reference
from config.schema import page, schema
from facilities.views import worker

urlpatterns = [
    path("", include("core.urls")),
    path("sw.js", worker, name="worker"),
    path("reference/", (reference.site.get_urls(), "admin", "admin")),
    path("staff/", include("staff.urls")),
    path("facilities/", include("facilities.urls")),
    path("cases/", include("followup.urls")),
    path("patients/", include("patients.urls")),
    path("inventory/", include("inventory.urls")),
    path("dispensing/", include("dispensing.urls")),
    path("oversight/", include("oversight.urls")),
    path("api/v1/", include("inventory.urls_api")),
    path("api/v1/", include("staff.urls_api")),
    path("api/v1/", include("dispensing.urls_api")),
    path("api/v1/", include("patients.urls_api")),
    path("api/v1/fhir/metadata", fhir.metadata, name="fhir-metadata"),
    path("api/v1/", page, name="api"),
    path("api/v1/schema/", schema, name="schema"),
]

handler403 = "core.views.errors.forbidden"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"
