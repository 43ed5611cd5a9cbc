-- Two years of facts of every site at once, for bench/managers.py: as many rows as the services would have written, of the
-- kinds that managers' pages, reports and jobs read. By a superuser who leaves triggers and foreign keys out: nothing else
-- writes 2,000,000 doses in minutes. bench_site and bench_patient are filled before.
SET session_replication_role = replica;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';
SELECT setseed(0.42);

CREATE UNLOGGED TABLE bench_day AS
SELECT p.patient_id, p.place, s.*, x.day, x.at, uuidv7(x.at - clock_timestamp()) AS act_id,
       s.site * 1000 + (x.day - a.first) / 15 + 1 AS bottle,
       CASE WHEN x.chance < 0.915 THEN 'dose' WHEN x.chance < 0.99 THEN 'nothing' ELSE 'unknown' END AS how,
       random() AS chance, random() AS other
  FROM bench_asked a
 CROSS JOIN bench_patient p
  JOIN bench_site s USING (site)
 CROSS JOIN LATERAL (
       SELECT d::date AS day, (d::date + time '05:30') AT TIME ZONE 'Asia/Ho_Chi_Minh' + random() * interval '3 hours' AS at,
              random() AS chance
         FROM generate_series(a.first, a.today, interval '1 day') d OFFSET p.place * 0) x
 ORDER BY x.day, s.site;

CREATE UNLOGGED TABLE bench_site_day AS
SELECT s.*, d::date AS day, (d::date + time '05:25') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS opened_at,
       (d::date + time '09:05') AT TIME ZONE 'Asia/Ho_Chi_Minh' AS closed_at, random() AS chance
  FROM bench_asked a CROSS JOIN bench_site s CROSS JOIN generate_series(a.first, a.today, interval '1 day') d
 ORDER BY 4, s.site;

INSERT INTO inventory_bottle (number, lot_id, size_ul, seal_number, opened_at, opened_by_id, emptied_at, emptied_by_id)
SELECT b.number, b.lot_id, 1000000, '', CASE WHEN b.day IS NOT NULL THEN (b.day + time '05:00') AT TIME ZONE 'UTC' END,
       CASE WHEN b.day IS NOT NULL THEN b.dispenser END,
       CASE WHEN b.day + 15 <= b.today THEN (b.day + 15 + time '04:00') AT TIME ZONE 'UTC' END,
       CASE WHEN b.day + 15 <= b.today THEN b.dispenser END
  FROM (SELECT s.site * 1000 + k + 1 AS number, s.lot_id, s.dispenser, a.today, (a.first + 15 * k)::date AS day
          FROM bench_asked a CROSS JOIN bench_site s CROSS JOIN generate_series(0, (a.today - a.first) / 15) k
         UNION ALL
        SELECT s.site * 1000 + 900 + k, s.lot_id, s.dispenser, a.today, NULL
          FROM bench_asked a CROSS JOIN bench_site s CROSS JOIN generate_series(1, 10) k) b;

-- A bottle comes, goes to the window, is opened, and what is left of it is poured out.
CREATE UNLOGGED TABLE bench_act AS
SELECT gen_random_uuid() AS id, x.kind, s.facility_id, s.dispenser, x.at, b.id AS bottle_id, s.lot_id, s.item_id,
       x.source, x.target, 1000000::bigint AS quantity, x.kind AS reason, b.number
  FROM inventory_bottle b
  JOIN bench_site s ON s.site = b.number / 1000
 CROSS JOIN bench_asked a
 CROSS JOIN LATERAL (VALUES
       ('receipt', coalesce(b.opened_at, (a.today - 20 + time '03:00') AT TIME ZONE 'UTC') - interval '9 days', s.supplier, s.storage),
       ('to_dispensing', b.opened_at - interval '1 hour', s.storage, s.dispensing),
       ('opening', b.opened_at, s.dispensing, s.opened)) x (kind, at, source, target)
 WHERE x.at IS NOT NULL;
INSERT INTO bench_act
SELECT gen_random_uuid(), 'receipt', s.facility_id, s.dispenser, (a.today - 90 + time '03:00') AT TIME ZONE 'UTC', NULL,
       s.naloxone_lot, s.naloxone_id, s.naloxone_supplier, s.naloxone_storage, 12, 'receipt', NULL
  FROM bench_site s CROSS JOIN bench_asked a;
