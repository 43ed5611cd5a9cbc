"""Prescriptions, doses and what else a morning states about a patient. One file per noun."""

from dispensing.models.dose import CoveredDay, Dose, DoseVoid
from dispensing.models.morning import ClinicTold, Hold, Outcome
from dispensing.models.prescription import EndReason, Prescription
from dispensing.rules.facts import DoseKind, Phase
from dispensing.rules.voids import VoidKind

__all__ = [
    "ClinicTold",
    "CoveredDay",
    "Dose",
    "DoseKind",
    "DoseVoid",
    "EndReason",
    "Hold",
    "Outcome",
    "Phase",
    "Prescription",
    "VoidKind",
]
