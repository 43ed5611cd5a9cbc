from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    """Hands to the rooms below what they may not look up here: navigation, settings, scans, words, proofs."""

    name = "inventory"

    def ready(self) -> None:
        from core import gauges, navigation, operations, proofs, scanning
        from core.access import Permission
        from facilities import words as setting_words
        from facilities.services import overdose, settings
        from followup import words
        from inventory.queries import naloxone, papers, scans
        from inventory.rules import wording_checks, wording_settings
        from inventory.rules.scancodes import BOTTLE
        from inventory.rules.settings import StockSettings
        from inventory.rules.wording import ACT_WORDS, finding_words
        from inventory.services import dayheads, signed_heads
        from inventory.services.proofs import PROOFS
        from staff import kinds

        navigation.register(_("Tồn kho"), "/inventory/", Permission.VIEW_STOCK, order=20, at_facility=True)
        operations.register("heads", _("Chuỗi của sổ"), signed_heads.figures)
        gauges.register(signed_heads.gauges)
        overdose.register_ampoules(naloxone.usable_ampoules)
        settings.register(StockSettings)
        setting_words.register(StockSettings, wording_settings.TITLE, wording_settings.SETTING_WORDS)
        scanning.register(BOTTLE, "bottle label", scans.bottle)
        words.register("stock_act", finding_words, name=_("Việc trong kho"), path=scans.act_page)
        for kind, label in ACT_WORDS.items():
            kinds.register(str(kind), label, address=scans.act_address, summaries=papers.summaries)
        kinds.register("bottle_measure", _("Đo chai"), address=scans.measure_address)
        kinds.register("key_handover", _("Bàn giao chìa khóa"))
        kinds.register("duty_handover", _("Bàn giao ca trực"))
        for subject, name in wording_checks.SUBJECT_WORDS.items():
            words.register(subject, wording_checks.finding_words, name=name, path=scans.finding_page(subject))
        _counts()
        _inspections()
        _custody()
        _shelf()
        _requests()
        for proved, proof in PROOFS.items():
            proofs.register(proved, proof)
        proofs.register_against("day_heads", dayheads.compare)


def _counts() -> None:
    """What counts, spills and losses hand down: the words of their findings and where each is looked at."""
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from inventory.queries import count_pages, recalls, scans
    from inventory.rules import wording_counts
    from inventory.rules.settings_counts import DestructionSettings
    from inventory.rules.wording_counts import SUBJECT_WORDS, finding_words
    from inventory.services import recalls as recall_services
    from staff import kinds

    paths = {
        "count_line": count_pages.line_path,
        "stock_pattern": count_pages.list_path,
        "stock_spill": scans.act_page,
        "loss_report": count_pages.loss_path,
    }
    for subject, name in SUBJECT_WORDS.items():
        words.register(subject, finding_words, name=name, path=paths[subject])
    settings.register(DestructionSettings)
    setting_words.register(DestructionSettings, wording_counts.DESTRUCTION_TITLE, wording_counts.DESTRUCTION_SETTINGS)
    words.register_task(
        recall_services.TASK,
        wording_counts.RECALL_TASK,
        wording_counts.recall_sentence,
        outcomes=wording_counts.RECALL_DONE,
        path=recalls.act_path,
    )
    words.register_notice(recall_services.NOTICE, wording_counts.recall_notice, path=recalls.path)
    kinds.register("loss_report", SUBJECT_WORDS["loss_report"], address=lambda loss_id: f"/inventory/losses/{loss_id}/")


def _inspections() -> None:
    """What inspections hand down: their settings and the name of what is signed."""
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from inventory.rules import wording_inspection
    from inventory.rules.settings_inspection import InspectionSettings
    from inventory.services import inspections
    from staff import kinds

    settings.register(InspectionSettings)
    setting_words.register(InspectionSettings, wording_inspection.TITLE, wording_inspection.SETTING_WORDS)
    words.register_notice(inspections.NOTICE, wording_inspection.told)
    kinds.register(inspections.KIND, wording_inspection.SIGNED)


def _custody() -> None:
    """What consignments hand down: their places in the navigation, settings, scans, words."""
    from core import navigation, scanning
    from core.access import Permission
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from inventory.queries import consignments
    from inventory.rules import wording_custody
    from inventory.rules.scancodes import CONSIGNMENT
    from inventory.rules.settings_custody import CustodySettings
    from staff import kinds

    settings.register(CustodySettings)
    setting_words.register(CustodySettings, wording_custody.TITLE, wording_custody.SETTING_WORDS)
    scanning.register(CONSIGNMENT, "consignment", consignments.scanned)
    name = _("Chuyến thuốc")
    words.register("custody", wording_custody.finding_words, name=name, path=consignments.event_page)
    for step, label in wording_custody.STEP_WORDS.items():
        kinds.register(f"custody.{step}", label, address=consignments.event_address)
    navigation.register(_("Tôi đang chở"), "/inventory/carry/", Permission.CARRY, order=22)
    _journeys()


def _journeys() -> None:
    """What watched journeys hand down: their tasks and notices."""
    from followup import words
    from inventory.queries import consignments
    from inventory.queries import transport as asked
    from inventory.rules import wording_transport
    from inventory.services import legs, transport, watch

    words.register_task(
        watch.LATE_TASK,
        wording_transport.LATE_NAME,
        wording_transport.late_words,
        outcomes={},
        by_itself=wording_transport.LATE_ENDS,
        path=consignments.address,
    )
    words.register_notice(legs.LEG_NOTICE, wording_transport.leg_words, path=consignments.address)
    words.register_notice(watch.LATE_NOTICE, wording_transport.late_words, path=consignments.address)
    words.register_task(
        watch.ASKED_TASK,
        wording_transport.ASKED_NAME,
        wording_transport.asked_words,
        outcomes={},
        by_itself=wording_transport.ASKED_ENDS,
        path=asked.address,
    )
    words.register_notice(transport.ANSWERED_NOTICE, wording_transport.answered_words, path=asked.address)


def _shelf() -> None:
    """What the emergency shelf hands down: settings, its task and notice."""
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from inventory.queries import shelf
    from inventory.rules import wording_shelf
    from inventory.rules.settings_shelf import ShelfSettings
    from inventory.services import restocking

    settings.register(ShelfSettings)
    setting_words.register(ShelfSettings, wording_shelf.TITLE, wording_shelf.SETTING_WORDS)
    words.register_task(
        restocking.TASK,
        wording_shelf.TASK_NAME,
        wording_shelf.task_words,
        outcomes={},
        by_itself=wording_shelf.TASK_ENDS,
        path=shelf.restock_path,
    )
    words.register_notice(restocking.REFUSED_NOTICE, wording_shelf.refused_words, path=shelf.restock_path)


def _requests() -> None:
    """What requests hand down: settings, tasks, and the names of what is signed."""
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from inventory.queries import requests
    from inventory.rules import wording_requests
    from inventory.rules.settings_requests import RequestSettings
    from staff import kinds

    settings.register(RequestSettings)
    setting_words.register(RequestSettings, wording_requests.TITLE, wording_requests.SETTING_WORDS)
    for step, label in wording_requests.STEP_WORDS.items():
        kinds.register(f"request.{step}", label, address=requests.event_address)
    for kind, name in wording_requests.TASKS.items():
        words.register_task(
            kind,
            name,
            partial(wording_requests.task_sentence, kind),
            outcomes=wording_requests.OUTCOMES.get(kind, {}),
            by_itself=wording_requests.BY_ITSELF.get(kind, {}),
            path=requests.PATHS[kind],
        )
