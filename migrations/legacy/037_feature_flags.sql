create table feature_flags (
  name text primary key,
  enabled boolean not null default false,
  share numeric(3, 2) check (share between 0 and 1)
);

insert into feature_flags (name, enabled, share) values ('gallery', true, 1), ('voice', false, 0.05);
