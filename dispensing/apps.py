from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispensingConfig(AppConfig):
    """Hands to the rooms below what they may not look up here: navigation, settings, scans, words, proofs."""

    name = "dispensing"

    def ready(self) -> None:
        from core import navigation, proofs, scanning
        from core.access import Permission
        from dispensing.queries import incidents, scans, sheets
        from dispensing.queries.doses import dose_path, void_address
        from dispensing.queries.later import late_day_path
        from dispensing.queries.site_days import close_address
        from dispensing.rules import wording_settings
        from dispensing.rules.incident_settings import IncidentSettings
        from dispensing.rules.scancodes import SHEET
        from dispensing.rules.settings import DosingSettings
        from dispensing.rules.wording import case_words
        from dispensing.services import alarms, work_evidence
        from dispensing.services import sheets as sheet_services
        from dispensing.services.day_proofs import DAY_PROOFS
        from dispensing.services.proofs import PROOFS
        from dispensing.services.referral_proofs import REFERRAL_PROOFS
        from dispensing.services.sheet_proofs import SHEET_PROOFS
        from facilities import words as setting_words
        from facilities.services import settings
        from followup import words
        from followup.rules.kinds import CaseKind
        from inventory import links, listeners
        from patients.queries.alerts import alert_path
        from patients.rules.scancodes import CARD
        from staff import kinds
        from staff.services import proposals

        proposals.register(work_evidence.push)
        navigation.register(_("Cấp phát"), "/dispensing/", Permission.VIEW_ROSTER, order=10, at_facility=True)
        navigation.register(_("Đơn thuốc"), "/dispensing/prescriptions/", Permission.PLACE_HOLD, order=15)
        settings.register(DosingSettings)
        settings.register(IncidentSettings)
        setting_words.register(IncidentSettings, wording_settings.INCIDENT_TITLE, wording_settings.INCIDENT_WORDS)
        setting_words.register(DosingSettings, wording_settings.TITLE, wording_settings.SETTING_WORDS)
        scanning.register(CARD, "patient card", scans.card)
        scanning.register(SHEET, "sheet of a morning", sheets.sheet_address)
        words.register("dose", case_words, name=_("Liều đã ghi"), path=dose_path)
        words.register("wrong_dose", case_words, name=_("Uống nhầm"), path=incidents.wrong_dose_path)
        words.register("vomit", case_words, name=_("Nôn sau uống"), path=incidents.vomit_path)
        words.register("observation", case_words, name=_("Theo dõi sau uống"), path=incidents.observation_path)
        words.register_ways(CaseKind.UNUSABLE_BOTTLE, incidents.who_drank_ways)
        listeners.register(sheet_services.void_outdated)
        links.register(
            _("Ai đã uống từ chai này"),
            permission=Permission.VIEW_ROSTER,
            path=lambda number: f"/dispensing/bottles/{number}/patients/",
        )
        links.register_recall(
            _("Ai đã uống từ lô này"),
            permission=Permission.VIEW_ROSTER,
            path=lambda recall_id: f"/dispensing/recalls/{recall_id}/patients/",
        )
        words.register("outcome", case_words, name=_("Không uống"))
        words.register("named_order", case_words, name=_("Y lệnh thực hiện thay bác sĩ"))
        words.register(alarms.SUBJECT, case_words, name=_("Người mang thai"), path=alert_path)
        words.register("sheet", case_words, name=_("Phiếu giấy buổi sáng"), path=sheets.sheet_path)
        words.register("late_day", case_words, name=_("Ngày được ghi bù"), path=late_day_path)
        words.register("", case_words)
        kinds.register("dose_void", _("Đổ bỏ liều đã rót"), address=void_address)
        kinds.register("day_close", _("Đóng ngày"), address=close_address)
        _following()
        for name, proof in (PROOFS | SHEET_PROOFS | DAY_PROOFS | REFERRAL_PROOFS).items():
            proofs.register(name, proof)
        _overdoses()
        _sweep()
        _staying_away()
        _referrals()
        _questions()
        _elsewhere()
        _take_home()
        _starting()
        _heard_of()


def _sweep() -> None:
    """What the sweep hands down: the task of a day that nobody closed; and what it asks of the register."""
    from dispensing.queries.site_days import unclosed_path
    from dispensing.rules import wording_sweep
    from dispensing.services import register_changes, unclosed
    from followup import words
    from patients import changes

    words.register_task(
        unclosed.TASK, wording_sweep.TASK, wording_sweep.sentence, outcomes=wording_sweep.OUTCOMES,
        by_itself=wording_sweep.BY_ITSELF, path=unclosed_path,
    )  # fmt: skip
    changes.on_change(register_changes.follow)


