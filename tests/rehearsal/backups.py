"""Backups that the server's own pg_dump makes of a small shop."""

import gzip
import subprocess
from pathlib import Path

from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn

SHOP = r"""
create role shop_owner;
create role shop_reader;
create schema shop;
create type shop.state as enum ('open', 'sent; not paid');
create table shop.orders (
  id bigint generated always as identity primary key,
  customer text not null default 'nobody',
  state shop.state not null default 'open',
  note text
);
create table public.users (id int primary key, name text);
create function shop.total(n int) returns int language plpgsql as $f$
begin
  -- copy shop.orders from stdin;
  return n * 2; -- ; '
end $f$;
comment on table shop.orders is E'what''s ordered;\nCOPY shop.orders (id) FROM stdin;\n';
insert into shop.orders (customer, note)
  select 'customer ' || n, case n % 3 when 0 then null when 1 then E'tab\tand\nline' else '\.' end
  from generate_series(1, 1000) n;
insert into public.users values (1, 'Ä; b'), (2, null);
alter table shop.orders owner to shop_owner;
grant select on shop.orders to shop_reader;
"""


def made(dsn: Dsn) -> None:
    """Fill a database with the shop; its roles are gone when `forgotten` is called."""
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute(SHOP.encode())


def dump(dsn: Dsn, path: Path, *arguments: str) -> Path:
    """Make a backup; a name that ends in .gz or .zst is compressed by the usual program."""
    with databases.connect(dsn) as connection:
        query = "select setting from pg_catalog.pg_config() where name = 'BINDIR'"
        folder = connection.execute(query).fetchone()
    assert folder
    plain = path.with_suffix("") if path.suffix in (".gz", ".zst") else path
    command = [f"{folder[0]}/pg_dump", f"--file={plain}", *arguments, conninfo.make_conninfo(dsn)]
    subprocess.run(command, check=True, capture_output=True)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(plain.read_bytes()))
    if path.suffix == ".zst":
        subprocess.run(["zstd", "-q", "--rm", plain, "-o", path], check=True)
    return path
