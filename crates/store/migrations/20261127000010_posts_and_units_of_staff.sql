-- A role can be held in a post of the rulebook (whether one persuades first depends on it) and for a unit, whose people
-- see what the unit works on.
alter table staff_grant add column post text, add column unit text;
alter table staff_grant drop constraint staff_grant_pkey;
alter table staff_grant add constraint staff_grant_once unique nulls not distinct (staff_id, role, level, area, post, unit);
comment on column staff_grant.post is 'code of a post of the rulebook; null: none in particular';
comment on column staff_grant.unit is 'code of a unit of the rulebook; null: the area itself';
