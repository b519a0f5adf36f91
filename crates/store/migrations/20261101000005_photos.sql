create table photo (
    photo_id uuid primary key,
    report_id uuid references report,
    case_id bigint references cases,
    uploaded_by text not null,
    uploaded_at timestamptz not null,
    width integer not null,
    height integer not null,
    captured_at timestamp,
    longitude double precision,
    latitude double precision,
    perceptual_hash bigint not null,
    content_hash bytea not null,
    key_id text not null,
    released_at timestamptz,
    released_by uuid
);
comment on column photo.report_id is 'the first report that named it keeps it';
comment on column photo.case_id is 'set for evidence of staff, such as the after-photo';
comment on column photo.uploaded_by is 'principal of the upload: public, or staff and its id';
comment on column photo.captured_at is 'EXIF time of the original: evidence, without a time zone';
comment on column photo.released_at is 'from here on strangers may see the released copy, faces and plates hidden';
create index photo_report on photo (report_id) where report_id is not null;
create index photo_case on photo (case_id) where case_id is not null;
create index photo_unused on photo (uploaded_at) where report_id is null and case_id is null;
