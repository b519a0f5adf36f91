-- WeChat: people known by a pseudonym, what they sent, and what they are told.

-- One person at one account. Their openid lies sealed in reporter_contact and nowhere else.
create table wechat_person (
    pseudonym uuid primary key,
    account text not null,
    openid_index bytea not null,
    acted_at timestamptz not null,
    unsubscribed_at timestamptz,
    created_at timestamptz not null,
    constraint wechat_person_openid unique (account, openid_index)
);
comment on column wechat_person.openid_index is 'keyed hash; no openid can be read from it';
comment on column wechat_person.acted_at is 'what they last did: for two days after it words can be sent to them';
comment on column wechat_person.unsubscribed_at is 'they follow the account no longer: nothing is sent to them';

-- Where a person's conversation stands.
create table wechat_conversation (
    pseudonym uuid primary key references wechat_person,
    version bigint not null,
    key_id text not null,
    sealed bytea not null,
    touched_at timestamptz not null
);
comment on column wechat_conversation.sealed is 'jiekou_core::conversation::Conversation, encrypted';

-- Every push, once, by all that tells it from others: ids of messages alone have been seen twice.
create table wechat_message (
    message_id uuid primary key,
    account text not null,
    openid_index bytea not null,
    created_at bigint not null,
    wechat_id text not null,
    event text not null,
    event_key bytea not null,
    key_id text,
    sealed bytea,
    received_at timestamptz not null,
    heard_at timestamptz,
    answered_at timestamptz,
    saying_id uuid,
    constraint wechat_message_once unique (account, openid_index, created_at, wechat_id, event, event_key)
);
comment on column wechat_message.event_key is 'SHA-256 of the key of an event: some are long';
comment on column wechat_message.sealed is 'the push, encrypted; erased after three days';
comment on column wechat_message.heard_at is 'the conversation has taken it in';
comment on column wechat_message.answered_at is 'what is said to it is known: saying_id, or nothing';
create index wechat_message_received on wechat_message (received_at);

-- What is said to a person: the answer to a push, or something later.
create table wechat_saying (
    saying_id uuid primary key,
    pseudonym uuid not null references wechat_person,
    key_id text,
    sealed bytea,
    state text not null check (state in ('waiting', 'answered', 'sent', 'refused')),
    reason text,
    created_at timestamptz not null,
    ended_at timestamptz
);
comment on column wechat_saying.sealed is 'the words, encrypted; erased after three days';
comment on column wechat_saying.state is 'answered: it went as the answer to the push itself';
create index wechat_saying_created on wechat_saying (created_at);

-- A photo, recording or video that WeChat keeps for three days.
create table wechat_medium (
    medium_id uuid primary key,
    pseudonym uuid not null references wechat_person,
    draft_id uuid not null,
    kind text not null check (kind in ('photo', 'voice', 'video')),
    key_id text,
    sealed bytea,
    state text not null check (state in ('waiting', 'kept', 'lost')),
    photo_id uuid,
    recording_id uuid,
    created_at timestamptz not null
);
comment on column wechat_medium.sealed is 'WeChat''s id of it, encrypted; null once it was fetched or lost';
create index wechat_medium_draft on wechat_medium (draft_id);
create index wechat_medium_created on wechat_medium (created_at);

-- A draft that its author wants sent, until it is a report.
create table wechat_submission (
    draft_id uuid primary key,
    pseudonym uuid not null references wechat_person,
    answers uuid references wechat_message on delete set null,
    key_id text,
    sealed bytea,
    created_at timestamptz not null,
    ended_at timestamptz
);
comment on column wechat_submission.answers is 'the push that is answered with what becomes of it; null: it is said later';

-- Sound and moving pictures of a report, sealed, for an operator.
create table recording (
    recording_id uuid primary key,
    report_id uuid references report,
    kind text not null check (kind in ('voice', 'video')),
    content_type text not null,
    bytes integer not null,
    key_id text not null,
    received_at timestamptz not null
);
comment on table recording is 'the bytes lie sealed beside the originals of photos';
create index recording_report on recording (report_id) where report_id is not null;
create index recording_unused on recording (received_at) where report_id is null;
create index wechat_submission_answers on wechat_submission (answers) where answers is not null;

-- What a person allows to be sent to them: each consent to a template is good for one message (订阅通知).
create table wechat_permission (
    pseudonym uuid not null references wechat_person,
    template_id text not null,
    granted integer not null check (granted >= 0),
    primary key (pseudonym, template_id)
);

-- Messages that WeChat has taken, by its own id: an event tells later whether they arrived.
create table wechat_sent (
    account text not null,
    wechat_id text not null,
    delivery_id uuid not null references delivery,
    sent_at timestamptz not null,
    primary key (account, wechat_id)
);
create index wechat_sent_at on wechat_sent (sent_at);
