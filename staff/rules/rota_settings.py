"""The dated settings of the rota and of certificates."""

from dataclasses import dataclass

from facilities.rules import setting
from staff.rules.rota_codes import CertificateKind, RotaRole


@dataclass(frozen=True)
class RotaSettings:
    """Which roles every dosing day needs, and whether a swap waits for the head. Nobody is kept from working by it."""

    second_needed: bool = setting(True, source="domain 4, proposal")
    physician_needed: bool = setting(True, source="domain 12.4, proposal")
    swap_needs_head: bool = setting(False, source="product default")

    @property
    def needed(self) -> tuple[RotaRole, ...]:
        """Who carries is planned on the days on which methadone is fetched, and missed on no other."""
        wanted = {RotaRole.POUR: True, RotaRole.SECOND: self.second_needed, RotaRole.PHYSICIAN: self.physician_needed}
        return tuple(role for role, yes in wanted.items() if yes)


@dataclass(frozen=True)
class CertificateSettings:
    """Which roles are to hold which certificate, and when its end is told ahead. Work goes on without one, shown."""

    dispensing_roles: tuple[str, ...] = setting(("dispenser", "pharmacist"), source="domain 1 (SEED), proposal")
    prescribing_roles: tuple[str, ...] = setting(("physician", "clinic_physician"), source="domain 1 (SEED), proposal")
    counselling_roles: tuple[str, ...] = setting(("counsellor",), source="domain 1 (SEED), proposal")
    overdose_roles: tuple[str, ...] = setting(("dispenser", "pharmacist", "physician"), source="domain 5, proposal")
    warning_days: int = setting(60, low=7, high=365, unit="days before expiry", source="product default")

    def needed_by(self, role: str) -> tuple[CertificateKind, ...]:
        """The certificates that holders of a role are to have."""
        wanted = {
            CertificateKind.DISPENSING: self.dispensing_roles,
            CertificateKind.PRESCRIBING: self.prescribing_roles,
            CertificateKind.COUNSELLING: self.counselling_roles,
            CertificateKind.OVERDOSE: self.overdose_roles,
        }
        return tuple(kind for kind, roles in wanted.items() if role in roles)
