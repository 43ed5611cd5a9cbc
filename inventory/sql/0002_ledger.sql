-- The ledger's one door. Specified in docs/ledger.md; recomputed in Python by inventory/rules/chain.py.
-- Owned by tram_ledger, which alone may write acts, movements, balances and the chain.

-- Text as the chain hashes it: its length in bytes, then its UTF-8.
CREATE FUNCTION inventory_chain_text(words text) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog
AS $$ SELECT int4send(octet_length(convert_to(words, 'UTF8'))) || convert_to(words, 'UTF8') $$;

-- Microseconds since 1970 in UTC, exactly.
CREATE FUNCTION inventory_chain_time(moment timestamptz) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog
AS $$ SELECT int8send((extract(epoch FROM moment) * 1000000)::bigint) $$;

-- Tie one subject to the end of a facility's chain. Locks the head; order is the chain's own sequence, never time.
CREATE FUNCTION inventory_chain_append(
    facility bigint, subject_kind text, subject uuid, content bytea, recorded timestamptz,
    OUT sequence bigint, OUT link bytea
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET TimeZone = 'UTC'
AS $$
DECLARE
    head record;
BEGIN
    SELECT h.sequence, h.hash INTO head FROM inventory_chainhead h WHERE h.facility_id = facility FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO inventory_chainhead (facility_id, sequence, hash)
            VALUES (facility, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
        SELECT h.sequence, h.hash INTO head FROM inventory_chainhead h WHERE h.facility_id = facility FOR UPDATE;
    END IF;
    sequence := head.sequence + 1;
    link := sha256(head.hash || int8send(facility) || int8send(sequence) || inventory_chain_text(subject_kind)
                   || uuid_send(subject) || content);
    INSERT INTO inventory_chainlink
            (facility_id, sequence, kind, subject_id, content_digest, previous_hash, hash, recorded_at)
        VALUES (facility, sequence, subject_kind, subject, content, head.hash, link, recorded);
    UPDATE inventory_chainhead h SET sequence = inventory_chain_append.sequence, hash = link
        WHERE h.facility_id = facility;
END $$;

-- Book one act: judge its movements, move the balances, write act, movements and link. The head is locked already.
-- Answers microlitres (or ampoules) taken beyond the book. Raises TR001 where the act says "refuse" and a place is short.
CREATE FUNCTION inventory_book(facility bigint, act jsonb, recorded timestamptz)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, public SET TimeZone = 'UTC'
AS $$
DECLARE
    act_id uuid := (act ->> 'id')::uuid;
    occurred timestamptz := timestamptz 'epoch' + (act ->> 'occurred_us')::bigint * interval '1 microsecond';
    corrected uuid := (act ->> 'corrects')::uuid;
    beyond bigint := 0;
    "position" smallint := 0;
    move jsonb;
    the_lot bigint;
    the_bottle bigint;
    source inventory_account;
    target inventory_account;
    from_account bigint;
    held bigint;
    taken bigint;
    missing bigint;
    part bigint;
    step int;
    moved bytea := '';
    content bytea;
BEGIN
    INSERT INTO inventory_act (id, kind, facility_id, actor_id, actor_label, occurred_at, recorded_at,
                               document_digest, corrects_id)
        VALUES (act_id, act ->> 'kind', facility, (act ->> 'actor')::bigint, act ->> 'actor_label', occurred, recorded,
                act ->> 'digest', corrected);

    FOR move IN SELECT value FROM jsonb_array_elements(act -> 'movements') LOOP
        the_lot := (move ->> 'lot')::bigint;
        the_bottle := (move ->> 'bottle')::bigint;
        SELECT * INTO STRICT source FROM inventory_account a WHERE a.id = (move ->> 'source')::bigint;
        SELECT * INTO STRICT target FROM inventory_account a WHERE a.id = (move ->> 'target')::bigint;
        IF source.item_id <> target.item_id
           OR NOT EXISTS (SELECT FROM inventory_lot l WHERE l.id = the_lot AND l.item_id = source.item_id)
           OR (the_bottle IS NOT NULL AND NOT EXISTS (
                   SELECT FROM inventory_bottle b WHERE b.id = the_bottle AND b.lot_id = the_lot))
           OR NOT facility IN (source.facility_id, target.facility_id)
           OR (the_bottle IS NULL AND (source.by_bottle OR target.by_bottle)
               AND EXISTS (SELECT FROM inventory_item i WHERE i.id = source.item_id AND i.in_bottles)) THEN
            RAISE EXCEPTION 'act %: a movement mixes items, lots, bottles or facilities', act_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;

        taken := (move ->> 'quantity')::bigint;
        missing := 0;
        IF NOT source.may_be_negative THEN
            SELECT b.quantity INTO held FROM inventory_balance b
                WHERE b.account_id = source.id AND b.lot_id = the_lot
                  AND b.bottle_id IS NOT DISTINCT FROM CASE WHEN source.by_bottle THEN the_bottle END
                FOR UPDATE;
            missing := greatest(taken - coalesce(held, 0), 0);
            IF missing > 0 AND act ->> 'short' = 'refuse' THEN
                RAISE EXCEPTION 'short' USING ERRCODE = 'TR001',
                    DETAIL = jsonb_build_object('account', source.id, 'lot', the_lot, 'bottle', the_bottle,
                                                'held', coalesce(held, 0), 'wanted', taken)::text;
            END IF;
            taken := taken - missing;
            beyond := beyond + missing;
        END IF;

        -- Part 1 from the place itself; part 2, what a past act took beyond the book, from "unreconciled".
        FOR step IN 1..2 LOOP
            part := CASE step WHEN 1 THEN taken ELSE missing END;
            CONTINUE WHEN part = 0;
            IF step = 1 THEN
                from_account := source.id;
            ELSE
                SELECT a.id INTO STRICT from_account FROM inventory_account a
                    WHERE a.facility_id = source.facility_id AND a.item_id = source.item_id AND a.kind = 'unreconciled';
            END IF;
            IF from_account = source.id AND NOT source.may_be_negative THEN
                UPDATE inventory_balance b SET quantity = b.quantity - part
                    WHERE b.account_id = source.id AND b.lot_id = the_lot
                      AND b.bottle_id IS NOT DISTINCT FROM CASE WHEN source.by_bottle THEN the_bottle END;
            ELSE
                INSERT INTO inventory_balance AS b (account_id, lot_id, bottle_id, quantity, may_be_negative)
                    SELECT a.id, the_lot, CASE WHEN a.by_bottle THEN the_bottle END, -part, true
                        FROM inventory_account a WHERE a.id = from_account
                    ON CONFLICT (account_id, lot_id, bottle_id) DO UPDATE SET quantity = b.quantity - part;
            END IF;
            INSERT INTO inventory_balance AS b (account_id, lot_id, bottle_id, quantity, may_be_negative)
                VALUES (target.id, the_lot, CASE WHEN target.by_bottle THEN the_bottle END, part, target.may_be_negative)
                ON CONFLICT (account_id, lot_id, bottle_id) DO UPDATE SET quantity = b.quantity + part;
            "position" := "position" + 1;
            INSERT INTO inventory_movement
                    (act_id, "position", item_id, lot_id, bottle_id, source_id, target_id, quantity, reason)
                VALUES (act_id, "position", source.item_id, the_lot, the_bottle, from_account, target.id, part,
                        move ->> 'reason');
            moved := moved || int8send("position") || int8send(source.item_id) || int8send(the_lot)
                     || int8send(coalesce(the_bottle, 0)) || int8send(from_account) || int8send(target.id)
                     || int8send(part) || inventory_chain_text(move ->> 'reason');
        END LOOP;
    END LOOP;
    IF "position" = 0 THEN
        RAISE EXCEPTION 'act % moves nothing', act_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;

    content := sha256(
        inventory_chain_text('tram.act.1') || uuid_send(act_id) || inventory_chain_text(act ->> 'kind')
        || int8send(facility) || int8send((act ->> 'actor')::bigint)
        || inventory_chain_time(occurred) || inventory_chain_time(recorded)
        || inventory_chain_text(act ->> 'digest')
        || uuid_send(coalesce(corrected, '00000000-0000-0000-0000-000000000000'::uuid))
        || int8send("position") || moved);
    PERFORM inventory_chain_append(facility, 'act', act_id, content, recorded);
    RETURN beyond;
END $$;

-- Take one act or many of one facility and answer one receipt for each, in order. An expected refusal is a receipt
-- (known, other_content, short, clock); an error is raised only for what must never happen.
CREATE FUNCTION inventory_post(batch jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET TimeZone = 'UTC'
AS $$
DECLARE
    facility bigint := (batch ->> 'facility')::bigint;
    own_clock boolean := pg_has_role(session_user, 'tram_own_clock', 'member');
    zone text;
    closed date;
    act jsonb;
    known record;
    recorded timestamptz;
    beyond bigint;
    detail text;
    receipt jsonb;
    receipts jsonb := '[]';
BEGIN
    SELECT h.closed_through INTO closed FROM inventory_chainhead h WHERE h.facility_id = facility FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO inventory_chainhead (facility_id, sequence, hash)
            VALUES (facility, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
        SELECT h.closed_through INTO closed FROM inventory_chainhead h WHERE h.facility_id = facility FOR UPDATE;
    END IF;
    SELECT f.zone INTO STRICT zone FROM facilities_facility f WHERE f.id = facility;

    FOR act IN SELECT value FROM jsonb_array_elements(batch -> 'acts') LOOP
        recorded := timestamptz 'epoch' + (act ->> 'recorded_us')::bigint * interval '1 microsecond';
        SELECT a.actor_id, a.document_digest, a.facility_id INTO known
            FROM inventory_act a WHERE a.id = (act ->> 'id')::uuid;
        IF FOUND THEN
            receipt := jsonb_build_object('status', CASE
                WHEN known.actor_id = (act ->> 'actor')::bigint AND known.document_digest = act ->> 'digest'
                     AND known.facility_id = facility THEN 'known' ELSE 'other_content' END);
        ELSIF NOT own_clock AND abs(extract(epoch FROM clock_timestamp() - recorded)) > 300 THEN
            receipt := jsonb_build_object('status', 'clock');
        ELSIF act ->> 'short' = 'refuse' THEN
            BEGIN
                PERFORM inventory_book(facility, act, recorded);
                receipt := jsonb_build_object('status', 'posted', 'beyond', 0);
            EXCEPTION WHEN SQLSTATE 'TR001' THEN
                GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
                receipt := jsonb_build_object('status', 'short') || detail::jsonb;
            END;
        ELSE
            beyond := inventory_book(facility, act, recorded);
            receipt := jsonb_build_object('status', 'posted', 'beyond', beyond);
        END IF;
        receipts := receipts || (receipt || jsonb_build_object('id', act ->> 'id', 'after_close', coalesce(
            ((timestamptz 'epoch' + (act ->> 'occurred_us')::bigint * interval '1 microsecond')
             AT TIME ZONE zone)::date <= closed, false)));
    END LOOP;
    RETURN receipts;
END $$;

ALTER FUNCTION inventory_chain_text(text) OWNER TO tram_ledger;
ALTER FUNCTION inventory_chain_time(timestamptz) OWNER TO tram_ledger;
ALTER FUNCTION inventory_chain_append(bigint, text, uuid, bytea, timestamptz) OWNER TO tram_ledger;
ALTER FUNCTION inventory_book(bigint, jsonb, timestamptz) OWNER TO tram_ledger;
ALTER FUNCTION inventory_post(jsonb) OWNER TO tram_ledger;
SET ROLE tram_ledger;
REVOKE ALL ON FUNCTION inventory_chain_text(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_chain_time(timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_chain_append(bigint, text, uuid, bytea, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_book(bigint, jsonb, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION inventory_post(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inventory_post(jsonb) TO tram_app, tram_owner;
RESET ROLE;
-- reverse
DROP FUNCTION inventory_post(jsonb);
DROP FUNCTION inventory_book(bigint, jsonb, timestamptz);
DROP FUNCTION inventory_chain_append(bigint, text, uuid, bytea, timestamptz);
DROP FUNCTION inventory_chain_time(timestamptz);
DROP FUNCTION inventory_chain_text(text);
