from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from config import checks, reference  # noqa: F401  the first registers the system checks
        from config.backup import figures
        from config.celery import ROOMS
        from config.production import figures as release
        from core import gauges, navigation, operations
        from core.access import Permission

        reference.register()
        navigation.register(_("Danh mục"), "/reference/", Permission.KEEP_REFERENCE, order=85)
        operations.register("release", _("Phiên bản"), release.running)
        operations.register("backups", _("Sao lưu"), figures.backups)
        gauges.register(figures.gauges)
        operations.register("log", _("Khôi phục về một thời điểm"), figures.log)
        for room in ROOMS:  # so that the web, too, knows every job and when it is due
            import_module(f"{room}.tasks")
