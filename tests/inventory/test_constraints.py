"""Every constraint of stock refuses by its name under raw SQL, and who may not write at all is refused before
it.
"""

import psycopg
import pytest
from django.apps import apps
from psycopg import errors

# What breaks each constraint, on the rows of the tests' world, by somebody with every right of an owner.
BREAKS = {
    "inventory_item_base_unit_known": "UPDATE inventory_item SET base_unit = 'gallon'",
    "inventory_lot_number_once": """INSERT INTO inventory_lot
        (item_id, number, manufacturer, registration, expires_on, concentration)
        SELECT item_id, number, manufacturer, registration, expires_on, concentration
        FROM inventory_lot LIMIT 1""",
    "inventory_lot_concentration_positive": """INSERT INTO inventory_lot
        (item_id, number, manufacturer, registration, expires_on, concentration)
        SELECT item_id, 'X', manufacturer, '', expires_on, 0 FROM inventory_lot LIMIT 1""",
    "inventory_bottle_size_ul_positive": """INSERT INTO inventory_bottle (number, lot_id, size_ul, seal_number)
        SELECT 99, lot_id, 0, '' FROM inventory_bottle LIMIT 1""",
    "inventory_bottle_number_fits": """INSERT INTO inventory_bottle (number, lot_id, size_ul, seal_number)
        SELECT 100000000, lot_id, 1, '' FROM inventory_bottle LIMIT 1""",
    "inventory_bottle_opened_at_paired": """UPDATE inventory_bottle SET opened_at = now()
        WHERE opened_at IS NULL""",
    "inventory_bottle_emptied_at_paired": """UPDATE inventory_bottle SET emptied_at = now()
        WHERE opened_at IS NOT NULL""",
    "inventory_bottle_emptied_after_opened": """UPDATE inventory_bottle
        SET emptied_at = now(), emptied_by_id = (SELECT min(id) FROM staff_person) WHERE opened_at IS NULL""",
    "inventory_account_kind_known": """INSERT INTO inventory_account
        (facility_id, item_id, kind, by_bottle, may_be_negative)
        SELECT facility_id, item_id, 'pocket', false, false FROM inventory_account LIMIT 1""",
    "inventory_account_once": """INSERT INTO inventory_account
        (facility_id, item_id, kind, by_bottle, may_be_negative)
        SELECT facility_id, item_id, kind, by_bottle, may_be_negative FROM inventory_account LIMIT 1""",
    "inventory_account_negative_only_outside": """INSERT INTO inventory_account
        (facility_id, item_id, kind, by_bottle, may_be_negative)
        SELECT (SELECT max(id) FROM facilities_facility), max(id), 'storage', true, true FROM inventory_item""",
    "inventory_account_bottles_only_in_places": """INSERT INTO inventory_account
        (facility_id, item_id, kind, by_bottle, may_be_negative)
        SELECT (SELECT max(id) FROM facilities_facility), max(id), 'patients', true, false FROM inventory_item""",
    "inventory_act_kind_known": """INSERT INTO inventory_act
        (id, kind, facility_id, actor_id, actor_label, occurred_at, recorded_at, document_digest)
        SELECT gen_random_uuid(), 'magic', facility_id, actor_id, 'X', now(), now(), document_digest
        FROM inventory_act LIMIT 1""",
    "inventory_act_digest_whole": """INSERT INTO inventory_act
        (id, kind, facility_id, actor_id, actor_label, occurred_at, recorded_at, document_digest)
        SELECT gen_random_uuid(), kind, facility_id, actor_id, 'X', now(), now(), 'abc'
        FROM inventory_act LIMIT 1""",
    "inventory_movement_quantity_positive": """INSERT INTO inventory_movement
        (act_id, "position", item_id, lot_id, bottle_id, source_id, target_id, quantity, reason)
        SELECT act_id, 99, item_id, lot_id, bottle_id, source_id, target_id, 0, 'x'
        FROM inventory_movement LIMIT 1""",
    "inventory_movement_source_not_target": """INSERT INTO inventory_movement
        (act_id, "position", item_id, lot_id, bottle_id, source_id, target_id, quantity, reason)
        SELECT act_id, 99, item_id, lot_id, bottle_id, source_id, source_id, 1, 'x'
        FROM inventory_movement LIMIT 1""",
    "inventory_movement_position_once": """INSERT INTO inventory_movement
        (act_id, "position", item_id, lot_id, bottle_id, source_id, target_id, quantity, reason)
        SELECT act_id, "position", item_id, lot_id, bottle_id, source_id, target_id, 1, 'x'
        FROM inventory_movement LIMIT 1""",
    "inventory_balance_key_once": """INSERT INTO inventory_balance
        (account_id, lot_id, bottle_id, quantity, may_be_negative)
        SELECT account_id, lot_id, bottle_id, 0, true FROM inventory_balance WHERE bottle_id IS NULL LIMIT 1""",
    "inventory_balance_bottle_in_one_place": """INSERT INTO inventory_balance
        (account_id, lot_id, bottle_id, quantity, may_be_negative)
        SELECT (SELECT min(a.id) FROM inventory_account a WHERE a.kind = 'quarantine'), lot_id, bottle_id, 1, false
        FROM inventory_balance WHERE bottle_id IS NOT NULL AND NOT may_be_negative LIMIT 1""",
    "inventory_balance_never_below_zero": """UPDATE inventory_balance SET quantity = -1
        WHERE NOT may_be_negative""",
    "inventory_chainlink_sequence_once": """INSERT INTO inventory_chainlink
        (facility_id, sequence, kind, subject_id, content_digest, previous_hash, hash, recorded_at)
        SELECT facility_id, sequence, kind, gen_random_uuid(), content_digest, hash, hash, recorded_at
        FROM inventory_chainlink LIMIT 1""",
    "inventory_chainlink_never_forks": """INSERT INTO inventory_chainlink
        (facility_id, sequence, kind, subject_id, content_digest, previous_hash, hash, recorded_at)
        SELECT facility_id, 99999, kind, gen_random_uuid(), content_digest, previous_hash, hash, recorded_at
        FROM inventory_chainlink LIMIT 1""",
    "inventory_chainlink_sequence_positive": """INSERT INTO inventory_chainlink
        (facility_id, sequence, kind, subject_id, content_digest, previous_hash, hash, recorded_at)
        SELECT facility_id, 0, kind, gen_random_uuid(), content_digest, hash, hash, recorded_at
        FROM inventory_chainlink LIMIT 1""",
    "inventory_measuringdevice_kind_known": """INSERT INTO inventory_measuringdevice
        (facility_id, kind, name, step_ul, min_ul, max_ul, bias_ppm, starts_on, retired_on)
        SELECT facility_id, 'spoon', name, 1, 1, 1, 0, starts_on, starts_on FROM inventory_measuringdevice""",
    "inventory_measuringdevice_step_ul_positive": """INSERT INTO inventory_measuringdevice
        (facility_id, kind, name, step_ul, min_ul, max_ul, bias_ppm, starts_on, retired_on)
        SELECT facility_id, kind, name, 0, 1, 1, 0, starts_on, starts_on FROM inventory_measuringdevice""",
    "inventory_measuringdevice_range": """INSERT INTO inventory_measuringdevice
        (facility_id, kind, name, step_ul, min_ul, max_ul, bias_ppm, starts_on, retired_on)
        SELECT facility_id, kind, name, 1, 2, 1, 0, starts_on, starts_on FROM inventory_measuringdevice""",
    "inventory_measuringdevice_one_in_use": """INSERT INTO inventory_measuringdevice
        (facility_id, kind, name, step_ul, min_ul, max_ul, bias_ppm, starts_on)
        SELECT facility_id, kind, name, 1, 1, 1, 0, starts_on FROM inventory_measuringdevice""",
}
CLOSED = ("inventory_act", "inventory_movement", "inventory_balance", "inventory_chainhead", "inventory_chainlink")
FACTS = (
    "inventory_lot",
    "inventory_account",
    "inventory_act",
    "inventory_movement",
    "inventory_chainlink",
    "inventory_document",
)
SET_ONCE = ("inventory_bottle", "inventory_measuringdevice")


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_constraint_under_raw_sql_refuses_by_name(owner_connection: psycopg.Connection, name: str) -> None:
    with pytest.raises(errors.IntegrityError) as refused:
        owner_connection.execute(BREAKS[name])
    assert refused.value.diag.constraint_name == name


