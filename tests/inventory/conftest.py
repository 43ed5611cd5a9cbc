"""A site with its people, a neighbour, and the shelf of stock that tests move."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from core.access import Access
from facilities.models import Area, Facility
from inventory.models import Item
from tests import cast, world, world_stock
from tests.plugins.clones import CommittedDatabase
from tests.world_stock import Shelf

NOW = datetime(2026, 11, 23, 23, 10, tzinfo=UTC)  # Tuesday 24 November 2026, 06:10 in Vietnam


def make_site(name: str = "Trạm thử") -> Facility:
    """A site of the world's area without stock or people of its own."""
    area = Area.objects.get(name=cast.AREA)
    site, _ = Facility.objects.get_or_create(area=area, name=name, defaults={"kind": "satellite"})
    return site


def access_at(site: Facility, member: cast.Member = cast.DISPENSER) -> Access:
    """The bare identity of one of the cast at that site: enough for the door, which does not judge who may."""
    person = world.person(member)
    return Access(person_id=person.pk, label=person.initials, facility_id=site.pk, facility_name=site.name)


def make_shelf() -> Shelf:
    site = make_site()
    return world_stock.shelf(site, access_at(site), now=NOW)


@pytest.fixture
def shelf(db: None) -> Shelf:
    return make_shelf()


@pytest.fixture
def committed_shelf(committed_db: CommittedDatabase) -> Shelf:
    return make_shelf()


@pytest.fixture
def superuser(super_url: str) -> Iterator[psycopg.Connection]:
    """Somebody with every right on the database."""
    with psycopg.connect(super_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def methadone(shelf: Shelf) -> Item:
    return shelf.item
