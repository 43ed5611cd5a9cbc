"""Each day's chain heads, signed with a key that is not in the database and kept in files outside it.

Whoever has every right on the database can rewrite a whole chain so that it proves itself; it will no longer
pass through the heads that were signed. The format of the files is in docs/ledger.md.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from core.digests import microseconds
from core.proofs import Broken
from inventory.models import ChainLink

SUFFIX: Final = ".jsonl"
LOOKED_BACK: Final = timedelta(days=7)

# The last link of each of these local days; a day without any act has the head of the day before.
_HEADS = """
SELECT f.id, d.day::date, l.sequence, l.hash
  FROM facilities_facility f
  CROSS JOIN LATERAL (SELECT min(c.recorded_at) AS at FROM inventory_chainlink c
                       WHERE c.facility_id = f.id AND c.sequence = 1) AS first
  CROSS JOIN LATERAL generate_series((first.at AT TIME ZONE f.zone)::date,
                                     (%(now)s AT TIME ZONE f.zone)::date - 1, interval '1 day') AS d (day)
  CROSS JOIN LATERAL (SELECT c.sequence, c.hash FROM inventory_chainlink c
                       WHERE c.facility_id = f.id AND c.recorded_at < (d.day::date + 1)::timestamp AT TIME ZONE f.zone
                       ORDER BY c.sequence DESC LIMIT 1) AS l
 WHERE d.day::date >= %(since)s
 ORDER BY d.day, f.id
"""


@dataclass(frozen=True)
class DayHead:
    """Where one facility's chain stood when one of its days was over."""

    facility_id: int
    day: date
    sequence: int
    hash: str


def sign(*, now: datetime) -> list[Path]:
    """Write the heads of every past day that are not written yet; the files that grew, oldest first.

    Safe to run twice and at once: a line that is there is left alone. It looks for gaps in the last week of
    the files and fills everything after; in an empty folder it begins with the first day of each chain.
    """
    by_day: dict[date, list[DayHead]] = defaultdict(list)
    for head in _heads(now, _since()):
        by_day[head.day].append(head)
    return [path for day, heads in by_day.items() if (path := _append(day, heads, now)) is not None]


def _since() -> date:
    folder = Path(settings.DAY_HEADS_DIR)
    names = sorted(path.stem for path in folder.rglob(f"????-??-??{SUFFIX}"))
    return date.fromisoformat(names[-1]) - LOOKED_BACK if names else date.min


def path_of(day: date) -> Path:
    """The file that holds the heads of this day."""
    return Path(settings.DAY_HEADS_DIR) / f"{day:%Y}" / f"{day:%Y-%m-%d}{SUFFIX}"


def _heads(now: datetime, since: date) -> Iterator[DayHead]:
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, {"now": now, "since": since})
        for facility_id, day, sequence, digest in cursor.fetchall():
            yield DayHead(facility_id, day, sequence, bytes(digest).hex())


def _append(day: date, heads: Iterable[DayHead], now: datetime) -> Path | None:
    path = path_of(day)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640), "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        written = file.read()
        there = {head.facility_id for _, head in _read(written.splitlines()) if isinstance(head, DayHead)}
        missing = [_line(head, now) for head in heads if head.facility_id not in there]
        if not missing:
            return None
        cut_short = bool(written) and not written.endswith("\n")
        file.write(("\n" if cut_short else "") + "".join(missing))
        file.flush()
        os.fsync(file.fileno())
    return path


def _line(head: DayHead, now: datetime) -> str:
    content: dict[str, Any] = {
        "day": head.day.isoformat(),
        "facility": head.facility_id,
        "hash": head.hash,
        "sequence": head.sequence,
        "signed_us": microseconds(now),
    }
    return json.dumps({**content, "mac": _mac(content)}, sort_keys=True, separators=(",", ":")) + "\n"


def _mac(content: dict[str, Any]) -> str:
    """HMAC-SHA256 over the line without its mac, its keys in order and no space."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hmac.new(settings.DAY_HEADS_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def compare(path: Path) -> Iterator[Broken]:
    """What the signed heads in a file, or in every file under a folder, say against the chain in the
    database.
    """
    files = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
    if not files:
        yield Broken("day_heads", str(path), "no signed heads are here")
    for file in files:
        for number, head in _read(file.read_text(encoding="utf-8").splitlines()):
            name = f"{file.name} line {number}"
            if isinstance(head, str):
                yield Broken("day_heads", name, head)
            elif (what := _against_chain(head)) is not None:
                yield Broken("day_heads", name, what)


def _read(lines: Iterable[str]) -> Iterator[tuple[int, DayHead | str]]:
    """Each line's head, or what is wrong with the line."""
    for number, line in enumerate(lines, start=1):
        try:
            content = json.loads(line)
            mac = content.pop("mac")
            head = DayHead(
                int(content["facility"]),
                date.fromisoformat(content["day"]),
                int(content["sequence"]),
                str(content["hash"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            yield number, "it cannot be read"
            continue
        genuine = hmac.compare_digest(str(mac), _mac(content))
        yield number, head if genuine else "its signature is not made with this key over this content"


def _against_chain(head: DayHead) -> str | None:
    link = ChainLink.objects.filter(facility_id=head.facility_id, sequence=head.sequence).first()
    where = f"facility {head.facility_id} on {head.day}: link {head.sequence}"
    if link is None:
        return f"{where} was signed and is no longer in the chain"
    if bytes(link.hash).hex() != head.hash:
        return f"{where} was signed with another hash: the chain was rewritten"
    return None
