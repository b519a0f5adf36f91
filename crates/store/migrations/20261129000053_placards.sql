-- Placards (挂牌督办): on a segment or a case, with a deadline, until they are lifted. What was hung does not change; it is
-- lifted once.
create table placard (
    placard_id uuid primary key,
    area text not null,
    period text not null,
    segment_code text,
    segment_name text,
    case_id bigint references cases,
    center_code text not null,
    reason text not null,
    since timestamptz not null,
    deadline timestamptz not null,
    hung_by uuid not null,
    hung_at timestamptz not null,
    told_overdue_at timestamptz,
    lifted_at timestamptz,
    lifted_by uuid,
    lifted_reason text,
    inspected_case bigint references cases,
    check (deadline > since),
    check (num_nonnulls(segment_code, case_id) = 1),
    check (num_nonnulls(lifted_at, lifted_by, lifted_reason) in (0, 3))
);
comment on column placard.area is 'code of the city or district that assesses';
comment on column placard.segment_name is 'as it was then: later rules may not have the segment any more';
comment on column placard.center_code is 'the center that answers for the place';
comment on column placard.told_overdue_at is 'when the ladder was told that the deadline had passed';
comment on column placard.inspected_case is 'the case there that passed inspection since; photos of the lifting name the placard';
create unique index placard_on_segment on placard (segment_code) where lifted_at is null and segment_code is not null;
create unique index placard_on_case on placard (case_id) where lifted_at is null and case_id is not null;
create index placard_case on placard (case_id, since) where case_id is not null;
create index placard_since on placard (since desc, placard_id);

alter table photo add column placard_id uuid references placard;
comment on column photo.placard_id is 'set for the photo from after that lifted a placard';
create index photo_placard on photo (placard_id) where placard_id is not null;
drop index photo_unused;
create index photo_unused on photo (uploaded_at) where report_id is null and case_id is null and placard_id is null;
