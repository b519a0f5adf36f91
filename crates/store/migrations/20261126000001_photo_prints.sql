-- What photos look like, so that one that was cut, made smaller or compressed again is recognised. A table of its own:
-- who claims a photo rewrites the photo's row, and the marks would be indexed anew each time.
create table photo_print (
    photo_id uuid primary key references photo on delete cascade,
    print bytea not null,
    marks int[] not null,
    doubts int[] not null,
    check (cardinality(marks) = cardinality(doubts))
);
comment on column photo_print.print is 'what is compared: core::dedup::PhotoPrint';
comment on column photo_print.marks is 'what is looked up: another copy of the picture has some of these numbers too';
comment on column photo_print.doubts is 'of each mark the bits that might as well be the other way round';
create index photo_print_marks on photo_print using gin (marks);

alter table photo add column print_version smallint not null default 0, add column attached_at timestamptz;
comment on column photo.print_version is 'version of its print, also where there is nothing to print; 0: from a release that had none';
comment on column photo.attached_at is 'when a report or case got it; null for those of earlier releases';
-- What a renewal still has to do, the newest first: empty in the long run.
create index photo_unprinted on photo (uploaded_at desc, photo_id) where print_version < 1 and forgotten_at is null;
create index photo_content on photo (content_hash);

-- An old photo sent for a new report.
create table photo_reuse (
    photo_id uuid not null references photo on delete cascade,
    earlier_id uuid not null references photo on delete cascade,
    same_bytes boolean not null,
    found_at timestamptz not null,
    primary key (photo_id, earlier_id)
);
comment on table photo_reuse is 'photo_id shows what earlier_id showed before; told only while they belong to different cases';
create index photo_reuse_earlier on photo_reuse (earlier_id);

-- Cases whose fingerprint an earlier release wrote: its version is the first byte. The next version of the fingerprint
-- replaces this index by one of its own.
create index cases_unrenewed on cases (case_id) where get_byte(fingerprint, 0) < 3;
