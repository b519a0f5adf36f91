-- The rules of a jurisdiction, one row a version. Processes read the newest one that is in force.
create table rulebook_version (
    rulebook_version_id bigint generated always as identity primary key,
    code text not null,
    version text not null,
    digest bytea not null,
    effective_from timestamptz not null,
    loaded_at timestamptz not null,
    body jsonb not null,
    constraint rulebook_version_digest unique (code, digest)
);
comment on column rulebook_version.digest is 'SHA-256 of body: loading the same folder twice changes nothing';
