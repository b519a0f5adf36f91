-- Files that came with the orders of hotlines: each is fetched once, or says why not.
create table order_attachment (
    attachment_id uuid primary key,
    partner text not null,
    order_no text not null,
    request_id text not null,
    position smallint not null,
    address_hash bytea not null,
    their_id text,
    name text,
    mime text,
    state text not null check (state in ('waiting', 'taken', 'refused', 'givenUp')),
    reason text,
    photo_id uuid references photo,
    noted_at timestamptz not null,
    ended_at timestamptz,
    foreign key (partner, order_no) references hotline_order,
    constraint order_attachment_once unique (partner, order_no, address_hash),
    check ((state = 'taken') = (photo_id is not null)),
    check ((state in ('refused', 'givenUp')) = (reason is not null)),
    check ((state = 'waiting') = (ended_at is null))
);
comment on column order_attachment.request_id is 'the message it came with, whose sealed fields have its address';
comment on column order_attachment.position is 'its place among the files of that message';
comment on column order_attachment.address_hash is 'SHA-256 of its address: the same address in another message is the same file';
comment on column order_attachment.their_id is 'as the platform calls it';
comment on column order_attachment.photo_id is 'the photo, or the still of the video; files of the same bytes are one photo';
comment on column order_attachment.reason is 'one of jiekou_core::hotline::NotTaken';

alter table hotline_order add column related_orders text[] not null default '{}';
comment on column hotline_order.related_orders is 'numbers of other orders of the same platform about the same, as it named them';
