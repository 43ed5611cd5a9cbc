"""May this prescription be signed? Lengths, limits, changes, if-missed steps and bridging (domain 2.2 with
12.2).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from dispensing.rules.facts import DeviceFact, IfMissedStep, Phase, PrescriptionFact
from dispensing.rules.measuring import measurable, rounded_down
from dispensing.rules.missed import MissedCount, MissedLevel, missed_level
from dispensing.rules.settings import DosingSettings
from dispensing.rules.violations import Code, Figures, Level, Unlocker, Violation, violation, worst_first

SIGNING_ROLES: Final = frozenset({"physician", "clinic_physician"})
MAIN_CLINIC_ROLE: Final = "clinic_physician"
_BY_PRESCRIBER = (Level.STOP, Unlocker.PHYSICIAN)
_BY_MAIN_CLINIC = (Level.STOP, Unlocker.MAIN_CLINIC)


@dataclass(frozen=True, slots=True)
class PrescriptionDraft:
    """What is about to be signed. Both days are covered; `dose_mg` is the whole day's, `slot_mg` its parts.

    `signer_role` is the role that the signer acts in. `confirmed_again`: the signer has seen what ASK says
    and states it once more. `answers_missed`: signed in sight of the missed days, as the order for coming
    back. For bridging, `phone_order_by` names the physician who gave the words and `read_back` says that they
    were repeated.
    """

    phase: str
    dose_mg: Decimal
    slot_mg: tuple[Decimal, ...]
    starts_on: date
    last_day: date
    signer_role: str
    if_missed: tuple[IfMissedStep, ...] = ()
    bridging: bool = False
    confirmed_again: bool = False
    answers_missed: bool = False
    phone_order_by: str | None = None
    read_back: bool = False


@dataclass(frozen=True, slots=True)
class PrescribingContext:
    """What the rules need to know around the draft.

    `current` is the newest prescription of the patient, in force or ended; `same_dose_since` the day its dose
    began, `dose_week_ago_mg` the daily dose ordered seven days before the draft starts. `concentrations` are
    those of the bottles at the dosing site, the opened ones first. `missed` is counted today.
    """

    today: date
    satellite: bool
    may_induct: bool
    current: PrescriptionFact | None
    concentrations: tuple[Decimal, ...]
    current_suspended: bool = False
    same_dose_since: date | None = None
    dose_week_ago_mg: Decimal | None = None
    missed: MissedCount | None = None
    approved_by_main_clinic: bool = False
    exam_overdue_days: int = 0

    @property
    def last_dose_mg(self) -> Decimal | None:
        """The daily dose ordered last, None where the record knows none."""
        return self.current.dose_mg if self.current else None


def longest_days(phase: str, settings: DosingSettings) -> int:
    """The longest prescription of a phase, both days counted (domain 2.2)."""
    return {
        Phase.INDUCTION: settings.prescription_days_induction,
        Phase.ADJUSTMENT: settings.prescription_days_adjustment,
        Phase.MAINTENANCE: settings.prescription_days_maintenance,
        Phase.TAPER: settings.prescription_days_taper,
    }[Phase(phase)]


def check_prescription(
    *,
    draft: PrescriptionDraft,
    context: PrescribingContext,
    settings: DosingSettings,
    device: DeviceFact | None,
    now: datetime,
) -> tuple[Violation, ...]:
    """Everything that speaks against the draft, worst first. Sign only without STOP and ASK.

    An ASK is answered by `confirmed_again` (or `answers_missed`) and is then gone from the answer.
    """
    if draft.phase not in frozenset(Phase):
        return (violation(Code.PHASE_UNKNOWN, *_BY_PRESCRIBER),)
    if draft.dose_mg <= 0:
        return (violation(Code.DOSE_NOT_POSITIVE, *_BY_PRESCRIBER),)
    found = [*_signer(draft, context, settings), *_days(draft, context, settings)]
    found.extend(_dose(draft, context, settings))
    found.extend(_measured(draft, context, device))
    found.extend(_steps(draft, settings))
    if draft.bridging:
        found.extend(_bridging(draft, context, settings))
    else:
        found.extend([*_induction(draft, context, settings), *_change(draft, context, settings)])
        found.extend(_raise(draft, context, settings))
    return worst_first([v for v in found if v.level is not Level.ASK or not _is_answered(v.code, draft)])


def _is_answered(code: Code, draft: PrescriptionDraft) -> bool:
    return draft.answers_missed if code is Code.MISSED_UNANSWERED else draft.confirmed_again


def _signer(draft: PrescriptionDraft, context: PrescribingContext, settings: DosingSettings) -> list[Violation]:
    found = []
    if not draft.bridging and draft.signer_role not in SIGNING_ROLES:
        found.append(violation(Code.SIGNER_NOT_PHYSICIAN, *_BY_PRESCRIBER))
    if draft.bridging and not (draft.phone_order_by and draft.read_back):
        found.append(violation(Code.PHONE_ORDER_INCOMPLETE, Level.STOP, Unlocker.DISPENSER))
    days = context.exam_overdue_days
    renewal = context.current is not None and not draft.bridging
    if settings.exam_overdue_blocks_renewal and renewal and days > settings.exam_overdue_block_days:
        found.append(violation(Code.EXAM_BLOCKS_RENEWAL, *_BY_PRESCRIBER, days=days))
    elif days > settings.exam_overdue_grace_days:
        found.append(violation(Code.EXAM_OVERDUE, Level.NOTE, Unlocker.PHYSICIAN, days=days))
    return [*found, *_missed(draft, context, settings)]


def _missed(draft: PrescriptionDraft, context: PrescribingContext, settings: DosingSettings) -> list[Violation]:
    """An order after a long gap says whether it answers the gap; beyond the table only the main clinic's
    does.
    """
    missed = context.missed
    if missed is None:
        return []
    level, n = missed_level(missed.consecutive, settings), missed.consecutive
    window_block = missed.unanswered_in_window >= settings.missed_window_block
    beyond = level in (MissedLevel.MAIN_CLINIC, MissedLevel.DROPPED_OUT)
    if draft.bridging:
        blocked = beyond or level is MissedLevel.ORDER or window_block
        return [violation(Code.BRIDGING_SUSPENDED, *_BY_PRESCRIBER)] if blocked else []
    found = []
    if beyond and context.satellite and draft.signer_role != MAIN_CLINIC_ROLE:
        found.append(violation(Code.ORDER_NEEDS_MAIN_CLINIC, *_BY_MAIN_CLINIC, days=n))
    if beyond or level is MissedLevel.ORDER or window_block or (n and draft.phase == Phase.INDUCTION):
        figures: Figures = {"days": n, "window_days": missed.in_window, "window": settings.missed_window_days}
        found.append(violation(Code.MISSED_UNANSWERED, Level.ASK, Unlocker.PHYSICIAN, **figures))
    return found


def _days(draft: PrescriptionDraft, context: PrescribingContext, settings: DosingSettings) -> list[Violation]:
    found = []
    if draft.starts_on < context.today:
        found.append(violation(Code.STARTS_IN_PAST, *_BY_PRESCRIBER, today_on=context.today))
    days = (draft.last_day - draft.starts_on).days + 1
    limit = longest_days(draft.phase, settings)
    if days < 1:
        found.append(violation(Code.DATES_REVERSED, *_BY_PRESCRIBER))
    elif days > limit and not draft.bridging:
        found.append(violation(Code.PRESCRIPTION_TOO_LONG, *_BY_PRESCRIBER, days=days, limit=limit, phase=draft.phase))
    return found


def _dose(draft: PrescriptionDraft, context: PrescribingContext, settings: DosingSettings) -> list[Violation]:
    """Slots that add up, and the three limits: look again, approve together, never (domain 2.2)."""
    found = []
    dose = draft.dose_mg
    fits = 1 <= len(draft.slot_mg) <= settings.prescription_slots_max
    if not fits or sum(draft.slot_mg) != dose or min(draft.slot_mg) <= 0:
        limit = settings.prescription_slots_max
        found.append(violation(Code.SLOTS_WRONG, *_BY_PRESCRIBER, dose_mg=dose, limit=limit))
    hard, ceiling = settings.dose_review_hard_mg, settings.dose_ceiling_mg
    approved = context.approved_by_main_clinic or draft.signer_role == MAIN_CLINIC_ROLE or draft.bridging
    if dose > ceiling:
        found.append(violation(Code.DOSE_ABOVE_CEILING, *_BY_PRESCRIBER, dose_mg=dose, limit_mg=ceiling))
    elif dose > hard and not approved:
        found.append(violation(Code.DOSE_NEEDS_MAIN_CLINIC, *_BY_MAIN_CLINIC, limit_mg=hard))
    elif dose > settings.dose_review_soft_mg:
        soft = settings.dose_review_soft_mg
        found.append(violation(Code.DOSE_ABOVE_REVIEW, Level.NOTE, Unlocker.PHYSICIAN, limit_mg=soft))
    return found


def _measured(draft: PrescriptionDraft, context: PrescribingContext, device: DeviceFact | None) -> list[Violation]:
    """A dose that the site's device cannot measure is refused at signing, at every strength that is there."""
    if device is None:
        return [violation(Code.DEVICE_UNKNOWN, Level.NOTE, Unlocker.SITE_HEAD)]
    undivided = len(draft.slot_mg) == 1
    doses = [*draft.slot_mg, *(step.dose_mg for step in draft.if_missed if undivided)]
    found = []
    for strength in context.concentrations:
        for mg in doses:
            if mg > 0 and not measurable(mg, strength, device):
                near = rounded_down(mg, strength, device)
                figures: Figures = {
                    "device": device.name,
                    "dose_mg": mg,
                    "strength": strength,
                    "near_mg": near,
                }
                found.append(violation(Code.SIGNED_NOT_MEASURABLE, Level.STOP, Unlocker.PHYSICIAN, **figures))
    return found


