-- A person says that a report is spam, and may take it back. Nothing follows by itself: marks of several people propose a
-- block to whoever may block.
create table spam_mark (
    mark_id uuid primary key,
    report_id uuid not null references report,
    marked_by uuid not null references staff_account,
    marked_at timestamptz not null,
    reason text not null,
    withdrawn_by uuid references staff_account,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    check ((withdrawn_at is null) = (withdrawn_by is null))
);
create unique index spam_mark_once on spam_mark (report_id, marked_by) where withdrawn_at is null;
create index spam_mark_report on spam_mark (report_id);
create index spam_mark_standing on spam_mark (marked_at) where withdrawn_at is null;
