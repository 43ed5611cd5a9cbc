"""Every threshold of dosing as one typed, bounded, sourced group.

The sources name sections of the field's rule book; GK marks general knowledge that the province's physician
and pharmacist confirm before go-live.
"""

from dataclasses import dataclass
from decimal import Decimal

from facilities.rules import setting


@dataclass(frozen=True)
class DosingSettings:
    """What a province, area or facility may move, each from a future moment on. Doses are mg, volumes mL."""

    # Missed doses. `n` is the number of consecutive calendar days without an ingested dose before today.
    missed_same_dose_max: int = setting(3, source="domain 2.3", low=1, high=5, unit="days")
    missed_half_dose_max: int = setting(5, source="domain 2.3", low=3, high=10, unit="days")
    missed_half_dose_cap_mg: Decimal = setting(
        Decimal("40"), source="domain 2.3", low=Decimal("10"), high=Decimal("60"), unit="mg"
    )
    missed_dropout_days: int = setting(30, source="domain 2.3", low=14, high=90, unit="days")
    missed_notify_clinic_from: int = setting(3, source="domain 2.3", low=1, high=5, unit="days")
    missed_onsite_check_from: int = setting(3, source="domain 2.3", low=1, high=5, unit="days")
    missed_induction_block_from: int = setting(1, source="domain 2.3", low=1, high=3, unit="days")
    missed_adjustment_block_from: int = setting(2, source="domain 12.2", low=1, high=4, unit="days")
    raised_within_days: int = setting(14, source="domain 12.2", low=3, high=30, unit="days")
    raised_block_from: int = setting(2, source="domain 12.2", low=1, high=4, unit="days")
    missed_3_needs_contact: bool = setting(True, source="domain 12.2")
    missed_3_contact_above_mg: Decimal = setting(
        Decimal("60"), source="domain 12.2", low=Decimal("0"), high=Decimal("120"), unit="mg"
    )
    missed_window_days: int = setting(7, source="domain 12.2", low=5, high=30, unit="days")
    missed_window_block: int = setting(4, source="domain 12.2", low=3, high=10, unit="days")
    missed_pattern_window_days: int = setting(90, source="domain 2.3", low=30, high=90, unit="days")
    missed_pattern_count: int = setting(4, source="domain 2.3", low=2, high=20, unit="days")
    if_missed_days_max: int = setting(3, source="domain 12.2, proposal", low=1, high=7, unit="days")

    # Withheld doses and the look at the patient.
    withheld_recheck_minutes: int = setting(60, source="domain 12.2, proposal", low=15, high=240, unit="minutes")
    withheld_pattern_days: int = setting(7, source="domain 12.2", low=3, high=30, unit="days")
    withheld_pattern_count: int = setting(2, source="domain 12.2", low=1, high=10, unit="days")
    water_and_speak_days: int = setting(3, source="domain 12.2, proposal", low=1, high=14, unit="days")
    hold_seconds: int = setting(180, source="design sentence 4", low=30, high=900, unit="seconds")
    pour_second_look_ml: Decimal = setting(
        Decimal("20"), source="domain 12.2", low=Decimal("5"), high=Decimal("60"), unit="mL"
    )
    elsewhere_without_proof: str = setting("missed", source="domain 12.2")

    # Prescriptions: longest span per phase, both days counted.
    prescription_days_induction: int = setting(1, source="domain 2.2 (S19)", low=1, high=7, unit="days")
    prescription_days_adjustment: int = setting(5, source="domain 2.2 (S19)", low=1, high=14, unit="days")
    prescription_days_maintenance: int = setting(30, source="domain 2.2 (S21)", low=1, high=30, unit="days")
    prescription_days_taper: int = setting(14, source="domain 2.2 (S22, draft)", low=1, high=30, unit="days")
    prescription_warn_days: tuple[int, ...] = setting((7, 3, 1), source="domain 12.2", unit="days")
    prescription_slots_max: int = setting(2, source="design, model of dispensing", low=1, high=2)
    bridging_max_days: int = setting(3, source="domain 12.1 and 12.2", low=0, high=5, unit="days")
    phone_order_told_hours: int = setting(24, source="domain 12.1, proposal", low=1, high=48, unit="hours")
    phone_order_after_missed: bool = setting(False, source="domain 2.3 and 12.1, GK: a dated order in person")
    delegation_days_max: int = setting(30, source="domain 12.1, GK, proposal", low=1, high=90, unit="days")
    delegation_continues: bool = setting(True, source="domain 12.1, GK, proposal")
    delegation_lifts: bool = setting(True, source="domain 12.1, GK, proposal")
    physician_weekdays: tuple[int, ...] = setting((1, 2, 3, 4, 5), source="domain 12.2, proposal")
    physician_on_holidays: bool = setting(False, source="domain 12.2, proposal")
    exam_interval_days: int = setting(30, source="domain 3", low=14, high=90, unit="days")
    exam_overdue_grace_days: int = setting(7, source="domain 3", low=0, high=30, unit="days")
    exam_overdue_block_days: int = setting(30, source="domain 3", low=7, high=180, unit="days")
    exam_overdue_blocks_renewal: bool = setting(False, source="domain 12.2")

    # Doses that ask for a second thought, and doses that are refused.
    dose_review_soft_mg: Decimal = setting(
        Decimal("120"), source="domain 2.2", low=Decimal("60"), high=Decimal("200"), unit="mg"
    )
    dose_review_hard_mg: Decimal = setting(
        Decimal("200"), source="domain 2.2", low=Decimal("100"), high=Decimal("300"), unit="mg"
    )
    dose_ceiling_mg: Decimal = setting(
        Decimal("300"), source="domain 2.2 (GK)", low=Decimal("120"), high=Decimal("500"), unit="mg"
    )
    dose_change_confirm_mg: Decimal = setting(
        Decimal("15"), source="domain 2.2", low=Decimal("5"), high=Decimal("30"), unit="mg"
    )
    dose_change_confirm_pct: Decimal = setting(
        Decimal("20"), source="domain 2.2", low=Decimal("5"), high=Decimal("50"), unit="%"
    )
    may_induct: bool = setting(False, source="domain 1 (no rule lets a dispensing site start patients) and 12.2")
    induction_phase_days: int = setting(14, source="domain 2.2 (S17)", low=7, high=28, unit="days")
    induction_first_max_mg: Decimal = setting(
        Decimal("30"), source="domain 2.2 (S17, S20)", low=Decimal("15"), high=Decimal("30"), unit="mg"
    )
    induction_caution_mg: Decimal = setting(
        Decimal("25"), source="domain 2.2 (S17)", low=Decimal("10"), high=Decimal("30"), unit="mg"
    )
    satellite_induction_max_mg: Decimal = setting(
        Decimal("20"), source="domain 12.2", low=Decimal("0"), high=Decimal("30"), unit="mg"
    )
    induction_step_max_mg: Decimal = setting(
        Decimal("10"), source="domain 2.2 (GK)", low=Decimal("5"), high=Decimal("15"), unit="mg"
    )
    induction_week_raise_max_mg: Decimal = setting(
        Decimal("20"), source="domain 2.2 (GK)", low=Decimal("5"), high=Decimal("30"), unit="mg"
    )
    adjustment_step_max_mg: Decimal = setting(
        Decimal("15"), source="domain 2.2 (GK)", low=Decimal("5"), high=Decimal("30"), unit="mg"
    )
    adjustment_week_raise_max_mg: Decimal = setting(
        Decimal("30"), source="domain 2.2 (GK)", low=Decimal("5"), high=Decimal("45"), unit="mg"
    )
    raise_min_days_same_dose: int = setting(3, source="domain 2.2 (GK)", low=1, high=14, unit="days")

    # What is typed in later than it happened.
    typed_later_days_max: int = setting(90, source="domain 12.1, proposal", low=7, high=365, unit="days")

    # Opened bottles in use.
    opened_bottle_warn_days: int = setting(30, source="domain 12.3", low=7, high=90, unit="days")
    opened_bottle_stop_days: int = setting(60, source="domain 12.3", low=14, high=180, unit="days")

    # Alerts.
    alert_watch_days: int = setting(14, source="domain 12.2", low=3, high=60, unit="days")
    new_medicine_ask_days: int = setting(7, source="domain 12.1", low=1, high=31, unit="days")

    @property
    def days_behind(self) -> int:
        """How many days before today a stop may hang on: the longest gap, or the window."""
        return max(self.missed_dropout_days, self.missed_window_days) + 1
