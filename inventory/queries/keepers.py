"""Who answers for the stock that goes to a site or comes from it: the main clinic's store-keeper, the heads."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.access import Role
from facilities.models import Supervision
from followup.queries.rungs import people_by_rung
from followup.rules.escalation import Rung
from staff.models import Appointment


@dataclass(frozen=True)
class Answering:
    """People by id, the longest-serving store-keeper first."""

    keepers: tuple[int, ...]
    clinic_heads: tuple[int, ...]
    site_heads: tuple[int, ...]
    area_managers: tuple[int, ...]

    @property
    def managers(self) -> tuple[int, ...]:
        """Both ends: who keeps the store and heads the clinic, and who heads the site."""
        return tuple(dict.fromkeys((*self.keepers, *self.clinic_heads, *self.site_heads)))


def store_keepers(site_id: int, *, day: date) -> tuple[int, ...]:
    """Who keeps the store of the main clinic that supplies the site that day. One statement."""
    current = Q(ended_on__isnull=True) | Q(ended_on__gte=day)
    clinics = Supervision.objects.filter(current, satellite_id=site_id, starts_on__lte=day)
    serving = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
    keepers = Appointment.objects.filter(
        current, serving, role=Role.STORE_KEEPER, starts_on__lte=day, person__is_active=True,
        facility__in=clinics.values("main_clinic"),
    )  # fmt: skip
    return tuple(keepers.order_by("starts_on", "person_id").values_list("person_id", flat=True))


def answering(site_id: int, *, day: date) -> Answering:
    """Everybody who is told of a journey to or from the site. Two statements."""
    rungs = people_by_rung([site_id], day=day).get(site_id, {})
    return Answering(
        keepers=store_keepers(site_id, day=day),
        clinic_heads=tuple(rungs.get(Rung.CLINIC_HEAD, ())),
        site_heads=tuple(rungs.get(Rung.SITE_HEAD, ())),
        area_managers=tuple(rungs.get(Rung.AREA_MANAGER, ())),
    )
