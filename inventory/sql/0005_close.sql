-- A day of a facility is closed: the chain head remembers it, so that the door tells every act of that day that comes
-- later. The head's lock is the one that every act takes: a dose is either before the close, in the chain's end that it
-- answers, or after it and told so. It never moves back, and never past today.
CREATE FUNCTION inventory_close_through(
    facility bigint, day date, OUT sequence bigint, OUT hash bytea, OUT closed_through date
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET TimeZone = 'UTC'
AS $$
DECLARE
    zone text;
BEGIN
    SELECT f.zone INTO STRICT zone FROM facilities_facility f WHERE f.id = facility;
    IF day > (clock_timestamp() AT TIME ZONE zone)::date AND NOT pg_has_role(session_user, 'tram_own_clock', 'member') THEN
        RAISE EXCEPTION 'facility %: % has not come yet', facility, day
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    LOOP
        UPDATE inventory_chainhead h SET closed_through = greatest(h.closed_through, day)
         WHERE h.facility_id = facility
     RETURNING h.sequence, h.hash, h.closed_through
          INTO inventory_close_through.sequence, inventory_close_through.hash, inventory_close_through.closed_through;
        EXIT WHEN FOUND;
        INSERT INTO inventory_chainhead (facility_id, sequence, hash)
            VALUES (facility, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT DO NOTHING;
    END LOOP;
END $$;

ALTER FUNCTION inventory_close_through(bigint, date) OWNER TO tram_ledger;
SET ROLE tram_ledger;
REVOKE ALL ON FUNCTION inventory_close_through(bigint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inventory_close_through(bigint, date) TO tram_app, tram_owner;
RESET ROLE;
-- reverse
DROP FUNCTION inventory_close_through(bigint, date);
