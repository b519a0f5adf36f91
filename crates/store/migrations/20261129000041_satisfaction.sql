-- How content reporters are with what was done, beside whether it is solved.
alter table call_back_answer add column satisfaction smallint check (satisfaction between 0 and 3);
comment on column call_back_answer.satisfaction is '0 不满意, 1 理解, 2 满意, 3 非常满意; null: not said';
alter table roll_up add column rated integer not null default 0, add column satisfied integer not null default 0;
