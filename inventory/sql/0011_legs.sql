-- Legs: on the road custody passes from one named carrier to the next, by an event that both sign. Specified in
-- docs/custody.md.

-- Write one custody event and tie it to the end of the chain of the facility in whose name it was done. Answers the
-- event's position in its consignment. An expected refusal is an answer (known, other_content, clock). As it was made in
-- 0006, but for "leg": a step of the carrier's is taken by whoever carries now, and a new leg names who carries on.
CREATE OR REPLACE FUNCTION inventory_custody(event jsonb) RETURNS jsonb
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
    leg jsonb := event -> 'leg';
    next_carrier bigint := (event -> 'leg' ->> 'carrier')::bigint;
    carrier bigint;
    sender bigint;
    legs bigint;
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
    SELECT c.carrier_id, c.dispatched_by_id INTO carrier, sender FROM inventory_consignment c WHERE c.id = consignment;
    SELECT count(*), coalesce((array_agg(l.carrier_id ORDER BY l."position" DESC))[1], carrier) INTO legs, carrier
        FROM inventory_consignmentleg l WHERE l.consignment_id = consignment;
    IF event ->> 'side' = 'carrier' AND (event ->> 'actor')::bigint IS DISTINCT FROM carrier THEN
        RAISE EXCEPTION 'event %: the carrier is another person', the_event
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_custodyevent_by_its_carrier';
    END IF;
    IF (event ->> 'step' = 'new_leg') IS DISTINCT FROM (next_carrier IS NOT NULL)
       OR next_carrier IS NOT NULL
          AND nullif(next_carrier, carrier) IS DISTINCT FROM (event ->> 'witness')::bigint THEN
        RAISE EXCEPTION 'event %: a new leg is signed by who carries on, and no other step has one', the_event
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_consignmentleg_by_its_event';
    END IF;
    IF next_carrier = sender THEN
        RAISE EXCEPTION 'event %: who sent a consignment does not carry it', the_event
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'inventory_consignmentleg_carrier_not_sender';
    END IF;
    place := coalesce(place, 0) + 1;
    INSERT INTO inventory_custodyevent
            (id, consignment_id, "position", step, before, state, side, facility_id, actor_id, actor_label, witness_id,
             act_id, occurred_at, recorded_at, digest, content)
        VALUES (the_event, consignment, place, event ->> 'step', event ->> 'before', event ->> 'state',
                event ->> 'side', facility, (event ->> 'actor')::bigint, event ->> 'actor_label', (event ->> 'witness')::bigint,
                the_act, occurred, recorded, event ->> 'digest', event -> 'content');
    IF next_carrier IS NOT NULL THEN
        INSERT INTO inventory_consignmentleg
                (event_id, consignment_id, "position", carrier_id, companion, transport, route, expected_at)
            VALUES (the_event, consignment, legs + 2, next_carrier, leg ->> 'companion', leg ->> 'transport',
                    leg ->> 'route', inventory_instant((leg ->> 'expected_us')::bigint));
    END IF;
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

-- Nobody who carried it receives it or takes it back; but for the one who brought it and is marked so (domain 12.3). The
-- one who brought it may sign beside the receiver, since they give what the other takes; who carried it before may not.
CREATE FUNCTION inventory_received_by_no_carrier() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    carriers bigint[] := ARRAY(SELECT l.carrier_id FROM inventory_consignmentleg l
                                WHERE l.consignment_id = NEW.id ORDER BY l."position" DESC) || NEW.carrier_id;
BEGIN
    IF NEW.received_by_carrier AND NEW.received_by_id IS DISTINCT FROM carriers[1]
       OR NOT NEW.received_by_carrier AND NEW.received_by_id = ANY (carriers) AND cardinality(carriers) > 1
       OR NEW.received_second_id = ANY (carriers) AND NEW.received_second_id <> carriers[1]
       OR NEW.taken_back_by_id = ANY (carriers) AND cardinality(carriers) > 1 THEN
        RAISE EXCEPTION 'consignment %: who carried it does not receive it', NEW.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'inventory_consignment_received_by_no_carrier', TABLE = 'inventory_consignment';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_consignment_received_by_no_carrier BEFORE INSERT OR UPDATE ON inventory_consignment
    FOR EACH ROW WHEN (NEW.received_by_id IS NOT NULL OR NEW.taken_back_by_id IS NOT NULL)
    EXECUTE FUNCTION inventory_received_by_no_carrier();
ALTER FUNCTION inventory_received_by_no_carrier() OWNER TO tram_ledger;
SET ROLE tram_ledger;
REVOKE ALL ON FUNCTION inventory_received_by_no_carrier() FROM PUBLIC;
RESET ROLE;
