-- The ledger's one door. Specified in docs/ledger.md; recomputed in Python by inventory/rules/chain.py.
-- Owned by tram_ledger, which alone may write acts, movements, balances and the chain.

-- Text as the chain hashes it: its length in bytes (4, big-endian), then its UTF-8. Its body is bound when it is made, so
-- no search_path can bend it.
CREATE FUNCTION inventory_chain_text(words text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN int4send(octet_length(convert_to(words, 'UTF8'))) || convert_to(words, 'UTF8');

-- The instant of whole microseconds since 1970 in UTC, exactly: no float on the way.
CREATE FUNCTION inventory_instant(microseconds bigint) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN timestamptz '1970-01-01 00:00:00+00' + (microseconds / 86400000000) * interval '24 hours'
       + (microseconds % 86400000000) * interval '1 microsecond';

-- Tie one subject to the end of a facility's chain, and so lock its head until the end of the transaction. Order is the
-- chain's own sequence, never time.
CREATE FUNCTION inventory_chain_append(
    facility bigint, subject_kind text, subject uuid, content bytea, recorded timestamptz,
    OUT sequence bigint, OUT link bytea
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC'
AS $$
DECLARE
    previous bytea;
BEGIN
    LOOP
        UPDATE inventory_chainhead h
           SET sequence = h.sequence + 1,
               hash = sha256(h.hash || int8send(h.facility_id) || int8send(h.sequence + 1)
                             || inventory_chain_text(subject_kind) || uuid_send(subject) || content)
         WHERE h.facility_id = facility
     RETURNING old.hash, new.sequence, new.hash
          INTO previous, inventory_chain_append.sequence, link;
        EXIT WHEN FOUND;
        INSERT INTO inventory_chainhead (facility_id, sequence, hash)
            VALUES (facility, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
    END LOOP;
    INSERT INTO inventory_chainlink
            (facility_id, sequence, kind, subject_id, content_digest, previous_hash, hash, recorded_at)
        VALUES (facility, inventory_chain_append.sequence, subject_kind, subject, content, previous, link, recorded);
END $$;

-- Book one act: judge its movements, move the balances, write act, movements and link. Runs inside the door alone, with
-- the door's settings and its lock on the head, so nobody else moves a balance of this facility. Answers base units taken
-- beyond the book. Raises TR001 where the act says "refuse" and a place is short.
CREATE FUNCTION inventory_book(facility bigint, act jsonb, occurred timestamptz, recorded timestamptz)
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
               s.facility_id = facility AND t.facility_id = facility AND t.item_id = s.item_id AND l.item_id = s.item_id
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
                    WHERE b.bottle_id = move.source_bottle AND b.quantity > 0 AND a.facility_id = facility;
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
            WHERE x.id = emptied AND a.facility_id = facility AND a.by_bottle
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
-- (known, other_content, short, clock); an error is raised only for what must never happen.
CREATE FUNCTION inventory_post(batch jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC'
SET enable_seqscan = off -- every look-up is by key; a plan made while a table was small must not outlive that
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    facility bigint := (batch ->> 'facility')::bigint;
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
                PERFORM inventory_book(facility, act, occurred, recorded);
                receipt := jsonb_build_object('status', 'posted', 'beyond', 0);
            EXCEPTION WHEN SQLSTATE 'TR001' THEN
                GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
                receipt := jsonb_build_object('status', 'short') || detail::jsonb;
            END;
        ELSE
            receipt := jsonb_build_object(
                'status', 'posted', 'beyond', inventory_book(facility, act, occurred, recorded));
        END IF;
        receipts := receipts || (receipt || jsonb_build_object(
            'id', act ->> 'id', 'after_close', coalesce((occurred AT TIME ZONE zone)::date <= closed, false)));
    END LOOP;
    RETURN receipts;
END $$;

ALTER FUNCTION inventory_chain_text(text) OWNER TO tram_ledger;
ALTER FUNCTION inventory_instant(bigint) OWNER TO tram_ledger;
ALTER FUNCTION inventory_chain_append(bigint, text, uuid, bytea, timestamptz) OWNER TO tram_ledger;
ALTER FUNCTION inventory_book(bigint, jsonb, timestamptz, timestamptz) OWNER TO tram_ledger;
ALTER FUNCTION inventory_post(jsonb) OWNER TO tram_ledger;
SET ROLE tram_ledger;
REVOKE ALL ON FUNCTION inventory_chain_text(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_instant(bigint) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_chain_append(bigint, text, uuid, bytea, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_book(bigint, jsonb, timestamptz, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_post(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inventory_post(jsonb) TO tram_app, tram_owner;
RESET ROLE;
GRANT DELETE ON inventory_balance TO tram_ledger; -- the row that a bottle leaves behind
-- Every dose rewrites a few balance rows: room on their own page keeps the table from spreading.
ALTER TABLE inventory_balance SET (fillfactor = 70);
ALTER TABLE inventory_chainhead SET (fillfactor = 50);
-- reverse
ALTER TABLE inventory_chainhead RESET (fillfactor);
ALTER TABLE inventory_balance RESET (fillfactor);
REVOKE DELETE ON inventory_balance FROM tram_ledger;
DROP FUNCTION inventory_post(jsonb);
DROP FUNCTION inventory_book(bigint, jsonb, timestamptz, timestamptz);
DROP FUNCTION inventory_chain_append(bigint, text, uuid, bytea, timestamptz);
DROP FUNCTION inventory_instant(bigint);
DROP FUNCTION inventory_chain_text(text);
