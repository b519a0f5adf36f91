-- What the desk keeps beside a report that it filed.
create table desk_filing (
    report_id uuid primary key references report,
    filed_by uuid not null,
    number text,
    issued_by text,
    deadline timestamptz,
    secret boolean not null,
    callback_allowed boolean,
    recording text,
    reply text,
    replied_by uuid,
    replied_at timestamptz,
    filed_at timestamptz not null,
    check (num_nonnulls(number, issued_by, deadline) in (0, 3))
);
comment on column desk_filing.number is 'of the order of a superior or a leader';
comment on column desk_filing.reply is 'what whoever gave the order was told';
create index desk_filing_assigned on desk_filing (deadline) where number is not null;

-- Planned works and outages, with what a caller is told.
create table planned_work (
    work_id uuid primary key,
    kind text not null,
    areas text[] not null,
    codes text[] not null,
    from_at timestamptz not null,
    to_at timestamptz not null,
    answer text not null,
    written_by uuid not null,
    written_at timestamptz not null,
    cancelled_at timestamptz
);
comment on column planned_work.codes is 'codes of all areas of it; a road is its segments';
create index planned_work_end on planned_work (to_at) where cancelled_at is null;

-- What the desk knows.
create table article (
    article_id uuid primary key,
    title text not null,
    keywords text,
    body text not null,
    named text[] not null,
    grams text[] not null,
    spelt text not null,
    initials text not null,
    written_by uuid not null,
    written_at timestamptz not null,
    retired_at timestamptz
);
comment on column article.grams is 'pairs of characters of title, keywords and body';
comment on column article.spelt is 'title and keywords in pinyin; initials: its first letters';
create index article_grams on article using gin (grams) where retired_at is null;
