"""Prescriptions, doses and what else a morning states about a patient. One file per noun."""

from dispensing.models.day import DayClose, DayOpening, DayOutcome
from dispensing.models.dose import CoveredDay, Dose, DoseVoid
from dispensing.models.morning import ClinicTold, Hold, Outcome
from dispensing.models.phone_order import DelegatedOrder, Delegation, PhoneOrder
from dispensing.models.prescription import EndReason, Prescription
from dispensing.models.sheet import LateEntry, Sheet
from dispensing.rules.facts import DoseKind, Phase
from dispensing.rules.voids import VoidKind

__all__ = [
    "ClinicTold",
    "CoveredDay",
    "DayClose",
    "DayOpening",
    "DayOutcome",
    "DelegatedOrder",
    "Delegation",
    "Dose",
    "DoseKind",
    "DoseVoid",
    "EndReason",
    "Hold",
    "LateEntry",
    "Outcome",
    "Phase",
    "PhoneOrder",
    "Prescription",
    "Sheet",
    "VoidKind",
]