def test_every_constraint_of_stock_is_tried() -> None:
    declared = {
        constraint.name
        for model in apps.get_app_config("inventory").get_models()
        for constraint in model._meta.constraints
    }
    assert declared == set(BREAKS)


@pytest.mark.django_db
@pytest.mark.parametrize("table", CLOSED)
def test_ledger_table_is_closed_to_the_application(app_url: str, table: str) -> None:
    column = {"inventory_act": "kind", "inventory_movement": "reason"}.get(table, "sequence")
    column = "quantity" if table == "inventory_balance" else column
    with psycopg.connect(app_url) as application:
        for statement in (
            f"INSERT INTO {table} SELECT * FROM {table}",
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                application.execute(statement)
            application.rollback()
        assert application.execute(f"SELECT count(*) FROM {table}").fetchone()


@pytest.mark.parametrize(
    "function",
    [
        "inventory_chain_append(1::bigint, 'act', gen_random_uuid(), ''::bytea, now())",
        "inventory_book(1::bigint, '{}'::jsonb, now(), now())",
    ],
)
def test_inner_functions_are_closed_to_the_application(app_url: str, function: str) -> None:
    with psycopg.connect(app_url) as application, pytest.raises(errors.InsufficientPrivilege):
        application.execute(f"SELECT {function}")


def test_door_is_closed_to_everybody_else(owner_connection: psycopg.Connection) -> None:
    [[public]] = owner_connection.execute(
        """SELECT count(*) FROM pg_proc p, aclexplode(p.proacl) AS held
            WHERE p.proname LIKE 'inventory\\_%' AND held.grantee = 0"""
    ).fetchall()
    owners = owner_connection.execute(
        """SELECT DISTINCT pg_get_userbyid(proowner), array_to_string(proconfig, ';') LIKE
        'search_path=pg_catalog%' FROM pg_proc WHERE proname IN ('inventory_post', 'inventory_book',
        'inventory_chain_append')
        """
    ).fetchall()
    assert public == 0
    assert owners == [("tram_ledger", True)]


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {column} = {column}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("role", ["application", "owner"])
def test_facts_refuse_every_change(
    owner_connection: psycopg.Connection, app_url: str, table: str, statement: str, role: str
) -> None:
    column = {
        "inventory_lot": "number",
        "inventory_account": "kind",
        "inventory_act": "kind",
        "inventory_movement": "reason",
        "inventory_chainlink": "kind",
        "inventory_document": "content",
    }[table]
    sql = statement.format(table, column=column)
    if role == "application":
        with psycopg.connect(app_url) as application, pytest.raises(errors.InsufficientPrivilege):
            application.execute(sql)
        return
    with pytest.raises(errors.RestrictViolation) as refused:
        owner_connection.execute(sql)
    assert table in str(refused.value)


@pytest.mark.parametrize("table", SET_ONCE)
def test_set_once_rows_are_never_deleted(owner_connection: psycopg.Connection, app_url: str, table: str) -> None:
    for sql in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(errors.RestrictViolation), owner_connection.transaction():
            owner_connection.execute(sql)
        with psycopg.connect(app_url) as application, pytest.raises(errors.InsufficientPrivilege):
            application.execute(sql)


def test_bottle_is_opened_once(owner_connection: psycopg.Connection, app_url: str) -> None:
    again = "UPDATE inventory_bottle SET opened_at = now() WHERE opened_at IS NOT NULL"
    with pytest.raises(errors.RestrictViolation):
        owner_connection.execute(again)
    with psycopg.connect(app_url) as application:
        with pytest.raises(errors.RestrictViolation):
            application.execute(again)
        application.rollback()
        with pytest.raises(errors.InsufficientPrivilege):
            application.execute("UPDATE inventory_bottle SET size_ul = 1")
