-- Residents have sessions of the same kind as staff. The names of the tables stay: a process of the release before writes
-- them while it still runs beside this one.
alter table staff_session
    alter column staff_id drop not null,
    add column resident_id uuid,
    add constraint staff_session_holder check (num_nonnulls(staff_id, resident_id) = 1);
alter table refresh_token
    alter column staff_id drop not null,
    add column resident_id uuid,
    add constraint refresh_token_holder check (num_nonnulls(staff_id, resident_id) = 1);
create index staff_session_resident on staff_session (resident_id) where resident_id is not null;
comment on table staff_session is 'sessions of staff and of residents: a sign-in and all that was refreshed from it';
comment on column staff_session.resident_id is 'a pseudonym; that somebody signed in is known for longer than who it was, so the session outlives the account';
