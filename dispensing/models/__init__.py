"""Prescriptions, doses and what else a morning states about a patient. One file per noun."""

from dispensing.models.day import DayClose, DayOpening, DayOutcome, SweptDay
from dispensing.models.dose import CoveredDay, Dose, DoseVoid
from dispensing.models.elsewhere import DoseElsewhere
from dispensing.models.flag import Absence, ContactAttempt, CutOff, DropOut, Flag
from dispensing.models.incidents import (
    DoseOrder,
    NearMiss,
    Observation,
    ObservationCheck,
    PhysicianTold,
    VomitRecord,
    WrongDose,
)
from dispensing.models.morning import ClinicTold, Hold, Outcome
from dispensing.models.overdose import OverdoseEvent, OverdoseIncident, OverdoseReport
from dispensing.models.phone_order import DelegatedOrder, Delegation, PhoneOrder
from dispensing.models.prescription import EndReason, Prescription
from dispensing.models.question import Question, QuestionStep
from dispensing.models.referral import LastDoseTold, Referral, ReferralStep
from dispensing.models.review import PatientReview
from dispensing.models.sheet import LateEntry, Sheet
from dispensing.models.stability import Counselling, Examination, StabilityAssessment, UrineTest
from dispensing.models.start import StartRecord
from dispensing.models.take_home import TakeHome, TakeHomeAllowance, TakeHomeDay, TakeHomeVial, VialReport, VialVoid
from dispensing.rules.facts import DoseKind, Phase
from dispensing.rules.voids import VoidKind

__all__ = [
    "Absence",
    "ClinicTold",
    "ContactAttempt",
    "Counselling",
    "CoveredDay",
    "CutOff",
    "DayClose",
    "DayOpening",
    "DayOutcome",
    "DelegatedOrder",
    "Delegation",
    "Dose",
    "DoseElsewhere",
    "DoseKind",
    "DoseOrder",
    "DoseVoid",
    "DropOut",
    "EndReason",
    "Examination",
    "Flag",
    "Hold",
    "LastDoseTold",
    "LateEntry",
    "NearMiss",
    "Observation",
    "ObservationCheck",
    "Outcome",
    "OverdoseEvent",
    "OverdoseIncident",
    "OverdoseReport",
    "PatientReview",
    "Phase",
    "PhoneOrder",
    "PhysicianTold",
    "Prescription",
    "Question",
    "QuestionStep",
    "Referral",
    "ReferralStep",
    "Sheet",
    "StabilityAssessment",
    "StartRecord",
    "SweptDay",
    "TakeHome",
    "TakeHomeAllowance",
    "TakeHomeDay",
    "TakeHomeVial",
    "UrineTest",
    "VialReport",
    "VialVoid",
    "VoidKind",
    "VomitRecord",
    "WrongDose",
]
