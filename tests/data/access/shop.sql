-- Shops on one platform: what they sell is public once it is published; orders are their buyers' and the shop's.
create table currencies (
    code text primary key check (code ~ '^[A-Z]{3}$'),
    name text not null
);
insert into currencies values ('EUR', 'Euro'), ('USD', 'US dollar');
create table shops (
    id bigint generated always as identity primary key,
    name text not null,
    slug text not null unique check (slug ~ '^[a-z][a-z0-9-]{2,30}$'),
    currency text not null default 'EUR' references currencies (code)
);
create table staff (
    shop_id bigint not null references shops (id) on delete cascade,
    user_id uuid not null references auth.users (id) on delete cascade,
    role text not null default 'clerk' check (role in ('manager', 'clerk')),
    primary key (shop_id, user_id)
);
create table products (
    shop_id bigint not null references shops (id) on delete cascade,
    id bigint generated always as identity,
    name text not null,
    price numeric(10, 2) not null check (price >= 0),
    status text not null default 'draft' check (status in ('draft', 'published', 'retired')),
    stock integer not null default 0 check (stock >= 0),
    primary key (shop_id, id)
);
create table orders (
    shop_id bigint not null references shops (id),
    id bigint generated always as identity,
    buyer_id uuid not null default auth.uid() references auth.users (id),
    state text not null default 'open' check (state in ('open', 'paid', 'sent')),
    note text,
    placed_at timestamptz not null default now(),
    primary key (shop_id, id)
);
create table order_items (
    shop_id bigint not null,
    order_id bigint not null,
    line smallint not null check (line between 1 and 200),
    product_id bigint not null,
    quantity integer not null check (quantity > 0),
    primary key (shop_id, order_id, line),
    foreign key (shop_id, order_id) references orders (shop_id, id) on delete cascade,
    foreign key (shop_id, product_id) references products (shop_id, id)
);
create table payments (
    shop_id bigint not null,
    id bigint generated always as identity,
    order_id bigint not null,
    amount numeric(10, 2) not null check (amount > 0),
    provider_ref text not null,
    primary key (shop_id, id),
    unique (shop_id, provider_ref),
    foreign key (shop_id, order_id) references orders (shop_id, id)
);
create table coupons (
    shop_id bigint not null references shops (id) on delete cascade,
    code text not null check (code = upper(code)),
    percent smallint not null check (percent between 1 and 90),
    valid daterange not null default daterange(null, null),
    primary key (shop_id, code)
);
create table addresses (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    street text not null,
    city text not null
);
create index on shops (currency);
create index on staff (user_id);
create index on orders (buyer_id);
create index on order_items (shop_id, product_id);
create index on payments (shop_id, order_id);
create index on addresses (user_id);

create schema private;
grant usage on schema private to authenticated;
create function private.works_at(shop bigint) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.staff s where s.shop_id = shop and s.user_id = (select auth.uid())) $$;
create function private.manages(shop bigint) returns boolean language sql stable security definer set search_path = '' as
$$ select exists (select from public.staff s where s.shop_id = shop and s.user_id = (select auth.uid()) and s.role = 'manager') $$;
revoke execute on all functions in schema private from public;
grant execute on all functions in schema private to authenticated;

alter table currencies enable row level security;
alter table shops enable row level security;
alter table staff enable row level security;
alter table products enable row level security;
alter table orders enable row level security;
alter table order_items enable row level security;
alter table payments enable row level security;
alter table coupons enable row level security;
alter table addresses enable row level security;

create policy everybody_reads on currencies for select to anon, authenticated using (true);
create policy everybody_reads on shops for select to anon, authenticated using (true);
create policy managers_change on shops for update to authenticated using (private.manages(id)) with check (private.manages(id));
create policy own_or_colleagues on staff for select to authenticated using (user_id = (select auth.uid()) or private.manages(shop_id));
create policy managers_add on staff for insert to authenticated with check (private.manages(shop_id));
create policy managers_change on staff for update to authenticated using (private.manages(shop_id)) with check (private.manages(shop_id));
create policy managers_remove on staff for delete to authenticated using (private.manages(shop_id));
create policy published_for_visitors on products for select to anon using (status = 'published');
create policy published_or_staff on products for select to authenticated using (status = 'published' or private.works_at(shop_id));
create policy staff_add on products for insert to authenticated with check (private.works_at(shop_id));
create policy staff_change on products for update to authenticated using (private.works_at(shop_id)) with check (private.works_at(shop_id));
create policy managers_remove on products for delete to authenticated using (private.manages(shop_id));
create policy buyer_or_staff on orders for select to authenticated using (buyer_id = (select auth.uid()) or private.works_at(shop_id));
create policy buyers_add on orders for insert to authenticated with check (buyer_id = (select auth.uid()) and state = 'open');
create policy staff_change on orders for update to authenticated using (private.works_at(shop_id)) with check (private.works_at(shop_id));
create policy of_seen_orders on order_items for select to authenticated
    using (exists (select from orders o where o.shop_id = order_items.shop_id and o.id = order_items.order_id));
create policy buyers_add on order_items for insert to authenticated
    with check (exists (
        select from orders o
        where o.shop_id = order_items.shop_id and o.id = order_items.order_id and o.buyer_id = (select auth.uid()) and o.state = 'open'
    ));
create policy staff_read on payments for select to authenticated using (private.works_at(shop_id));
create policy managers on coupons to authenticated using (private.manages(shop_id)) with check (private.manages(shop_id));
create policy own on addresses to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

insert into storage.buckets (id, name, public) values ('pictures', 'pictures', true), ('invoices', 'invoices', false);
create policy staff_add_pictures on storage.objects for insert to authenticated
    with check (bucket_id = 'pictures' and private.works_at(nullif((storage.foldername(name))[1], '')::bigint));
create policy staff_read_invoices on storage.objects for select to authenticated
    using (bucket_id = 'invoices' and private.works_at(nullif((storage.foldername(name))[1], '')::bigint));

create view catalog with (security_invoker = true) as
    select p.shop_id, p.id, p.name, p.price, s.currency from products p join shops s on s.id = p.shop_id where p.status = 'published';

revoke all on all tables in schema public from anon, authenticated;
grant select on currencies, shops, products, catalog to anon;
grant select on all tables in schema public to authenticated;
grant update (name) on shops to authenticated;
grant insert, delete, update (role) on staff to authenticated;
grant insert, delete, update (name, price, status, stock) on products to authenticated;
grant insert (shop_id, note), update (state) on orders to authenticated;
grant insert on order_items to authenticated;
grant insert, update, delete on coupons, addresses to authenticated;
revoke all on all sequences in schema public from anon, authenticated;
alter default privileges for role postgres in schema public revoke truncate, references, trigger on tables from anon, authenticated;
