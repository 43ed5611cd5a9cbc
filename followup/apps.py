from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import Permission
from followup.words import Path


class FollowupConfig(AppConfig):
    name = "followup"

    def ready(self) -> None:
        from core import gauges, navigation, operations
        from core.services import runs
        from facilities import words as setting_words
        from facilities.services import settings
        from followup import words
        from followup.queries import attested, messages
        from followup.rules import wording_settings
        from followup.rules.channels import URGENT_CASES, ChannelSettings
        from followup.rules.settings import CaseSettings
        from followup.services import escalation, failed_jobs, objected
        from staff.services import objections

        settings.register(CaseSettings)
        setting_words.register(CaseSettings, wording_settings.TITLE, wording_settings.SETTING_WORDS)
        settings.register(ChannelSettings)
        setting_words.register(ChannelSettings, wording_settings.CHANNELS_TITLE, wording_settings.CHANNEL_SETTING_WORDS)
        words.register("attestation", attested.words, name=_("Chữ ký từ xa"), path=attested.path)
        objections.register(objected.open_case)
        words.register_notice(escalation.CASE_OVERDUE, _case_overdue)
        words.register_notice(escalation.TASK_OVERDUE, _task_overdue)
        words.register_notice(failed_jobs.KIND, _job_failed, path=failed_jobs.path)
        words.register_urgent(*URGENT_CASES)
        runs.on_give_up(failed_jobs.tell)
        operations.register("messages", _("Tin nhắn ra ngoài"), messages.figures)
        gauges.register(messages.gauges)
        _rota()
        navigation.register(_("Việc cần xử lý"), "/cases/", Permission.VIEW_CASES, order=25)


def _rota() -> None:
    """What follows the rota and certificates of the room below: who is told, and tasks."""
    from followup import words
    from followup.rules import wording_rota
    from followup.services import certificates, rota_told
    from staff.services import swaps

    swaps.register(rota_told.swap_step)
    for kind, said, path in (
        (rota_told.TOMORROW, wording_rota.tomorrow, "/staff/rota/mine/"),
        (rota_told.SWAP, wording_rota.swap, "/staff/rota/mine/"),
        (rota_told.TO_DECIDE, wording_rota.to_decide, "/staff/rota/"),
    ):
        words.register_notice(kind, said, path=_always(path))
    for kind, name in ((certificates.OWN, wording_rota.OWN_NAME), (certificates.STAFF, wording_rota.STAFF_NAME)):
        words.register_task(
            kind,
            name,
            wording_rota.certificate,
            outcomes=wording_rota.OUTCOMES,
            by_itself=wording_rota.BY_ITSELF,
            path=_always("/staff/certificates/"),
        )


def _always(path: str) -> Path:
    """One page for everybody who is told."""
    return lambda _subject, access: path if access.may(Permission.VIEW_ROTA) else None


def _case_overdue(data: Mapping[str, Any]) -> str:
    from followup.rules.kinds import KIND_WORDS, CaseKind

    kind = str(data.get("kind", ""))
    what = KIND_WORDS[CaseKind(kind)] if kind in set(CaseKind) else kind
    return gettext("Vụ việc quá hạn: %(what)s") % {"what": what}


def _task_overdue(data: Mapping[str, Any]) -> str:
    from followup import words

    return gettext("Việc quá hạn: %(what)s") % {"what": words.task_name(str(data.get("kind", "")))}


def _job_failed(data: Mapping[str, Any]) -> str:
    from core.known_jobs import known

    name = str(data.get("job", ""))
    what = str(known()[name].words) if name in known() else name
    return gettext("Việc tự động chưa chạy được: %(what)s") % {"what": what}
