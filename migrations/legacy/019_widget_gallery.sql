create view widget_gallery as
select w.id, w.title, w.kind, w.created_at, count(l.id) as likes
from ai_widgets w
left join ai_widget_likes l on l.widget_id = w.id
where w.is_public and w.is_archived is not true
group by w.id;

create materialized view popular_widgets as
select id, title, likes from widget_gallery where likes > 3;

create unique index popular_widgets_id_idx on popular_widgets (id);
