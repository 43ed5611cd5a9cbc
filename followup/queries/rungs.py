"""Who stands on which rung above a facility today."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from followup.queries.owners import candidates_by_facility
from followup.rules.escalation import Rung
from followup.rules.owners import Nearness

_RUNGS = {
    Nearness.SITE_HEAD: Rung.SITE_HEAD,
    Nearness.CLINIC_HEAD: Rung.CLINIC_HEAD,
    Nearness.AREA_MANAGER: Rung.AREA_MANAGER,
    Nearness.PROVINCE_MANAGER: Rung.AREA_MANAGER,
}


def people_by_rung(facility_ids: Collection[int], *, day: date) -> dict[int, dict[Rung, list[int]]]:
    """The people above each facility, rung by rung, by id; one statement. A province's managers where the area has
    none."""
    found: dict[int, dict[Rung, list[int]]] = {}
    for facility_id, candidates in candidates_by_facility(facility_ids, first_day=day, last_day=day).items():
        people: dict[Rung, set[int]] = defaultdict(set)
        nearest = {candidate.nearness for candidate in candidates}
        for candidate in candidates:
            rung = _RUNGS.get(candidate.nearness)
            beyond = candidate.nearness is Nearness.PROVINCE_MANAGER and Nearness.AREA_MANAGER in nearest
            if rung is not None and not beyond:
                people[rung].add(candidate.person_id)
        found[facility_id] = {rung: sorted(ids) for rung, ids in people.items()}
    return found
