-- Webhooks: platforms are told of steps of cases at an address of theirs.
create table webhook (
    webhook_id uuid primary key,
    platform_id uuid not null references platform,
    url text not null,
    events text[] not null,
    area text,
    key_id text not null,
    sealed bytea not null,
    old_key_id text,
    old_sealed bytea,
    old_ends_at timestamptz,
    created_at timestamptz not null,
    ended_at timestamptz,
    end_reason text,
    check (num_nonnulls(old_key_id, old_sealed, old_ends_at) in (0, 3))
);
create index webhook_platform on webhook (platform_id, created_at);
create index webhook_standing on webhook (webhook_id) where ended_at is null;
comment on column webhook.area is 'code that the center of a case begins with; null: everywhere';
comment on column webhook.sealed is 'the secret that signs, encrypted and bound to the webhook';
comment on column webhook.old_sealed is 'the secret before, which signs beside it until old_ends_at';

-- One message to one address. Ends visibly: delivered, refused or dead; and may be sent again.
create table webhook_delivery (
    delivery_id uuid primary key,
    webhook_id uuid not null references webhook,
    log_id bigint not null references case_log,
    kind text not null,
    body text not null,
    state text not null check (state in ('created', 'sending', 'delivered', 'refused', 'dead')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    lease_token uuid,
    reason text,
    status integer,
    created_at timestamptz not null,
    final_at timestamptz,
    replays integer not null default 0,
    constraint webhook_delivery_once unique (webhook_id, log_id)
);
create index webhook_delivery_due on webhook_delivery (webhook_id, next_at) where state in ('created', 'sending');
create index webhook_delivery_list on webhook_delivery (webhook_id, created_at, delivery_id);
create index webhook_delivery_final on webhook_delivery (final_at) where final_at is not null;
comment on column webhook_delivery.delivery_id is 'webhook-id: the same however often it is sent';
comment on column webhook_delivery.body is 'the very bytes that are signed: nothing of any person';
comment on column webhook_delivery.status is 'what the other side answered last';