INSERT INTO bench_act
SELECT gen_random_uuid(), 'emptying', s.facility_id, s.dispenser, b.emptied_at, b.id, s.lot_id, s.item_id, s.opened,
       s.poured_out, 1000000 - drunk.ul, 'emptying', b.number
  FROM inventory_bottle b
  JOIN bench_site s ON s.site = b.number / 1000
  JOIN (SELECT bottle, 6500 * count(*) AS ul FROM bench_day WHERE how = 'dose' GROUP BY 1) drunk ON drunk.bottle = b.number
 WHERE b.emptied_at IS NOT NULL;

INSERT INTO inventory_act (id, kind, facility_id, actor_id, actor_label, occurred_at, recorded_at, document_digest)
SELECT x.id, x.kind, x.facility_id, x.dispenser, 'B.', x.at, x.recorded_at, repeat('0', 64)
  FROM (SELECT act_id AS id, 'dose' AS kind, facility_id, dispenser, at,
               CASE WHEN chance < 0.03 THEN at + interval '6 hours' ELSE at END AS recorded_at
          FROM bench_day WHERE how = 'dose'
         UNION ALL
        SELECT id, kind, facility_id, dispenser, at, at FROM bench_act) x ORDER BY x.recorded_at;
INSERT INTO inventory_movement (act_id, position, item_id, lot_id, bottle_id, source_id, target_id, quantity, reason)
SELECT x.* FROM (
    SELECT d.act_id, 0, d.item_id, d.lot_id, b.id, d.opened, d.patients, 6500::bigint, 'dose'
      FROM bench_day d JOIN inventory_bottle b ON b.number = d.bottle WHERE d.how = 'dose'
     UNION ALL
    SELECT id, 0, item_id, lot_id, bottle_id, source, target, quantity, reason FROM bench_act) x;
INSERT INTO inventory_balance (account_id, lot_id, bottle_id, quantity, may_be_negative)
SELECT a.id, x.lot_id, x.bottle_id, sum(x.quantity), a.may_be_negative
  FROM (SELECT target_id AS account_id, lot_id, bottle_id, quantity FROM inventory_movement
         UNION ALL SELECT source_id, lot_id, bottle_id, -quantity FROM inventory_movement) x
  JOIN inventory_account a ON a.id = x.account_id
 WHERE a.by_bottle GROUP BY 1, 2, 3, 5 HAVING sum(x.quantity) <> 0
 UNION ALL
SELECT a.id, x.lot_id, NULL, sum(x.quantity), a.may_be_negative
  FROM (SELECT target_id AS account_id, lot_id, quantity FROM inventory_movement
         UNION ALL SELECT source_id, lot_id, -quantity FROM inventory_movement) x
  JOIN inventory_account a ON a.id = x.account_id
 WHERE NOT a.by_bottle GROUP BY 1, 2, 5;

INSERT INTO dispensing_prescription (id, patient_id, facility_id, phase, dose_mg, slot_mg, starts_on, ends_on, if_missed,
       bridging, large_change_confirmed, by_main_clinic, note, signed_by_id, signature_id, digest, recorded_at)
SELECT gen_random_uuid(), p.patient_id, s.facility_id, 'maintenance', 65, '{65}', d::date, d::date + 29, '[]', false, false,
       false, '', s.head, gen_random_uuid(), repeat('0', 64), d - interval '1 day'
  FROM bench_asked a CROSS JOIN bench_patient p JOIN bench_site s USING (site)
 CROSS JOIN generate_series(a.first - p.place, a.today, interval '30 days') d;
INSERT INTO dispensing_dose (act_id, patient_id, facility_id, covers_day, given_on, given_at, recorded_at, slot, kind, mg,
       reduced, poured_by_id, observed_by_id, recorded_by_id, identified_by, answers, findings, rules_digest)
