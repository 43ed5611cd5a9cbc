"""The rota reaches people: the day before a duty, and at each step of a swap."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings as django_settings

from core import clock
from core.access import Access
from followup.queries.rungs import people_by_rung
from followup.rules.escalation import Rung
from followup.services import notices
from followup.services.notices import Telling
from staff.models import RotaDuty, RotaSwap
from staff.services.swaps import SwapStep

TOMORROW: Final = "rota_tomorrow"
SWAP: Final = "rota_swap"
TO_DECIDE: Final = "rota_swap_to_decide"
SUBJECT: Final = "rota"
DAY: Final = timedelta(days=1)


def tell_tomorrow(*, now: datetime) -> int:
    """Tell everybody who is on duty tomorrow, by the clock of the place; answers how many notices are new. Safe to run
    again: who was told, and whose roles are the same, is told nothing. Three statements."""
    rows = RotaDuty.objects.filter(
        ended_at__isnull=True, day__gte=now.date() - DAY, day__lte=now.date() + 3 * DAY, person__is_active=True
    )
    planned: dict[tuple[int, int, date], list[RotaDuty]] = defaultdict(list)
    for row in rows.select_related("facility").order_by("role", "id"):
        if row.day == clock.local_day(now, row.facility.zone) + DAY:
            planned[row.person_id, row.facility_id, row.day].append(row)
    tellings = [
        Telling(
            person_id=person_id,
            kind=TOMORROW,
            key=f"rota:{facility_id}:{day.isoformat()}:{'+'.join(row.role for row in mine)}",
            subject_kind=SUBJECT,
            subject_id=mine[0].pk,
            facility_id=facility_id,
            data={"day": day.isoformat(), "roles": [row.role for row in mine]},
        )
        for (person_id, facility_id, day), mine in planned.items()
    ]
    return len(notices.tell(tellings, now=now))


def swap_step(swap: RotaSwap, step: SwapStep, by: Access, now: datetime) -> None:
    """Tell whom a step concerns, in its transaction: who is asked, who asked, and the head, who is informed of every
    swap and decides where the place wants it. Who took the step is not told of it."""
    told = {
        SwapStep.OFFERED: [swap.to_id],
        SwapStep.AGREED: [swap.person_id],
        SwapStep.DECLINED: [swap.person_id],
        SwapStep.DONE: [swap.person_id, swap.to_id, *_heads(swap.duty.facility_id, now)],
        SwapStep.REFUSED: [swap.person_id, swap.to_id],
    }[step]
    tellings = [_telling(swap, SWAP, step, person) for person in dict.fromkeys(told) if person != by.person_id]
    if step is SwapStep.AGREED:
        deciding = [head for head in _heads(swap.duty.facility_id, now) if head not in (swap.person_id, swap.to_id)]
        tellings += [_telling(swap, TO_DECIDE, step, person) for person in deciding]
    notices.tell(tellings, now=now)


def _telling(swap: RotaSwap, kind: str, step: SwapStep, person_id: int) -> Telling:
    return Telling(
        person_id=person_id,
        kind=kind,
        key=f"rota_swap:{swap.pk}:{step}",
        subject_kind=SUBJECT,
        subject_id=swap.pk,
        facility_id=swap.duty.facility_id,
        data={"day": swap.duty.day.isoformat(), "roles": [str(swap.duty.role)], "step": str(step)},
    )


def _heads(facility_id: int, now: datetime) -> list[int]:
    """The heads of the site; of its clinic where it has none, or the only one swaps themselves."""
    rungs = people_by_rung([facility_id], day=clock.local_day(now, django_settings.TIME_ZONE)).get(facility_id, {})
    return [*rungs.get(Rung.SITE_HEAD, []), *rungs.get(Rung.CLINIC_HEAD, [])]
