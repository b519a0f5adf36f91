-- An operator who has nothing but words is shown the newest open cases of some centers that hold them.
create index cases_newest_open on cases (center_code, case_id desc) where takes_reports;