SELECT act_id, patient_id, facility_id, day, day, at, CASE WHEN chance < 0.03 THEN at + interval '6 hours' ELSE at END, 1,
       'scheduled', 65, false, dispenser, dispenser, dispenser, 'known', '{}',
       CASE WHEN other < 0.01 THEN '[{"code": "late"}]'::jsonb ELSE '[]' END, repeat('0', 16)
  FROM bench_day WHERE how = 'dose';
INSERT INTO dispensing_coveredday (patient_id, day, slot, dose_id)
SELECT patient_id, day, 1, act_id FROM bench_day WHERE how = 'dose';
INSERT INTO dispensing_dosevoid (id, dose_id, kind, reason, drinker, voided_at, voided_by_id)
SELECT gen_random_uuid(), act_id, 'drunk_by_other', 'bench', '', at + interval '2 hours', dispenser
  FROM bench_day WHERE how = 'dose' AND other BETWEEN 0.5 AND 0.501;
INSERT INTO dispensing_outcome (id, patient_id, facility_id, day, code, signs, note, at, recorded_at, recorded_by_id)
SELECT gen_random_uuid(), patient_id, facility_id, day,
       (ARRAY['absent', 'absent', 'absent', 'absent', 'absent', 'refused', 'withheld', 'intoxicated', 'stock_out',
              'missed_rule_block'])[1 + floor(other * 10)::int], '{}', '', at, at, dispenser
  FROM bench_day WHERE how = 'nothing';
INSERT INTO dispensing_lateentry (id, dose_id, patient_id, facility_id, day, reason, note, occurred_at, recorded_at, recorded_by_id)
SELECT act_id, act_id, patient_id, facility_id, day, 'no_power', '', at, at + interval '6 hours', dispenser
  FROM bench_day WHERE how = 'dose' AND chance < 0.03;
INSERT INTO dispensing_dayoutcome (id, patient_id, facility_id, day, version, rules_digest, how, covered, swallowed_mg,
       outcome, reason_known, caused_by_patient, tolerance_gap, adherence_gap, why, decided_at)
