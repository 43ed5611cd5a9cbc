from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from config import checks  # noqa: F401  registers the system checks
        from config.backup import figures
        from config.celery import ROOMS
        from core import operations

        operations.register("backups", _("Sao lưu"), figures.backups)
        operations.register("log", _("Khôi phục về một thời điểm"), figures.log)
        for room in ROOMS:  # so that the web, too, knows every job and when it is due
            import_module(f"{room}.tasks")
