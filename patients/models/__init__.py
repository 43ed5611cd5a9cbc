"""The register: who is treated where, since when. Names, photos, HIV status live in tables of their own."""

from patients.models.alerts import Alert, AlertMedicine, Explained, MedicinesAsked, Speech
from patients.models.records import DataRequest, Deidentified, Retired, RetirementList
from patients.models.register import (
    AWAY,
    VISITS,
    Card,
    Consent,
    HivStatus,
    Identity,
    Patient,
    Photo,
    Placement,
    PlacementKind,
    Sex,
    Status,
    StatusChange,
)

__all__ = [
    "AWAY",
    "VISITS",
    "Alert",
    "AlertMedicine",
    "Card",
    "Consent",
    "DataRequest",
    "Deidentified",
    "Explained",
    "HivStatus",
    "Identity",
    "MedicinesAsked",
    "Patient",
    "Photo",
    "Placement",
    "PlacementKind",
    "Retired",
    "RetirementList",
    "Sex",
    "Speech",
    "Status",
    "StatusChange",
]
