-- Custody: the events of consignments join the chain, and the ledger's door learns the accounts of a consignment.
-- Specified in docs/custody.md and docs/ledger.md; recomputed in Python by inventory/rules/chain.py.

-- Hold a consignment until the end of the transaction, for one of its two facilities.
CREATE FUNCTION inventory_lock_consignment(consignment uuid, facility bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM inventory_consignment c
      WHERE c.id = consignment AND facility IN (c.from_facility_id, c.to_facility_id) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'consignment %: facility % has no part in it', consignment, facility
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_consignment_of_two_facilities';
    END IF;
END $$;

-- Write one custody event and tie it to the end of the chain of the facility in whose name it was done. Answers the
-- event's position in its consignment. An expected refusal is an answer (known, other_content, clock).
CREATE FUNCTION inventory_custody(event jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC'
AS $$
DECLARE
    the_event uuid := (event ->> 'id')::uuid;
    consignment uuid := (event ->> 'consignment')::uuid;
    facility bigint := (event ->> 'facility')::bigint;
    the_act uuid := (event ->> 'act')::uuid;
    occurred timestamptz := inventory_instant((event ->> 'occurred_us')::bigint);
    recorded timestamptz := inventory_instant((event ->> 'recorded_us')::bigint);
    known record;
    last_state text := 'new';
    place smallint := 0;
BEGIN
    PERFORM inventory_lock_consignment(consignment, facility);
    SELECT e.consignment_id, e.actor_id, e.digest INTO known FROM inventory_custodyevent e WHERE e.id = the_event;
    IF FOUND THEN
        RETURN jsonb_build_object('status', CASE
            WHEN known.consignment_id = consignment AND known.actor_id = (event ->> 'actor')::bigint
                 AND known.digest = event ->> 'digest' THEN 'known' ELSE 'other_content' END);
    END IF;
    IF NOT pg_has_role(session_user, 'tram_own_clock', 'member')
       AND abs(extract(epoch FROM clock_timestamp() - recorded)) > 300 THEN
        RETURN jsonb_build_object('status', 'clock');
    END IF;
    SELECT e.state, e."position" INTO last_state, place FROM inventory_custodyevent e
        WHERE e.consignment_id = consignment ORDER BY e."position" DESC LIMIT 1;
    IF coalesce(last_state, 'new') IS DISTINCT FROM event ->> 'before' THEN
        RAISE EXCEPTION 'event %: the consignment is %', the_event, coalesce(last_state, 'new')
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_custodyevent_follows';
    END IF;
    IF the_act IS NOT NULL
       AND NOT EXISTS (SELECT FROM inventory_act a WHERE a.id = the_act AND a.facility_id = facility) THEN
        RAISE EXCEPTION 'event %: its act is not of facility %', the_event, facility
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_custodyevent_act_of_its_facility';
    END IF;
    place := coalesce(place, 0) + 1;
    INSERT INTO inventory_custodyevent
            (id, consignment_id, "position", step, before, state, side, facility_id, actor_id, actor_label, witness_id,
             act_id, occurred_at, recorded_at, digest, content)
        VALUES (the_event, consignment, place, event ->> 'step', event ->> 'before', event ->> 'state',
                event ->> 'side', facility, (event ->> 'actor')::bigint, event ->> 'actor_label', (event ->> 'witness')::bigint,
                the_act, occurred, recorded, event ->> 'digest', event -> 'content');
    PERFORM inventory_chain_append(facility, 'custody', the_event, sha256(
        inventory_chain_text('tram.custody.1') || uuid_send(the_event) || uuid_send(consignment)
        || int8send(place::bigint) || inventory_chain_text(event ->> 'step') || inventory_chain_text(event ->> 'before')
        || inventory_chain_text(event ->> 'state') || inventory_chain_text(event ->> 'side')
        || int8send(facility) || int8send((event ->> 'actor')::bigint) || inventory_chain_text(event ->> 'actor_label')
        || int8send(coalesce((event ->> 'witness')::bigint, 0))
        || uuid_send(coalesce(the_act, '00000000-0000-0000-0000-000000000000'::uuid))
        || int8send((event ->> 'occurred_us')::bigint) || int8send((event ->> 'recorded_us')::bigint)
        || inventory_chain_text(event ->> 'digest')), recorded);
    RETURN jsonb_build_object('status', 'posted', 'position', place);
END $$;

-- Book one act: judge its movements, move the balances, write act, movements and link. Runs inside the door alone, with
-- the door's settings and its locks: on the consignment where there is one, on the head, so nobody else moves a balance
-- of either. An account of a consignment takes part only in its acts. Answers base units taken beyond the book. Raises
-- TR001 where the act says "refuse" and a place is short.
CREATE FUNCTION inventory_book(facility bigint, consignment uuid, act jsonb, occurred timestamptz, recorded timestamptz)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    the_act uuid := (act ->> 'id')::uuid;
    corrected uuid := (act ->> 'corrects')::uuid;
    refuse boolean := act ->> 'short' = 'refuse';
    emptied bigint := (act ->> 'empties')::bigint;
    beyond bigint := 0;
    placed smallint := 0;
    wanted jsonb;
    move record;
    held bigint;
    missing bigint;
    place bigint;
    place_kind text;
    part bigint;
    places bigint[];
    kinds text[];
    parts bigint[];
    moved bytea := '';
BEGIN
    INSERT INTO inventory_act
            (id, kind, facility_id, actor_id, actor_label, occurred_at, recorded_at, document_digest, corrects_id)
        VALUES (the_act, act ->> 'kind', facility, (act ->> 'actor')::bigint, act ->> 'actor_label', occurred, recorded,
                act ->> 'digest', corrected);

    FOR wanted IN SELECT value FROM jsonb_array_elements(act -> 'movements') LOOP
        SELECT m.lot, m.bottle, m.source, m.target, m.quantity, m.reason, i.id AS item,
               s.kind AS source_kind, s.may_be_negative AS bottomless, CASE WHEN s.by_bottle THEN m.bottle END AS source_bottle,
               t.kind AS target_kind, t.may_be_negative AS target_bottomless,
               CASE WHEN t.by_bottle THEN m.bottle END AS target_bottle,
               t.by_bottle AND NOT t.may_be_negative AS to_place,
               (s.consignment_id = consignment OR s.consignment_id IS NULL AND s.facility_id = facility)
                   AND (t.consignment_id = consignment OR t.consignment_id IS NULL AND t.facility_id = facility)
                   AND t.item_id = s.item_id AND l.item_id = s.item_id
                   AND i.in_bottles = (m.bottle IS NOT NULL) AND (m.bottle IS NULL OR b.lot_id = m.lot)
                   AND m.quantity > 0 AND m.reason <> '' AS fits
          INTO move
          FROM jsonb_to_record(wanted)
                   AS m (lot bigint, bottle bigint, source bigint, target bigint, quantity bigint, reason text)
          LEFT JOIN inventory_account s ON s.id = m.source
          LEFT JOIN inventory_account t ON t.id = m.target
          LEFT JOIN inventory_item i ON i.id = s.item_id
          LEFT JOIN inventory_lot l ON l.id = m.lot
          LEFT JOIN inventory_bottle b ON b.id = m.bottle;
        IF move.fits IS NOT TRUE THEN
            RAISE EXCEPTION 'act %: a movement mixes items, lots, bottles or facilities, or moves nothing', the_act
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_movement_fits';
        END IF;

        -- Out of the place it names.
        places := ARRAY[move.source];
        kinds := ARRAY[move.source_kind::text];
        parts := ARRAY[move.quantity];
        IF move.bottomless THEN
            INSERT INTO inventory_balance AS b (account_id, lot_id, bottle_id, quantity, may_be_negative)
                VALUES (move.source, move.lot, move.source_bottle, -move.quantity, true)
                ON CONFLICT (account_id, lot_id, bottle_id) DO UPDATE SET quantity = b.quantity - move.quantity;
        ELSE
            IF move.source_bottle IS NULL THEN
                UPDATE inventory_balance b SET quantity = b.quantity - move.quantity
                    WHERE b.account_id = move.source AND b.lot_id = move.lot AND b.bottle_id IS NULL
                      AND b.quantity >= move.quantity;
            ELSE
                UPDATE inventory_balance b SET quantity = b.quantity - move.quantity
                    WHERE b.account_id = move.source AND b.lot_id = move.lot AND b.bottle_id = move.source_bottle
                      AND b.quantity >= move.quantity;
            END IF;
            IF NOT FOUND THEN
                SELECT b.quantity INTO held FROM inventory_balance b
                    WHERE b.account_id = move.source AND b.lot_id = move.lot
                      AND b.bottle_id IS NOT DISTINCT FROM move.source_bottle;
                held := coalesce(held, 0);
                IF refuse THEN
                    RAISE EXCEPTION 'short' USING ERRCODE = 'TR001',
                        DETAIL = jsonb_build_object('account', move.source, 'lot', move.lot, 'bottle', move.bottle,
                                                    'held', held, 'wanted', move.quantity)::text;
                END IF;
                UPDATE inventory_balance b SET quantity = 0
                    WHERE b.account_id = move.source AND b.lot_id = move.lot
                      AND b.bottle_id IS NOT DISTINCT FROM move.source_bottle;
                parts[1] := held;
                missing := move.quantity - held;
                -- It happened, so the books follow: first what the same bottle holds where it stands (in quarantine,
                -- or in a cupboard with its opening not yet written down), then "unreconciled".
                SELECT b.account_id, a.kind, least(b.quantity, missing) INTO place, place_kind, part
                    FROM inventory_balance b JOIN inventory_account a ON a.id = b.account_id
                    WHERE b.bottle_id = move.source_bottle AND b.quantity > 0 AND a.facility_id = facility
                      AND a.consignment_id IS NULL;
                IF FOUND THEN
                    UPDATE inventory_balance b SET quantity = b.quantity - part
                        WHERE b.account_id = place AND b.lot_id = move.lot AND b.bottle_id = move.source_bottle;
                    places := places || place;
                    kinds := kinds || place_kind;
                    parts := parts || part;
                    missing := missing - part;
                END IF;
                IF missing > 0 THEN
                    SELECT a.id, a.kind INTO STRICT place, place_kind FROM inventory_account a
                        WHERE a.facility_id = facility AND a.item_id = move.item AND a.kind = 'unreconciled';
                    INSERT INTO inventory_balance AS b (account_id, lot_id, bottle_id, quantity, may_be_negative)
                        VALUES (place, move.lot, move.bottle, -missing, true)
                        ON CONFLICT (account_id, lot_id, bottle_id) DO UPDATE SET quantity = b.quantity - missing;
                    places := places || place;
                    kinds := kinds || place_kind;
                    parts := parts || missing;
                    beyond := beyond + missing;
                END IF;
            END IF;
        END IF;

        FOR n IN 1..array_length(parts, 1) LOOP
            CONTINUE WHEN parts[n] = 0;
            placed := placed + 1;
            INSERT INTO inventory_movement
                    (act_id, "position", item_id, lot_id, bottle_id, source_id, target_id, quantity, reason)
                VALUES (the_act, placed, move.item, move.lot, move.bottle, places[n], move.target, parts[n], move.reason);
            moved := moved || int8send(placed::bigint) || int8send(move.item) || int8send(move.lot)
                     || int8send(coalesce(move.bottle, 0)) || int8send(places[n]) || inventory_chain_text(kinds[n])
                     || int8send(move.target) || inventory_chain_text(move.target_kind)
                     || int8send(parts[n]) || inventory_chain_text(move.reason);
        END LOOP;

        -- And into the other, whole. Where a bottle has a row is where it stands: it leaves its row behind on the way
        -- to another place, and a part of it cannot go (inventory_balance_bottle_in_one_place).
        IF move.to_place THEN
            DELETE FROM inventory_balance b
                WHERE b.bottle_id = move.target_bottle AND NOT b.may_be_negative AND b.account_id <> move.target
                  AND b.quantity = 0;
        END IF;
        INSERT INTO inventory_balance AS b (account_id, lot_id, bottle_id, quantity, may_be_negative)
            VALUES (move.target, move.lot, move.target_bottle, move.quantity, move.target_bottomless)
            ON CONFLICT (account_id, lot_id, bottle_id) DO UPDATE SET quantity = b.quantity + move.quantity;
    END LOOP;
    IF emptied IS NOT NULL THEN
        DELETE FROM inventory_balance b USING inventory_bottle x, inventory_account a
            WHERE x.id = emptied AND a.facility_id = facility AND a.consignment_id IS NULL AND a.by_bottle
              AND b.account_id = a.id AND b.lot_id = x.lot_id AND b.bottle_id = x.id AND b.quantity = 0;
        IF EXISTS (SELECT FROM inventory_balance b WHERE b.bottle_id = emptied AND NOT b.may_be_negative) THEN
            RAISE EXCEPTION 'act %: bottle % is not empty in the books', the_act, emptied
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_bottle_emptied_whole';
        END IF;
    ELSIF placed = 0 THEN
        RAISE EXCEPTION 'act % moves nothing', the_act
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_act_moves_something';
    END IF;

    PERFORM inventory_chain_append(facility, 'act', the_act, sha256(
        inventory_chain_text('tram.act.1') || uuid_send(the_act) || inventory_chain_text(act ->> 'kind')
        || int8send(facility) || int8send((act ->> 'actor')::bigint) || inventory_chain_text(act ->> 'actor_label')
        || int8send((act ->> 'occurred_us')::bigint) || int8send((act ->> 'recorded_us')::bigint)
        || inventory_chain_text(act ->> 'digest')
        || uuid_send(coalesce(corrected, '00000000-0000-0000-0000-000000000000'::uuid))
        || int8send(placed::bigint) || moved), recorded);
    RETURN beyond;
END $$;

-- Take one act or many of one facility and answer one receipt for each, in order. An expected refusal is a receipt
-- (known, other_content, short, clock); an error is raised only for what must never happen. "consignment" names the one
-- whose accounts these acts may move: its row is locked before the head, and there the acts of its two facilities meet.
CREATE OR REPLACE FUNCTION inventory_post(batch jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC'
SET enable_seqscan = off -- every look-up is by key; a plan made while a table was small must not outlive that
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    facility bigint := (batch ->> 'facility')::bigint;
    consignment uuid := (batch ->> 'consignment')::uuid;
    own_clock boolean := pg_has_role(session_user, 'tram_own_clock', 'member');
    zone text;
    closed date;
    act jsonb;
    known record;
    occurred timestamptz;
    recorded timestamptz;
    detail text;
    receipt jsonb;
    receipts jsonb := '[]';
BEGIN
    IF consignment IS NOT NULL THEN
        PERFORM inventory_lock_consignment(consignment, facility);
    END IF;
    LOOP
        SELECT h.closed_through INTO closed FROM inventory_chainhead h WHERE h.facility_id = facility FOR NO KEY UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO inventory_chainhead (facility_id, sequence, hash)
            VALUES (facility, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
    END LOOP;
    SELECT f.zone INTO STRICT zone FROM facilities_facility f WHERE f.id = facility;

    FOR act IN SELECT value FROM jsonb_array_elements(batch -> 'acts') LOOP
        occurred := inventory_instant((act ->> 'occurred_us')::bigint);
        recorded := inventory_instant((act ->> 'recorded_us')::bigint);
        SELECT a.actor_id, a.document_digest, a.facility_id, a.kind INTO known
            FROM inventory_act a WHERE a.id = (act ->> 'id')::uuid;
        IF FOUND THEN
            receipt := jsonb_build_object('status', CASE
                WHEN known.facility_id = facility AND known.kind = act ->> 'kind'
                     AND known.actor_id = (act ->> 'actor')::bigint AND known.document_digest = act ->> 'digest'
                THEN 'known' ELSE 'other_content' END,
                'beyond', (SELECT coalesce(sum(m.quantity), 0) FROM inventory_movement m
                             JOIN inventory_account a ON a.id = m.source_id AND a.kind = 'unreconciled'
                            WHERE m.act_id = (act ->> 'id')::uuid));
        ELSIF NOT own_clock AND abs(extract(epoch FROM clock_timestamp() - recorded)) > 300 THEN
            receipt := jsonb_build_object('status', 'clock');
        ELSIF act ->> 'short' = 'refuse' THEN
            BEGIN
                PERFORM inventory_book(facility, consignment, act, occurred, recorded);
                receipt := jsonb_build_object('status', 'posted', 'beyond', 0);
            EXCEPTION WHEN SQLSTATE 'TR001' THEN
                GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
                receipt := jsonb_build_object('status', 'short') || detail::jsonb;
            END;
        ELSE
            receipt := jsonb_build_object(
                'status', 'posted', 'beyond', inventory_book(facility, consignment, act, occurred, recorded));
        END IF;
        receipts := receipts || (receipt || jsonb_build_object(
            'id', act ->> 'id', 'after_close', coalesce((occurred AT TIME ZONE zone)::date <= closed, false)));
    END LOOP;
    RETURN receipts;
END $$;

DROP FUNCTION inventory_book(bigint, jsonb, timestamptz, timestamptz);
ALTER FUNCTION inventory_lock_consignment(uuid, bigint) OWNER TO tram_ledger;
ALTER FUNCTION inventory_custody(jsonb) OWNER TO tram_ledger;
ALTER FUNCTION inventory_book(bigint, uuid, jsonb, timestamptz, timestamptz) OWNER TO tram_ledger;
SET ROLE tram_ledger;
REVOKE ALL ON FUNCTION inventory_lock_consignment(uuid, bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_custody(jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_book(bigint, uuid, jsonb, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inventory_custody(jsonb) TO tram_app, tram_owner;
RESET ROLE;
GRANT UPDATE (ended_at) ON inventory_consignment TO tram_ledger; -- what a row lock asks; the ledger never changes it
-- reverse
REVOKE UPDATE (ended_at) ON inventory_consignment FROM tram_ledger;
DROP FUNCTION inventory_custody(jsonb);
DROP FUNCTION inventory_post(jsonb);
DROP FUNCTION inventory_book(bigint, uuid, jsonb, timestamptz, timestamptz);
DROP FUNCTION inventory_lock_consignment(uuid, bigint);
DROP FUNCTION inventory_chain_append(bigint, text, uuid, bytea, timestamptz);
DROP FUNCTION inventory_instant(bigint);
DROP FUNCTION inventory_chain_text(text);
