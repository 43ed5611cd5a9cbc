-- A placement is agreed ahead and may be cut short: its end, once written, only moves earlier. Nothing else of it ever
-- changes, and it is never deleted. The triggers hold for the owner too; the application has no right to more.
CREATE FUNCTION patients_placement_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION 'patients_placement: % refused', TG_OP
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    IF to_jsonb(NEW) - 'ended_on' - 'ended_by_id' IS DISTINCT FROM to_jsonb(OLD) - 'ended_on' - 'ended_by_id' THEN
        RAISE EXCEPTION 'patients_placement: only its end may be written'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    IF OLD.ended_on IS NOT NULL AND (NEW.ended_on IS NULL OR NEW.ended_on > OLD.ended_on) THEN
        RAISE EXCEPTION 'patients_placement: an end never moves later'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'patients_placement_never_longer', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER patients_placement_never_truncated ON patients_placement;
DROP TRIGGER patients_placement_never_deleted ON patients_placement;
DROP TRIGGER patients_placement_set_once ON patients_placement;
CREATE TRIGGER patients_placement_only_ends BEFORE UPDATE ON patients_placement
    FOR EACH ROW EXECUTE FUNCTION patients_placement_kept();
CREATE TRIGGER patients_placement_never_deleted BEFORE DELETE ON patients_placement
    FOR EACH ROW EXECUTE FUNCTION patients_placement_kept();
CREATE TRIGGER patients_placement_never_truncated BEFORE TRUNCATE ON patients_placement
    FOR EACH STATEMENT EXECUTE FUNCTION patients_placement_kept();
-- reverse
DROP TRIGGER patients_placement_never_truncated ON patients_placement;
DROP TRIGGER patients_placement_never_deleted ON patients_placement;
DROP TRIGGER patients_placement_only_ends ON patients_placement;
DROP FUNCTION patients_placement_kept();
CREATE TRIGGER patients_placement_set_once BEFORE UPDATE ON patients_placement
    FOR EACH ROW EXECUTE FUNCTION tram_set_once('ended_on', 'ended_by_id');
CREATE TRIGGER patients_placement_never_deleted BEFORE DELETE ON patients_placement
    FOR EACH ROW EXECUTE FUNCTION tram_refuse_change();
CREATE TRIGGER patients_placement_never_truncated BEFORE TRUNCATE ON patients_placement
    FOR EACH STATEMENT EXECUTE FUNCTION tram_refuse_change();
