-- One process at a time sends a draft: two would spend their author's quota twice.
alter table wechat_submission add column leased_until timestamptz;
comment on column wechat_submission.leased_until is 'somebody is sending it; passes by itself should they die';
