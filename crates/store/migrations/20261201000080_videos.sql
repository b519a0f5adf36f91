-- A short video is kept as the photo that a still of it makes: its file lies sealed where the original of a photo does.
alter table photo add column video_seconds real check (video_seconds > 0 and video_seconds < 60);
comment on column photo.video_seconds is 'How long the video plays that this is a still of; null: a photo.';