def _steps(draft: PrescriptionDraft, settings: DosingSettings) -> list[Violation]:
    """If-missed steps: within the table, one dose per number of days, never rising, never above the order."""
    if draft.if_missed and draft.phase == Phase.INDUCTION:
        return [violation(Code.STEP_IN_INDUCTION, *_BY_PRESCRIBER)]
    found = []
    longest = max(settings.missed_half_dose_max, settings.missed_same_dose_max)
    cap = min(draft.dose_mg / 2, settings.missed_half_dose_cap_mg)
    before: IfMissedStep | None = None
    for step in sorted(draft.if_missed, key=lambda s: (s.from_missed, s.to_missed)):
        if not 1 <= step.from_missed <= step.to_missed <= longest:
            found.append(violation(Code.STEP_RANGE_WRONG, *_BY_PRESCRIBER, limit=longest))
        if not 1 <= step.days <= settings.if_missed_days_max:
            found.append(violation(Code.STEP_DAYS_WRONG, *_BY_PRESCRIBER, limit=settings.if_missed_days_max))
        highest = before.dose_mg if before else draft.dose_mg
        if not 0 < step.dose_mg <= highest:
            found.append(violation(Code.STEP_DOSE_WRONG, *_BY_PRESCRIBER, dose_mg=highest))
        if before and step.from_missed <= before.to_missed:
            found.append(violation(Code.STEP_OVERLAP, *_BY_PRESCRIBER, days=step.from_missed))
        if step.to_missed > settings.missed_same_dose_max and step.dose_mg > cap:
            figures: Figures = {
                "days": settings.missed_same_dose_max + 1,
                "limit_mg": settings.missed_half_dose_cap_mg,
            }
            found.append(violation(Code.STEP_ABOVE_HALF, Level.ASK, Unlocker.PHYSICIAN, **figures))
        before = step
    return found


