-- What counts, losses and destruction ask of the door: several bottles may stand nowhere after one act ("gone": lost, broken,
-- destroyed), and a count that found everything as the book says is an act that moves nothing. Specified in docs/ledger.md.

-- As it was made in 0006, but for "gone" and for the count.
CREATE OR REPLACE FUNCTION inventory_book(facility bigint, consignment uuid, act jsonb, occurred timestamptz, recorded timestamptz)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    the_act uuid := (act ->> 'id')::uuid;
    corrected uuid := (act ->> 'corrects')::uuid;
    refuse boolean := act ->> 'short' = 'refuse';
    emptied bigint := (act ->> 'empties')::bigint;
    leaving bigint[] := array_remove(emptied || ARRAY(SELECT value::bigint FROM jsonb_array_elements_text(act -> 'gone')), NULL);
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
    IF cardinality(leaving) > 0 THEN
        DELETE FROM inventory_balance b USING inventory_bottle x, inventory_account a
            WHERE x.id = ANY (leaving) AND a.facility_id = facility AND a.consignment_id IS NULL AND a.by_bottle
              AND b.account_id = a.id AND b.lot_id = x.lot_id AND b.bottle_id = x.id AND b.quantity = 0;
        SELECT b.bottle_id INTO emptied FROM inventory_balance b
            WHERE b.bottle_id = ANY (leaving) AND NOT b.may_be_negative LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'act %: bottle % is not empty in the books', the_act, emptied
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_bottle_emptied_whole';
        END IF;
    ELSIF placed = 0 AND act ->> 'kind' <> 'count' THEN
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

-- Only a main clinic destroys: no other facility has an account for it.
CREATE FUNCTION inventory_destroys_at_a_clinic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM facilities_facility f WHERE f.id = NEW.facility_id AND f.kind = 'main_clinic') THEN
        RAISE EXCEPTION 'facility % destroys nothing: it is no main clinic', NEW.facility_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_account_destroys_at_a_clinic',
                  TABLE = 'inventory_account';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_account_destroys_at_a_clinic BEFORE INSERT ON inventory_account
    FOR EACH ROW WHEN (NEW.kind = 'destroyed') EXECUTE FUNCTION inventory_destroys_at_a_clinic();
ALTER FUNCTION inventory_destroys_at_a_clinic() OWNER TO tram_ledger;
SET ROLE tram_ledger;
REVOKE ALL ON FUNCTION inventory_destroys_at_a_clinic() FROM PUBLIC;
RESET ROLE;
