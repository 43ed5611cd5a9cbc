"""Who on today's roster is easily taken for the patient whose card is open."""

from datetime import date

from django.db.models import Q, Value
from django.db.models.functions import Left, Length

from dispensing.queries.facts import Known
from dispensing.rules.lookalike import near
from patients.models import Placement, Status


def alike(*, known: Known, facility_id: int, today: date) -> tuple[str, ...]:
    """The codes that a tired eye may take for this one, as the list says them. One statement."""
    others = (
        Placement.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=today),
            facility_id=facility_id,
            starts_on__lte=today,
            patient__status__in=[Status.IN_TREATMENT, Status.SUSPENDED],
        )
        .exclude(patient_id=known.facts.patient_id)
        .annotate(number=Left("patient__code", Length("patient__code") - Value(1)))
        .filter(Q(patient__initials=known.initials) | Q(number__in=near(known.code)))
    )
    return tuple(others.order_by("patient__code").values_list("patient__code", flat=True))
