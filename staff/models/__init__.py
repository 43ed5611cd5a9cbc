"""People, the roles they hold between two dates, what they sign, the hours that they work and are planned for."""

from staff.models.certificates import Certificate, LeaveChoice
from staff.models.devices import Device, DeviceSeen, DeviceSession, DeviceSync, SyncedFact
from staff.models.hours import (
    DutyApproval,
    DutyInterval,
    DutyTap,
    PayBatch,
    PayLine,
    PayTerm,
    SiteCaseload,
    WorkEvidence,
)
from staff.models.people import (
    AT_ONCE,
    Appointment,
    Attestation,
    Mode,
    Objection,
    Person,
    PersonManager,
    Proof,
    RemoteCode,
    RemoteTry,
    Signature,
)
from staff.models.rota import DaysOff, RotaDuty, RotaSwap

__all__ = [
    "AT_ONCE",
    "Appointment",
    "Attestation",
    "Certificate",
    "DaysOff",
    "Device",
    "DeviceSeen",
    "DeviceSession",
    "DeviceSync",
    "DutyApproval",
    "DutyInterval",
    "DutyTap",
    "LeaveChoice",
    "Mode",
    "Objection",
    "PayBatch",
    "PayLine",
    "PayTerm",
    "Person",
    "PersonManager",
    "Proof",
    "RemoteCode",
    "RemoteTry",
    "RotaDuty",
    "RotaSwap",
    "Signature",
    "SiteCaseload",
    "SyncedFact",
    "WorkEvidence",
]
