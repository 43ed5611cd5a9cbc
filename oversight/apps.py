from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        from core import navigation, proofs
        from core.access import Permission
        from inventory import links
        from oversight.services.summary_proofs import SUMMARY_PROOFS

        navigation.register(_("Sáng nay"), "/oversight/", Permission.VIEW_OVERSIGHT, order=10)
        navigation.register(_("Nhật ký truy cập"), "/oversight/audit/", Permission.READ_AUDIT, order=12)
        links.register_page(_("Thanh tra"), "/oversight/inspections/", Permission.INSPECT, Permission.HANDLE_STOCK)
        for name, proof in SUMMARY_PROOFS.items():
            proofs.register(name, proof)
