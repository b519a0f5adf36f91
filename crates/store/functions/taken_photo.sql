-- The first of these photos that is unknown, forgotten or already somebody's; null when all are free. They are locked, in
-- the order in which everybody locks photos.
create or replace function taken_photo(p_ids uuid[]) returns uuid language plpgsql as $$
begin
    perform 1 from photo where photo_id = any (p_ids) order by photo_id for update;
    return (
        select own.id from unnest(p_ids) with ordinality own (id, place)
        where not exists (select from photo p where p.photo_id = own.id and p.report_id is null and p.case_id is null
            and p.placard_id is null and p.forgotten_at is null)
        order by own.place limit 1);
end
$$;
