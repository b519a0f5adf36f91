-- Sensors (物联网设备) as their platforms name them: what they measured last, and the report of their problem.
create table device (
    platform_id uuid not null references platform,
    device_id text not null,
    last_reading text,
    last_at timestamptz,
    last_outcome text,
    -- The problem that it reported last; its report follows the case.
    report_id uuid references report,
    in_trouble boolean not null default false,
    repeats integer not null default 0,
    urged_at timestamptz,
    busy_until timestamptz,
    minute timestamptz,
    used_in_minute integer not null default 0,
    primary key (platform_id, device_id)
);
comment on column device.last_at is 'moment of the newest reading; older ones change nothing';
comment on column device.busy_until is 'somebody is at a reading of this device; a crash ends with it';
comment on column device.repeats is 'readings of the problem that stood already';
