-- A merged case goes on standing for its problem at its place: whoever reports there joins the case that holds it.
drop index cases_cell;
create index cases_cell on cases (cell, family) where takes_reports or merged_into is not null;
drop index cases_component;
create index cases_component on cases (component_id)
    where (takes_reports or merged_into is not null) and component_id is not null;
