"""Who in the demo is told outside the product: heads, physicians and who keeps the system running. Both channels write
files there (.data/messages/); numbers and addresses are nobody's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from core.access import Access, Role
from demo.people import Post
from staff.models import Person
from staff.services import reach
from staff.services.reach import Reach

BY_SMS: Final = frozenset({Role.SITE_HEAD, Role.CLINIC_HEAD, Role.CLINIC_PHYSICIAN})
BY_EMAIL: Final = frozenset({Role.CLINIC_HEAD, Role.AREA_MANAGER, Role.SYSTEM_ADMINISTRATOR})


def let_them_be_told(posts: Sequence[Post], people: dict[str, Person], *, now: datetime) -> int:
    """Everybody of these roles says how to be reached; who has an address keeps it. Answers how many did."""
    told = 0
    for number, post in enumerate(posts):
        person = people[post.username]
        if post.role not in BY_SMS | BY_EMAIL or person.phone or person.email:
            continue
        wish = Reach(
            phone=f"0000 000 {number:03}" if post.role in BY_SMS else "",
            email=f"{post.username}@example.vn" if post.role in BY_EMAIL else "",
            wants_sms=post.role in BY_SMS,
            wants_email=post.role in BY_EMAIL,
        )
        reach.choose(reach=wish, by=Access(person_id=person.pk, label=person.initials), now=now)
        told += 1
    return told
