"""Migration files and backups of growing size: seconds, and the memory that they take at most."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from psycopg import conninfo

from bench.measure import REPOSITORY
from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.static import analysed
from pytest_schemaverify.migrations.static.kept_secrets import in_files
from pytest_schemaverify.rehearsal.history import Recorder, history
from pytest_schemaverify.rehearsal.progress import quiet
from pytest_schemaverify.rehearsal.restore import programs, restore
from pytest_schemaverify.settings.config import Config

FILES = (40, 400, 1600)
ROWS = (50_000, 200_000, 800_000)

FILE = """\
-- {number}: the orders of region {number}
create table if not exists public.orders_{number} (
  id uuid primary key default gen_random_uuid(),
  account_id bigint not null,
  customer_name text not null,
  customer_email text not null check (customer_email like '%@%'),
  state text not null default 'open' check (state in ('open', 'paid', 'sent', 'closed')),
  total numeric(12, 2) not null default 0,
  details jsonb not null default '{{}}'::jsonb,
  tags text[] not null default '{{}}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.orders_{number} is 'What customers of region {number} have ordered.';
create index if not exists orders_{number}_account on public.orders_{number} (account_id);
create index if not exists orders_{number}_open on public.orders_{number} (created_at desc)
  where state = 'open';
alter table public.orders_{number} enable row level security;
create policy "members read {number}" on public.orders_{number} for select
  using (account_id = nullif(current_setting('app.account', true), '')::bigint);
create policy "members write {number}" on public.orders_{number} for insert
  with check (account_id = nullif(current_setting('app.account', true), '')::bigint);

create or replace function public.touch_orders_{number}() returns trigger
language plpgsql security definer set search_path = public as $$
begin
  new.updated_at := now();
  if new.state = 'closed' and old.state <> 'closed' then
    insert into public.orders_{number} (account_id, customer_name, customer_email, state)
    select o.account_id, o.customer_name, o.customer_email, 'open'
    from public.orders_{number} as o where o.id = new.id and o.details ? 'repeat';
  end if;
  return new;
end
$$;
create trigger touch before update on public.orders_{number}
  for each row execute function public.touch_orders_{number}();

create or replace function public.open_orders_{number}(account bigint, at_least numeric default 0)
returns table (id uuid, customer text, total numeric) language sql stable as $$
  select o.id, o.customer_name, o.total from public.orders_{number} as o
  where o.account_id = account and o.state = 'open' and o.total >= at_least
  order by o.created_at desc
$$;
create or replace view public.customers_{number} as
  select o.account_id, o.customer_email, count(*) as orders, sum(o.total) as total
  from public.orders_{number} as o group by 1, 2;
insert into public.orders_{number} (account_id, customer_name, customer_email, total)
values (1, 'Ada', 'ada@example.com', 12.5), (2, 'Grace', 'grace@example.com', 99);
{earlier}"""
"""As long as files of the public projects are on average, and as varied."""
EARLIER = """\
alter table public.orders_{earlier} add column if not exists region_{number} text;
update public.orders_{earlier} set region_{number} = 'none' where region_{number} is null;
"""
NOTED = 350
"""Files of which it is measured what noting the changes costs."""
GROWN = """\
grant select, insert, update, delete on public.orders_{number} to bench_reader;
grant all on public.orders_{number} to bench_writer;
grant execute on function public.open_orders_{number}(bigint, numeric) to bench_reader;
alter table public.orders_{number} add constraint total_{number} check (total >= 0) not valid;
alter table public.orders_{number} validate constraint total_{number};
alter table public.orders_{number} alter column details set default '{{}}';
comment on column public.orders_{number}.details is 'What the customer said.';
"""
"""What a project adds that has grown: most of its statements are short."""
TENTH = """\
grant usage on schema public to bench_reader, bench_writer;
grant all on all tables in schema public to bench_writer;
grant select on all tables in schema public to bench_reader;
alter default privileges in schema public grant select on tables to bench_reader;
"""
ROLES = """\
do $$ begin create role bench_reader; exception when duplicate_object then end $$;
do $$ begin create role bench_writer; exception when duplicate_object then end $$;
"""


class Cost(NamedTuple):
    """What something took, in a process of its own."""

    seconds: dict[str, float]
    megabytes: float
    """Most memory that the process had at one time; the server has its own."""
    size: float
    """Megabytes that were read."""


@dataclass(frozen=True, slots=True)
class Migrations:
    """Costs by number of files, and by rows of the backup."""

    files: dict[int, Cost]
    restored: dict[int, Cost]
    noted: Cost
    """What it costs that the statement is known which last changed something."""


def measured(folder: Path) -> Migrations:
    """Return the costs of reading, judging and applying files, and of restoring backups."""
    with databases.start(Config(database="embedded")) as server:
        files = {number: _files(server, number, folder) for number in FILES}
        restored = {rows: _restored(server, rows, folder) for rows in ROWS}
        return Migrations(files, restored, _noted(server, folder))


def written(number: int, folder: Path) -> None:
    """Write so many migrations, each of which also alters a table of an earlier one."""
    for one in range(number):
        text = EARLIER.format(earlier=one // 2, number=one) if one else ""
        name = folder / f"{one:05}_orders.sql"
        name.write_text(FILE.format(number=one, earlier=text), encoding="utf-8")


def grown(number: int, folder: Path) -> None:
    """Write so many migrations of a project that has grown, with all that such projects grant."""
    written(number, folder)
    for one, path in enumerate(sorted(folder.iterdir())):
        text = GROWN.format(number=one) + (TENTH if one % 10 == 5 else "")
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def _noted(server: databases.Server, folder: Path) -> Cost:
    directory = folder / "grown"
    directory.mkdir()
    grown(NOTED, directory)
    applied = _apart("applied", directory, _database(server, "applied"))
    noted = _apart("noted", directory, _database(server, "noted"))
    return noted._replace(seconds={**applied.seconds, **noted.seconds})


def _files(server: databases.Server, number: int, folder: Path) -> Cost:
    directory = folder / f"files-{number}"
    directory.mkdir()
    written(number, directory)
    dsn = _database(server, f"files_{number}")
    return _apart("files", directory, dsn)


def _restored(server: databases.Server, rows: int, folder: Path) -> Cost:
    backup = folder / f"backup-{rows}.sql"
    source = _database(server, f"source_{rows}")
    with databases.connect(source, autocommit=True) as connection:
        connection.execute(
            "create table events (id bigint primary key, kind text, body text);"
            "insert into events select n, 'kind ' || n % 7, repeat(md5(n::text), 4)"
            f" from generate_series(1, {rows:d}) n"
        )
        beside = programs(connection)
    assert beside is not None
    subprocess.run([str(beside / "pg_dump"), f"--file={backup}", source], check=True)
    return _apart("backup", backup, _database(server, f"restored_{rows}"))


def _database(server: databases.Server, name: str) -> Dsn:
    return databases.create(server, name=name, platform="postgres", extensions={}).dsn


def _apart(what: str, path: Path, dsn: Dsn) -> Cost:
    """Measure in a process of its own, whose memory nothing else has grown."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.migrations", what, path, dsn],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    )  # fmt: skip
    print(f"  {done.stdout.strip()}  {path.name}", file=sys.stderr)
    return Cost(**json.loads(done.stdout))