SELECT gen_random_uuid(), d.patient_id, d.facility_id, d.day, v, repeat('0', 16), d.how, d.how = 'dose',
       CASE WHEN d.how = 'dose' THEN 65 ELSE 0 END, '', d.how <> 'unknown', d.how = 'nothing', d.how = 'nothing',
       d.how = 'nothing', 'sweep', (d.day + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' + v * interval '10 minutes'
  FROM bench_day d CROSS JOIN bench_asked a CROSS JOIN generate_series(1, 1 + (d.other < 0.02)::int) v WHERE d.day < a.today;

INSERT INTO dispensing_dayopening (id, facility_id, day, opened_at, on_duty, cabinet_locked, note, said, recorded_at, recorded_by_id)
SELECT gen_random_uuid(), facility_id, day, opened_at, ARRAY[dispenser::bigint], true, '', '{}', opened_at, dispenser
  FROM bench_site_day WHERE chance < 0.97;
INSERT INTO dispensing_dayclose (id, facility_id, day, closed_at, sequence, chain_hash, figures, said, note, recorded_at, recorded_by_id)
SELECT gen_random_uuid(), facility_id, day, closed_at, 1, repeat('0', 64), '{}', '{}', '', closed_at, dispenser
  FROM bench_site_day CROSS JOIN bench_asked a WHERE chance < 0.97 AND day < a.today;
INSERT INTO dispensing_sweptday (id, facility_id, day, first_at, through, final_at)
SELECT gen_random_uuid(), facility_id, day, closed_at, closed_at + interval '15 hours', closed_at + interval '15 hours'
  FROM bench_site_day CROSS JOIN bench_asked a WHERE day < a.today;
INSERT INTO staff_attestation (id, act_kind, act_id, digest, facility_id, actor_id, mode, signature_id, second_id, reason, at)
SELECT gen_random_uuid(), 'seal', x.act_id, repeat('0', 64), x.facility_id, x.dispenser, m.mode,
       CASE WHEN m.mode <> 'alone' THEN gen_random_uuid() END, CASE WHEN m.mode <> 'alone' THEN x.head END,
       CASE WHEN m.mode = 'alone' THEN 'bench' ELSE '' END, x.at + CASE WHEN m.mode = 'review' THEN interval '1 day' ELSE '0' END
  FROM (SELECT d.*, gen_random_uuid() AS act_id, d.opened_at + k * interval '1 hour' AS at, random() < 0.25 AS alone, a.today
          FROM bench_site_day d CROSS JOIN bench_asked a CROSS JOIN generate_series(0, 2) k) x
 CROSS JOIN LATERAL (SELECT CASE WHEN x.alone THEN 'alone' ELSE 'present' END AS mode
                      UNION ALL SELECT 'review' WHERE x.alone AND x.day < x.today - 3) m
 ORDER BY x.day;

INSERT INTO core_auditevent (at, action, actor_id, actor_label, acting_as, facility_id, subject_kind, subject_id, patient_id, detail)
SELECT x.* FROM (
    SELECT at, 'dose.recorded', dispenser, 'B.', '', facility_id, 'dose', act_id::text, patient_id, '{}'::jsonb
      FROM bench_day WHERE how = 'dose'
     UNION ALL
    SELECT d.at, 'identity.seen', d.dispenser, 'B.', '', d.facility_id, 'patient', d.patient_id::text, d.patient_id, '{}'
      FROM bench_day d
     UNION ALL
    SELECT closed_at, 'days.decided', NULL, '', '', facility_id, 'day', day::text, NULL, '{}' FROM bench_site_day) x
 ORDER BY 1;

INSERT INTO staff_dutyinterval (id, person_id, facility_id, day, starts_at, ends_at, source, reason, recorded_at, recorded_by_id, confirmed_at)
SELECT gen_random_uuid(), w.person_id, d.facility_id, d.day, d.opened_at + interval '5 minutes' + shift.later,
       d.closed_at + interval '25 minutes' + shift.later, 'tapped', '', d.closed_at + interval '1 hour', w.person_id,
       d.closed_at + interval '1 hour'
  FROM bench_site_day d
 CROSS JOIN LATERAL (VALUES (d.dispenser, 1), (d.second, 2), (d.head, 3)) w (person_id, turn)
 CROSS JOIN LATERAL (SELECT x AS later FROM (VALUES (interval '0'), (interval '4 hours 30 minutes')) t (x)
                      WHERE x = '0' OR extract(isodow FROM d.day) < 6) shift
 CROSS JOIN bench_asked a
 WHERE (d.day - a.first + w.turn) % 4 <> 0 AND d.day < a.today;
INSERT INTO staff_dutyapproval (interval_id, person_id, approved_by_id, signature_id, approved_at)
SELECT i.id, i.person_id, s.head, gen_random_uuid(), i.recorded_at + interval '4 days'
  FROM staff_dutyinterval i JOIN bench_site s ON s.facility_id = i.facility_id CROSS JOIN bench_asked a
 WHERE i.person_id <> s.head AND i.day < a.today - 5;
INSERT INTO staff_sitecaseload (facility_id, month, patients, as_of)
SELECT s.facility_id, m::date, 10, m FROM bench_asked a CROSS JOIN bench_site s
 CROSS JOIN generate_series(date_trunc('month', a.first), a.today, interval '1 month') m;
INSERT INTO staff_paybatch (id, facility_id, month, reference, paid_on, digest, recorded_at, recorded_by_id)
SELECT gen_random_uuid(), s.facility_id, m::date, 'PC ' || m::date, m::date + 40, repeat('0', 64), m + interval '40 days', s.head
  FROM bench_asked a CROSS JOIN bench_site s
 CROSS JOIN generate_series(date_trunc('month', a.first), a.today - 40, interval '1 month') m;
INSERT INTO staff_payline (batch_id, person_id, minutes)
SELECT b.id, p.person_id, 300 FROM staff_paybatch b JOIN bench_site s ON s.facility_id = b.facility_id
 CROSS JOIN LATERAL (VALUES (s.dispenser), (s.second)) p (person_id);

INSERT INTO followup_case (id, kind, facility_id, subject_kind, subject_id, findings, owner_id, due_at, opened_at, rung, concluded_at, conclusion_id)
SELECT gen_random_uuid(), CASE WHEN k % 3 = 0 THEN 'stock_count' ELSE 'dose_finding' END, s.facility_id, 'dose',
       gen_random_uuid(), '[]', s.head, o.at + interval '3 days', o.at, 0, CASE WHEN k > 6 THEN o.at + interval '2 days' END,
       CASE WHEN k > 6 THEN gen_random_uuid() END
  FROM bench_asked a CROSS JOIN bench_site s CROSS JOIN generate_series(1, 300) k
 CROSS JOIN LATERAL (SELECT a.now - k * interval '2 days' AS at) o;
INSERT INTO dispensing_flag (id, patient_id, facility_id, kind, level, since, figures, raised_at, cleared_at, cleared_why)
SELECT gen_random_uuid(), p.patient_id, s.facility_id, 'missed', (ARRAY['reason', 'check', 'order', 'main_clinic'])[1 + k % 4],
       (a.today - 30 * k)::date, '{}', a.now - k * interval '30 days', CASE WHEN k > 0 THEN a.now - k * interval '30 days' + interval '2 days' END,
       CASE WHEN k > 0 THEN 'came_back' END
  FROM bench_asked a CROSS JOIN bench_patient p JOIN bench_site s USING (site) CROSS JOIN generate_series(0, 23) k
 WHERE k > 0 OR p.place < 2;
INSERT INTO dispensing_urinetest (id, patient_id, facility_id, taken_at, observed, asked, sample, opioids, methadone, amphetamines,
       benzodiazepines, cannabis, note, took_place, recorded_at, recorded_by_id)
SELECT gen_random_uuid(), p.patient_id, s.facility_id, d, true, 'random', 'given', CASE WHEN random() < 0.1 THEN 'positive' ELSE 'negative' END,
       'positive', 'negative', 'negative', 'negative', '', true, d, s.dispenser
  FROM bench_asked a CROSS JOIN bench_patient p JOIN bench_site s USING (site)
 CROSS JOIN generate_series(a.first + p.place, a.today, interval '30 days') d;
INSERT INTO dispensing_examination (id, patient_id, facility_id, place_id, examined_on, place_words, physician_name, next_due, note, took_place, recorded_at, recorded_by_id)
SELECT gen_random_uuid(), p.patient_id, s.facility_id, s.facility_id, d::date, '', 'bench', d::date + 30, '', true, d, s.head
  FROM bench_asked a CROSS JOIN bench_patient p JOIN bench_site s USING (site)
 CROSS JOIN generate_series(a.first + p.place, a.today, interval '30 days') d;
INSERT INTO dispensing_counselling (id, patient_id, facility_id, held_on, kind, counsellor_name, note, took_place, recorded_at, recorded_by_id)
SELECT gen_random_uuid(), p.patient_id, s.facility_id, d::date, 'alone', 'bench', '', true, d, s.dispenser
  FROM bench_asked a CROSS JOIN bench_patient p JOIN bench_site s USING (site)
 CROSS JOIN generate_series(a.first + p.place, a.today, interval '30 days') d;
INSERT INTO inventory_demandfigure (facility_id, item_id, as_of, patients, daily_mg, used_daily, expected_new)
SELECT s.facility_id, s.item_id, a.now - interval '5 hours', 10, 650, 60000, 0 FROM bench_asked a CROSS JOIN bench_site s;
INSERT INTO inventory_stockcount (act_id, facility_id, why, asked_by, as_of, agrees, note, counted_by_id, started_at, counted_at)
SELECT gen_random_uuid(), s.facility_id, 'monthly', '', 1, true, '', s.dispenser, m, m + interval '1 hour'
  FROM bench_asked a CROSS JOIN bench_site s
 CROSS JOIN generate_series(date_trunc('month', a.first), a.today, interval '1 month') m;
INSERT INTO inventory_chainhead (facility_id, sequence, hash) SELECT facility_id, 1, '\x00' FROM bench_site;
INSERT INTO inventory_chainlink (facility_id, sequence, kind, subject_id, content_digest, previous_hash, hash, recorded_at)
SELECT s.facility_id, 1, 'dose', gen_random_uuid(), '\x00', '\x00', '\x00', a.now - interval '1 hour'
  FROM bench_asked a CROSS JOIN bench_site s;
DROP TABLE bench_day, bench_site_day, bench_act;