def _bridging(draft: PrescriptionDraft, context: PrescribingContext, settings: DosingSettings) -> list[Violation]:
    """A phone order continues the last signed dose, unchanged, for a few days, once (domain 12.1)."""
    current = context.current
    if current is None:
        return [violation(Code.BRIDGING_NO_ORDER, *_BY_PRESCRIBER)]
    found = []
    if (draft.dose_mg, draft.slot_mg) != (current.dose_mg, current.slot_mg):
        found.append(violation(Code.BRIDGING_DOSE_DIFFERS, *_BY_PRESCRIBER, dose_mg=current.dose_mg))
    if (draft.last_day - draft.starts_on).days >= settings.bridging_max_days:
        found.append(violation(Code.BRIDGING_TOO_LONG, *_BY_PRESCRIBER, limit=settings.bridging_max_days))
    if current.bridging:
        found.append(violation(Code.BRIDGING_TWICE, *_BY_PRESCRIBER))
    if context.current_suspended:
        found.append(violation(Code.BRIDGING_SUSPENDED, *_BY_PRESCRIBER))
    return found


def _induction(draft: PrescriptionDraft, context: PrescribingContext, settings: DosingSettings) -> list[Violation]:
    """Induction belongs to the main clinic; at a satellite at most 20 mg unless its physician signs more."""
    if draft.phase != Phase.INDUCTION:
        return []
    found = []
    by_main_clinic = draft.signer_role == MAIN_CLINIC_ROLE
    if context.satellite and not by_main_clinic:
        limit = settings.satellite_induction_max_mg
        if not context.may_induct:
            found.append(violation(Code.INDUCTION_NOT_HERE, *_BY_MAIN_CLINIC))
        elif draft.dose_mg > limit:
            found.append(violation(Code.INDUCTION_ABOVE_SITE, *_BY_MAIN_CLINIC, limit_mg=limit))
    if not _continues_induction(context):
        first, caution = settings.induction_first_max_mg, settings.induction_caution_mg
        if draft.dose_mg > first:
            found.append(violation(Code.INDUCTION_FIRST_ABOVE, *_BY_PRESCRIBER, limit_mg=first))
        elif draft.dose_mg >= caution:
            found.append(violation(Code.INDUCTION_CAUTION, Level.NOTE, Unlocker.PHYSICIAN, limit_mg=caution))
    return found


