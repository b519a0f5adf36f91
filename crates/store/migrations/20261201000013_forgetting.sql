-- Housekeeping looks for the oldest contacts and links whose cases are over.
create index reporter_contact_age on reporter_contact (created_at);
create index resident_report_age on resident_report (received_at);