def _referrals() -> None:
    """What referrals hand down: settings, whose turn it is as tasks, the way to one."""
    from core import navigation
    from core.access import Permission
    from dispensing.queries.referrals import referral_path
    from dispensing.rules import referral_settings, wording_referrals
    from dispensing.rules.referral_settings import ReferralSettings
    from dispensing.services import referral_tasks
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words

    settings.register(ReferralSettings)
    setting_words.register(ReferralSettings, referral_settings.TITLE, referral_settings.SETTING_WORDS)
    for kind in referral_tasks.KINDS:
        words.register_task(
            kind, wording_referrals.TASK_NAMES[kind], wording_referrals.sentence_of(kind), outcomes={},
            by_itself={referral_tasks.DONE: wording_referrals.STEPPED}, path=referral_path,
        )  # fmt: skip
    navigation.register(_("Chuyển người bệnh"), "/dispensing/referrals/", Permission.REFER_PATIENT, order=35)


def _questions() -> None:
    """What questions to the main clinic hand down: settings, tasks both ways, the notice of an answer, the list."""
    from core import navigation, proofs
    from core.access import Permission
    from dispensing.queries.questions import question_path
    from dispensing.rules import question_settings, wording_questions
    from dispensing.rules.question_settings import QuestionSettings
    from dispensing.services import questions
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words

    settings.register(QuestionSettings)
    setting_words.register(QuestionSettings, question_settings.TITLE, question_settings.SETTING_WORDS)
    words.register_task(
        questions.WAITS, wording_questions.TASK_WAITS, wording_questions.waits, outcomes={},
        by_itself=wording_questions.SAID, path=question_path,
    )  # fmt: skip
    words.register_task(
        questions.ASKED_BACK, wording_questions.TASK_BACK, wording_questions.asked_back, outcomes={},
        by_itself=wording_questions.SAID, path=question_path,
    )  # fmt: skip
    words.register_notice(questions.WAITS, wording_questions.waits, path=question_path)
    words.register_notice(questions.ANSWERED, wording_questions.answered, path=question_path)
    proofs.register(questions.PROOF, questions.answers)
    navigation.register(_("Hỏi cơ sở điều trị"), "/dispensing/questions/", Permission.ASK_CLINIC, order=36)


def _elsewhere() -> None:
    """What doses documented by other places hand down: settings, the words of their cases and the way there."""
    from dispensing.queries.elsewhere import record_path
    from dispensing.rules import elsewhere as rules
    from dispensing.rules.elsewhere import ElsewhereSettings
    from dispensing.rules.wording import case_words
    from dispensing.services import elsewhere
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words

    settings.register(ElsewhereSettings)
    setting_words.register(ElsewhereSettings, rules.TITLE, rules.SETTING_WORDS)
    words.register(elsewhere.SUBJECT, case_words, name=rules.TITLE, path=record_path)


def _take_home() -> None:
    """What doses taken home hand down: settings, kinds of attested act, tasks, the words of a case, proofs."""
    from core import proofs
    from dispensing.queries.following import task_path
    from dispensing.queries.take_home import address, hand_out_path
    from dispensing.rules import take_home as rules
    from dispensing.rules import wording_take_home as wording
    from dispensing.rules.take_home import TakeHomeSettings
    from dispensing.rules.wording import case_words
    from dispensing.services import take_home, vial_tasks, vials
    from dispensing.services.take_home_proofs import TAKE_HOME_PROOFS
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from staff import kinds

    settings.register(TakeHomeSettings)
    setting_words.register(TakeHomeSettings, rules.TITLE, rules.SETTING_WORDS)
    kinds.register(take_home.KIND, _("Giao lọ mang về"), address=address)
    kinds.register(vials.BROUGHT_BACK, _("Đổ bỏ thuốc của lọ mang về trả lại"))
    kinds.register(vials.VOID, _("Đổ bỏ lọ chưa mang về"))
    words.register(take_home.KIND, case_words, name=rules.TITLE, path=hand_out_path)
    words.register_task(
        vial_tasks.LATE, wording.TASK_LATE, wording.late, outcomes={}, by_itself=wording.LATE_ENDS, path=task_path
    )
    words.register_task(
        vial_tasks.CALLED, wording.TASK_CALLED, wording.called, outcomes=wording.CALL_SAID, path=task_path
    )
    for name, proof in TAKE_HOME_PROOFS.items():
        proofs.register(name, proof)


