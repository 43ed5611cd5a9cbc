"""Prescriptions, doses and what else a morning states about a patient. One file per noun."""

from dispensing.models.dose import CoveredDay, Dose, DoseKind, DoseVoid, VoidKind
from dispensing.models.morning import ClinicTold, Hold, Outcome
from dispensing.models.prescription import EndReason, Phase, Prescription

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