def _continues_induction(context: PrescribingContext) -> bool:
    return context.current is not None and context.current.phase == Phase.INDUCTION


def _change(draft: PrescriptionDraft, context: PrescribingContext, settings: DosingSettings) -> list[Violation]:
    """More than 15 mg or 20 % in either direction is stated twice, and so is a first dose that nobody
    recorded.
    """
    old, new = context.last_dose_mg, draft.dose_mg
    if old is None:
        high = draft.phase != Phase.INDUCTION and new > settings.induction_first_max_mg
        return [violation(Code.FIRST_DOSE_HIGH, Level.ASK, Unlocker.PHYSICIAN, dose_mg=new)] if high else []
    change = abs(new - old)
    by_percent = change * 100 > settings.dose_change_confirm_pct * old
    if change <= settings.dose_change_confirm_mg and not by_percent:
        return []
    return [violation(Code.DOSE_CHANGE_LARGE, Level.ASK, Unlocker.PHYSICIAN, old_mg=old, dose_mg=new)]


def _raise(draft: PrescriptionDraft, context: PrescribingContext, settings: DosingSettings) -> list[Violation]:
    """Steps upward in induction and adjustment: how much at once, in a week, and how soon (domain 2.2)."""
    limits = {
        Phase.INDUCTION: (settings.induction_step_max_mg, settings.induction_week_raise_max_mg),
        Phase.ADJUSTMENT: (settings.adjustment_step_max_mg, settings.adjustment_week_raise_max_mg),
    }
    old = context.last_dose_mg
    if Phase(draft.phase) not in limits or old is None or draft.dose_mg <= old:
        return []
    step_limit, week_limit = limits[Phase(draft.phase)]
    found = []
    if draft.dose_mg - old > step_limit:
        figures: Figures = {"raise_mg": draft.dose_mg - old, "limit_mg": step_limit, "phase": draft.phase}
        found.append(violation(Code.RAISE_STEP_LARGE, Level.ASK, Unlocker.PHYSICIAN, **figures))
    week_ago = context.dose_week_ago_mg
    if week_ago is not None and draft.dose_mg - week_ago > week_limit:
        figures = {"raise_mg": draft.dose_mg - week_ago, "limit_mg": week_limit, "phase": draft.phase}
        found.append(violation(Code.RAISE_WEEK_LARGE, Level.ASK, Unlocker.PHYSICIAN, **figures))
    since, limit = context.same_dose_since, settings.raise_min_days_same_dose
    if since is not None and (days := (draft.starts_on - since).days) < limit:
        found.append(violation(Code.RAISE_TOO_SOON, Level.ASK, Unlocker.PHYSICIAN, days=days, limit=limit))
    return found
