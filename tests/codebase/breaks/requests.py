"""What breaks the constraints of requests and of the figures that they are proposed from.

The rows name a request of nobody: foreign keys are looked at when a transaction ends, every other constraint at once.
"""

from typing import Final

from tests.codebase.breaks import Break

_DIGEST: Final = "repeat('0', 64)"
_SIGNATURE: Final = "(SELECT min(id::text)::uuid FROM staff_signature)"
_PERSON: Final = "(SELECT min(id) FROM staff_person)"
_ITEM: Final = "(SELECT min(id) FROM inventory_item)"


def _place(kind: str) -> str:
    return f"(SELECT min(id) FROM facilities_facility WHERE kind = '{kind}')"


_FIGURE: Final = {
    "facility_id": _place("satellite"),
    "item_id": _ITEM,
    "as_of": "now()",
    "patients": "1",
    "daily_mg": "60",
    "used_daily": "6000",
    "expected_new": "0",
}
_REQUEST: Final = {
    "id": "gen_random_uuid()",
    "facility_id": _place("satellite"),
    "main_clinic_id": _place("main_clinic"),
    "year": "2030",
    "number": "generate_series",
    "period": "'2030-01-01'",
    "monthly": "true",
    "opened_at": "now()",
    "opened_by_id": _PERSON,
}
_EVENT: Final = {
    "id": "gen_random_uuid()",
    "request_id": "'00000000-0000-7000-8000-000000000001'",
    "position": "generate_series",
    "step": "'draft'",
    "before": "'new'",
    "state": "'draft'",
    "side": "'site'",
    "facility_id": _place("satellite"),
    "actor_id": _PERSON,
    "actor_label": "'X'",
    "at": "now()",
    "words": "''",
    "digest": _DIGEST,
    "content": "'{}'",
}
_SENT: Final = {"step": "'send'", "before": "'draft'", "state": "'sent'"}
_LINE: Final = {
    "event_id": "'00000000-0000-7000-8000-000000000001'",
    "position": "generate_series",
    "item_id": _ITEM,
    "size_ul": "100000",
    "proposed": "1",
    "asked": "1",
    "approved": "1",
    "reason": "''",
}


def _insert(table: str, row: dict[str, str], times: int) -> Break:
    values = ", ".join(row.values())
    return Break(f"INSERT INTO {table} ({', '.join(row)}) SELECT {values} FROM generate_series(1, {times})")


def _figure(*, times: int = 1, **changes: str) -> Break:
    return _insert("inventory_demandfigure", {**_FIGURE, **changes}, times)


def _request(*, times: int = 1, **changes: str) -> Break:
    return _insert("inventory_request", {**_REQUEST, **changes}, times)


def _event(*, times: int = 1, **changes: str) -> Break:
    return _insert("inventory_requestevent", {**_EVENT, **changes}, times)


def _line(*, times: int = 1, **changes: str) -> Break:
    return _insert("inventory_requestline", {**_LINE, **changes}, times)


BREAKS: Final = {
    "inventory_demandfigure_once": _figure(times=2),
    "inventory_demandfigure_not_negative": _figure(daily_mg="-1"),
    "inventory_demandfigure_patients_check": _figure(patients="-1"),
    "inventory_demandfigure_expected_new_check": _figure(expected_new="-1"),
    "inventory_request_number_once": _request(times=2, number="7", monthly="false"),
    "inventory_request_number_positive": _request(number="0"),
    "inventory_request_number_check": Break(_request(number="-1").sql, aside="inventory_request_number_positive"),
    "inventory_request_year_check": _request(year="-1"),
    "inventory_request_facility_not_main_clinic": _request(main_clinic_id=_place("satellite")),
    "inventory_request_period_a_month": _request(period="'2030-01-02'"),
    "inventory_request_one_a_month": _request(times=2),
    "inventory_request_cancelled_is_ended": _request(cancelled_at="now()", ended_at="now() + interval '1 day'"),
    "inventory_requestevent_position_once": _event(times=2, position="1"),
    "inventory_requestevent_position_check": _event(position="-1"),
    "inventory_requestevent_known_way": _event(state="'closed'"),
    "inventory_requestevent_side_known": _event(side="'nobody'"),
    "inventory_requestevent_signed": _event(**_SENT),
    "inventory_requestevent_signature_id_key": _event(times=2, **_SENT, signature_id=_SIGNATURE),
    "inventory_requestevent_names_consignment": _event(step="'prepare'", before="'approved'", state="'prepared'"),
    "inventory_requestevent_words_given": _event(step="'return'", before="'sent'", state="'returned'"),
    "inventory_requestevent_digest_whole": _event(digest="'abc'"),
    "inventory_requestline_position_once": _line(times=2, position="1", size_ul="generate_series"),
    "inventory_requestline_position_check": _line(position="-1"),
    "inventory_requestline_once": _line(times=2),
    "inventory_requestline_size_positive": _line(size_ul="0"),
    "inventory_requestline_size_ul_check": Break(_line(size_ul="-1").sql, aside="inventory_requestline_size_positive"),
    "inventory_requestline_proposed_check": _line(proposed="-1"),
    "inventory_requestline_asked_check": _line(asked="-1", approved="NULL"),
    "inventory_requestline_approved_check": _line(approved="-1", reason="'x'"),
    "inventory_requestline_change_has_reason": _line(approved="2"),
}
