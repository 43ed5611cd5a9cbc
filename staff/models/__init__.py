"""People, the roles they hold between two dates, what they sign, and the hours that they work."""

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

__all__ = [
    "AT_ONCE",
    "Appointment",
    "Attestation",
    "DutyApproval",
    "DutyInterval",
    "DutyTap",
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
    "Signature",
    "SiteCaseload",
    "WorkEvidence",
]