def _judged(path: Path, dsn: Dsn) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        judged, again = _read_and_judged(path), _read_and_judged(path)
        last = sorted(path.iterdir())[-1]
        last.write_text(last.read_text(encoding="utf-8") + "select 1;\n", encoding="utf-8")
        changed = _read_and_judged(path)
    migrations = read(path).migrations
    start = time.perf_counter()
    with databases.connect(dsn, autocommit=True) as connection:
        apply_all(connection, migrations)
        applied = time.perf_counter() - start
    psql = _by_psql(path, dsn)
    return {"judged": judged, "again": again, "changed": changed, "applied": applied} | psql


def _by_psql(path: Path, dsn: Dsn) -> dict[str, float]:
    """Return how long psql takes to apply the files, to a database of its own."""
    with databases.connect(dsn, autocommit=True) as connection:
        name = f"{connection.info.dbname}_psql"
        connection.execute(f"create database {name}".encode())
        beside = programs(connection)
    assert beside is not None
    files = [f"--file={file}" for file in sorted(path.iterdir())]
    options = ("--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", *files)
    start = time.perf_counter()
    target = conninfo.make_conninfo(dsn, dbname=name)
    command = [str(beside / "psql"), *options, target]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return {"psql": time.perf_counter() - start}


def _read_and_judged(path: Path) -> float:
    # The processor's time: one thread does it, and the machine may have others to serve.
    start = time.process_time()
    migrations = read(path).migrations
    found = analysed((), migrations)
    if found.unread or found.dangling or any(in_files(migrations)):
        sys.exit(f"the files should be right: {found.unread[:3]} {found.dangling[:3]}")
    return time.process_time() - start


def _applied(path: Path, dsn: Dsn) -> dict[str, float]:
    return {"applied": _processor(path, dsn, Recorder(on=False))}


def _blamed(path: Path, dsn: Dsn) -> dict[str, float]:
    recorder = Recorder()
    noted = _processor(path, dsn, recorder)
    start = time.process_time()
    found = len(history(recorder).changes)
    if found < NOTED:
        sys.exit(f"the history should be known: {found}")
    return {"noted": noted, "read": time.process_time() - start}


def _processor(path: Path, dsn: Dsn, recorder: Recorder) -> float:
    """Return the time of the processor that applying takes, here and in the server."""
    migrations = read(path).migrations
    with databases.connect(dsn, autocommit=True) as connection:
        connection.execute(ROLES)
        there = Path(f"/proc/{connection.info.backend_pid}/schedstat")

        def spent() -> float:
            return time.process_time() + int(there.read_text().split()[0]) / 1e9

        start = spent()
        with recorder.recording(connection, migrations) as number:
            apply_all(connection, migrations, number=number)
        return spent() - start


def _loaded(path: Path, dsn: Dsn) -> dict[str, float]:
    start = time.perf_counter()
    with databases.connect(dsn, autocommit=True) as connection:
        restore(connection, path, programs(connection), quiet)
    return {"restored": time.perf_counter() - start}


MEASURES: dict[str, Callable[[Path, Dsn], dict[str, float]]] = {
    "files": _judged, "backup": _loaded, "applied": _applied, "noted": _blamed,
}  # fmt: skip


def _peak() -> int:
    """Return the most bytes of memory that this process has had.

    Not by getrusage(): that counts what the process that started this one had, too.
    """
    status = Path("/proc/self/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def _main() -> None:
    what, path, dsn = sys.argv[1:]
    seconds = MEASURES[what](Path(path), Dsn(dsn))
    files = Path(path).iterdir() if Path(path).is_dir() else [Path(path)]
    size = sum(one.stat().st_size for one in files) / 1e6
    print(json.dumps({"seconds": seconds, "megabytes": _peak() / 1e6, "size": size}))


if __name__ == "__main__":
    _main()
