"""What breaks the constraints of what a site finds when it looks at its stock."""

from datetime import date
from typing import Final

from core.ids import new_id
from inventory.models import Key, LotDensity, MeasuringDevice, Why
from inventory.services import checks, closed_counts, duty, keys, measures, seals
from staff.services.attestations import Alone
from tests import cast, world, world_stock
from tests.codebase.breaks import Break, copied
from tests.inventory.site import ALONE, Site


def _site() -> Site:
    return Site(world_stock.act_as(cast.DISPENSER))


def measured() -> None:
    site = _site()
    command = measures.Measure(new_id(), site.opened, Why.WEEKLY, ("1000",), ALONE)
    measures.record(command=command, by=site.by, now=world.NOW)


def sealed() -> None:
    site = _site()
    seals.put_on(command=seals.Seal(new_id(), site.opened, "A-1"), by=site.by, now=world.NOW)
    seals.found(command=seals.Found(new_id(), site.opened, "A-1"), by=site.by, now=world.NOW)


def counted() -> None:
    site = _site()
    closed_counts.record(command=closed_counts.ClosedFound(new_id(), Why.CLOSE, ()), by=site.by, now=world.NOW)


def naloxone() -> None:
    site = _site()
    checks.naloxone(command=checks.Naloxone(new_id(), 6, date(2027, 1, 1)), by=site.by, now=world.NOW)


def checked() -> None:
    site = _site()
    device = MeasuringDevice.objects.get(facility_id=site.here)
    checks.device(command=checks.Device(new_id(), device.pk, 10_000, 10_000), by=site.by, now=world.NOW)


def held() -> None:
    site = _site()
    keys.take(command=keys.Take(new_id(), (Key.DISPENSING,)), by=site.by, now=world.NOW)


def handed_over() -> None:
    site = _site()
    duty.hand_over(command=duty.Duty(new_id(), Alone("một mình")), by=site.by, now=world.NOW)


def weighed() -> None:
    lot = world_stock.methadone().lot_set.first()
    by = world.person(cast.DISPENSER)
    LotDensity.objects.create(id=new_id(), lot=lot, g_per_ml="1.05", source="cân", stated_by=by, stated_at=world.NOW)


def _measure(**changes: str) -> Break:
    return Break(copied("inventory_bottlemeasure", **changes), measured)


def _check(**changes: str) -> Break:
    return Break(copied("inventory_devicecheck", **changes), checked)


def _key(**changes: str) -> Break:
    fresh = {"sent": "gen_random_uuid()"}
    return Break(copied("inventory_keyevent", **fresh | changes), held)


# Rows out of the bare world: what another constraint would forbid first is set aside, where no service has written yet.
_ANYWHERE: Final = "FROM facilities_facility f, inventory_bottle b, staff_person p LIMIT 1"
_TORN: Final = (
    "INSERT INTO inventory_sealfound (id, facility_id, bottle_id, number, state, found_by_id, found_at, recorded_at)"
    f" SELECT gen_random_uuid(), f.id, b.id, '', 'torn', p.id, now(), now() {_ANYWHERE}"
)
_FEWER_THAN_NONE: Final = (
    "INSERT INTO inventory_naloxonecheck (id, facility_id, usable, book, as_of, checked_by_id, checked_at, recorded_at)"
    f" SELECT gen_random_uuid(), f.id, -1, 0, 0, p.id, now(), now() {_ANYWHERE}"
)
_EATEN: Final = (
    "INSERT INTO inventory_keyevent"
    " (sent, facility_id, key, step, envelope_number, words, recorded_by_id, happened_at, recorded_at)"
    f" SELECT gen_random_uuid(), f.id, 'storage', 'eaten', '', '', p.id, now(), now() {_ANYWHERE}"
)
_ANY_ACT: Final = "(SELECT id FROM inventory_act LIMIT 1)"

BREAKS: Final = {
    "inventory_lotdensity_sane": Break(copied("inventory_lotdensity", g_per_ml="3"), weighed),
    "inventory_lotdensity_source_given": Break(copied("inventory_lotdensity", source="''"), weighed),
    "inventory_bottlemeasure_why_known": _measure(why="'boredom'"),
    "inventory_bottlemeasure_method_known": _measure(method="'guess'"),
    "inventory_bottlemeasure_tare_g_paired": _measure(tare_g="95"),
    "inventory_bottlemeasure_weighed_with_density": _measure(method="'weigh'"),
    "inventory_bottlemeasure_readings_given": _measure(readings="'{}'"),
    "inventory_bottlemeasure_not_negative": _measure(uncertainty_ul="-1"),
    "inventory_bottlemeasure_difference_adds_up": _measure(difference_ul="difference_ul + 1"),
    "inventory_bottlemeasure_posted_outside_only": _measure(act_id=_ANY_ACT),
    "inventory_bottlemeasure_act_id_key": Break(
        copied("inventory_bottlemeasure", within="false", act_id=_ANY_ACT)
        + ";"
        + copied("inventory_bottlemeasure", "act_id IS NOT NULL"),
        measured,
    ),
    "inventory_nightseal_number_given": Break(copied("inventory_nightseal", number="''"), sealed),
    "inventory_sealfound_state_known": Break(_TORN, aside="inventory_sealfound_state_fits"),
    "inventory_sealfound_state_fits": Break(copied("inventory_sealfound", seal_id="NULL"), sealed),
    "inventory_closedcount_why_known": Break(copied("inventory_closedcount", why="'boredom'"), counted),
    "inventory_closedcount_agrees_as_found": Break(copied("inventory_closedcount", agrees="NOT agrees"), counted),
    "inventory_naloxonecheck_usable_check": Break(_FEWER_THAN_NONE, aside="inventory_naloxonecheck_expiry_of_some"),
    "inventory_naloxonecheck_expiry_of_some": Break(copied("inventory_naloxonecheck", usable="0"), naloxone),
    "inventory_devicecheck_nominal_positive": _check(nominal="0"),
    "inventory_devicecheck_strokes_positive": _check(strokes="0"),
    "inventory_devicecheck_strokes_check": _check(strokes="-1"),
    "inventory_devicecheck_limit_ppm_check": _check(limit_ppm="-1"),
    "inventory_devicecheck_not_negative": _check(measured="-1"),
    "inventory_devicecheck_passed_within_limit": _check(passed="NOT passed"),
    "inventory_devicecheck_poured_out_booked": _check(poured_out_ul="5"),
    "inventory_devicecheck_act_id_key": Break(
        copied(
            "inventory_devicecheck",
            poured_out_ul="5",
            act_id=_ANY_ACT,
            bottle_id="(SELECT min(id) FROM inventory_bottle)",
        )
        + ";"
        + copied("inventory_devicecheck", "act_id IS NOT NULL"),
        checked,
    ),
    "inventory_keyevent_key_once": _key(sent="sent"),
    "inventory_keyevent_key_known": _key(key="'garage'"),
    "inventory_keyevent_step_known": Break(
        _EATEN,
        aside="inventory_keyevent_step_fits",
    ),
    "inventory_keyevent_step_fits": _key(holder_to_id="NULL"),
    "inventory_dutyhandover_taken_by_another": Break(
        copied("inventory_dutyhandover", taken_by_id="given_by_id"), handed_over
    ),
    "inventory_dutyhandover_digest_whole": Break(copied("inventory_dutyhandover", digest="'abc'"), handed_over),
}