def _staying_away() -> None:
    """What the follow-up of who stays away hands down: settings, tasks, notices, the work list."""
    from core import navigation
    from core.access import Permission
    from dispensing.queries.following import task_path
    from dispensing.queries.work import notice_path, tomorrow_path
    from dispensing.rules import flag_settings, wording_flags
    from dispensing.rules.flag_settings import FlagSettings
    from dispensing.services import cut_offs, flags, tomorrow
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words

    settings.register(FlagSettings)
    setting_words.register(FlagSettings, flag_settings.TITLE, flag_settings.SETTING_WORDS)
    words.register_task(
        flags.MISSED, wording_flags.TASK_MISSED, wording_flags.missed_sentence, outcomes={},
        by_itself=wording_flags.MISSED_ENDS, path=task_path,
    )  # fmt: skip
    words.register_task(
        flags.STATUS, wording_flags.TASK_STATUS, wording_flags.status_sentence, outcomes=wording_flags.STATUS_SAID,
        by_itself=wording_flags.STATUS_ENDS, path=task_path,
    )  # fmt: skip
    for kind in (tomorrow.SITE, tomorrow.CLINIC):
        words.register_task(
            kind, wording_flags.TASK_TOMORROW, wording_flags.tomorrow_sentence, outcomes=wording_flags.TOMORROW_SAID,
            by_itself=wording_flags.TOMORROW_ENDS, path=tomorrow_path,
        )  # fmt: skip
        words.register_urgent(kind)  # whoever can still do something must hear it this evening
    words.register_notice(flags.TOLD_CLINIC, wording_flags.clinic_sentence, path=notice_path)
    words.register_notice(cut_offs.TOLD, wording_flags.cut_off_sentence)
    navigation.register(_("Theo dõi"), "/dispensing/work/", Permission.FOLLOW_PATIENT, order=12)
    navigation.register(_("Vắng mặt"), "/dispensing/work/figures/", Permission.VIEW_OVERSIGHT, order=45)


def _overdoses() -> None:
    """What overdoses hand down: settings, cases, tasks, the way from the card."""
    from dispensing.queries.overdoses import overdose_path
    from dispensing.rules import overdose as rules
    from dispensing.rules.overdose_settings import OverdoseCareSettings
    from dispensing.services import overdoses
    from facilities import words as setting_words
    from facilities.services import overdose, settings
    from followup import words

    settings.register(OverdoseCareSettings)
    setting_words.register(OverdoseCareSettings, rules.TITLE, rules.SETTING_WORDS)
    words.register(overdoses.SUBJECT, rules.finding_words, name=rules.TITLE, path=overdose_path)
    words.register_urgent(overdoses.TOLD)
    words.register_task(
        overdoses.TOLD, rules.TASK_TOLD, rules.told_words, outcomes=rules.TOLD_ENDS, by_itself=rules.TOLD_BY_ITSELF,
        path=overdose_path,
    )  # fmt: skip
    words.register_task(
        overdoses.REPORT, rules.TASK_REPORT, rules.report_words, outcomes={}, by_itself=rules.REPORT_ENDS,
        path=overdose_path,
    )  # fmt: skip
    words.register_notice(overdoses.TOLD, rules.told_words, path=overdose_path)
    overdose.register_record("/dispensing/overdoses/new/")


def _following() -> None:
    """What the follow-up of a patient hands down: settings, the task of an overdue examination, the way from the
    register.
    """
    from core.access import Permission
    from dispensing.queries.following import following_path, task_path
    from dispensing.rules import stability_settings, wording_stability
    from dispensing.rules.stability_settings import StabilitySettings
    from dispensing.services import stability
    from facilities import words as setting_words
    from facilities.services import settings
    from followup import words
    from patients import links

    settings.register(StabilitySettings)
    setting_words.register(StabilitySettings, stability_settings.TITLE, stability_settings.SETTING_WORDS)
    words.register_task(
        stability.EXAM_TASK, wording_stability.EXAM_TASK, wording_stability.exam_task_words,
        outcomes=wording_stability.EXAM_TASK_ENDS, by_itself=wording_stability.EXAM_TASK_BY_ITSELF, path=task_path,
    )  # fmt: skip
    links.register(_("Theo dõi người bệnh"), permission=Permission.FOLLOW_PATIENT, path=following_path)


def _heard_of() -> None:
    """What the machinery's page and /metrics say of the sites, and what a patient is told that is kept of them."""
    from core import gauges, operations
    from dispensing.queries import heard_of
    from dispensing.queries import known as ours
    from patients import known

    known.register(ours.of_patients)
    operations.register("sites", _("Cơ sở"), heard_of.figures)
    gauges.register(heard_of.gauges)


def _starting() -> None:
    from core.access import Permission
    from dispensing.rules.start_words import copied_words
    from dispensing.services.starting import COPIED
    from followup import words
    from patients import links

    words.register_notice(COPIED, copied_words, path=lambda _id, _by: "/dispensing/prescriptions/")

    links.register_for_all(
        _("Cơ sở mới: nhập người bệnh từ sổ khác"), permission=Permission.REGISTER_PATIENT, path="/dispensing/start/"
    )
