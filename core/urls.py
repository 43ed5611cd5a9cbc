from django.conf import settings
from django.urls import URLPattern, path

from core.views import guide, health, home, operations

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("i18n/setlang/", home.set_language, name="set-language"),
    path("operations/", operations.operations, name="operations"),
    path("operations/dead/", operations.dead, name="operations-dead"),
    path("scan/", home.scan, name="scan"),
    path("help/", guide.index, name="help"),
    path("help/<slug:help_page>/", guide.page, name="help-page"),
]
if settings.DEBUG:
    urlpatterns.append(path("gallery/", home.gallery, name="gallery"))
