-- Rules can come back: loading what was in force before makes a new version with the same content. Whether a load changes
-- anything is decided against the version in force, under a lock.
alter table rulebook_version drop constraint rulebook_version_digest;
create index rulebook_version_in_force on rulebook_version (effective_from desc, rulebook_version_id desc);
comment on column rulebook_version.digest is 'SHA-256 of body: loading what is in force already changes nothing';
comment on column rulebook_version.effective_from is 'cases opened from then on are under this version; open ones keep theirs';
