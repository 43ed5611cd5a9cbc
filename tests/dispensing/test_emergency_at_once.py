"""Many hands at the emergency shelf at once: asked once, nothing taken that is not there, one line for one ampoule."""

from core.access import SYSTEM
from core.ids import new_id
from followup.models import Task
from inventory.models import RestockRequest
from inventory.rules.shelf_codes import AmpouleFate
from inventory.services import restocking
from inventory.services.acts import StockRefused
from tests import cast, world, world_patients
from tests.dispensing import overdosed
from tests.inventory import shelf_hands as hands
from tests.inventory.test_concurrency import at_once
from tests.plugins.clones import CommittedDatabase
from tests.world import NOW


def test_many_looks_at_once_ask_once(committed_db: CommittedDatabase) -> None:
    here = world.facility(cast.SITE).pk

    def look(_number: int) -> object:
        asked = restocking.look(facility_id=here, by=SYSTEM, now=NOW)
        return asked.pk if asked else None

    assert len(set(at_once(16, look))) == 1
    assert RestockRequest.objects.filter(facility_id=here).count() == 1
    assert Task.objects.filter(kind=restocking.TASK).count() == 1


def test_the_last_ampoules_taken_by_many_at_once_are_no_more_than_there_are(committed_db: CommittedDatabase) -> None:
    lot = hands.receive(5)

    def broke(_number: int) -> bool:
        try:
            hands.take(1, lot, fate=AmpouleFate.BROKEN)
        except StockRefused:
            return False
        return True

    assert sorted(map(bool, at_once(8, broke))) == [False] * 3 + [True] * 5
    assert hands.stands().need.usable == 0


def test_the_same_naloxone_sent_by_many_at_once_is_one_line_and_one_ampoule(committed_db: CommittedDatabase) -> None:
    lot = hands.receive(9)
    incident, id_ = overdosed.started(world_patients.PHONG.code), new_id()
    rows = at_once(8, lambda _number: overdosed.injected(incident.pk, lot, 1, id=id_).pk)
    assert (set(rows), hands.stands().need.usable) == ({id_}, 8)
