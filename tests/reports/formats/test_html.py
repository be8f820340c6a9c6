"""The page: what it says of a real run, and how a real browser shows it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Keys

from tests.browsers import Browser
from tests.browsers import opened as opened  # a fixture
from tests.projects import CACHE
from tests.reports.formats.runs import as_json

MIGRATION = """\
create role authenticated nologin; create role anon nologin;
create extension vector;
create table notes (id int primary key, owner text not null);
alter table notes enable row level security;
create policy own on notes
  using (owner = current_setting('request.jwt.claims', true)::json ->> 'sub');
grant select, insert, update, delete on notes to authenticated;
grant select on notes to anon;
create table "</script><img src=x onerror='window.ran=1'>" (id int primary key);
create view listed as select id from notes where owner <> 'first of many words in a long view'
  and owner <> 'second of many words in a long view' and owner <> 'third of many' and id > 10
  and owner <> 'fourth of many words in a long view' and id < 4000 order by id limit 10;
create table memories (id int primary key, embedding vector(8));
create index on memories using hnsw (embedding vector_cosine_ops);
"""
EXPECTATIONS = """\
migrations: {directory: migrations, before: before.sql, budget: {lock: {orders: share}}}
tables:
  notes:
    columns: {id: bigint not null, owner: text not null}
    rls: {enabled: true}
  '"</script><img src=x onerror=''window.ran=1''>"': {columns: {id: bigint}}
views:
  listed: {definition: "select id from notes where owner <> 'first of many words in a long view'
    and owner <> 'second of many words in a long view' and owner <> 'third of few' and id > 10
    and owner <> 'fourth of many words in a long view' and id < 4000 order by id limit 10"}
vectors:
  columns:
    memories.embedding: {distance: cosine, recall: {k: 5, queries: 4, rows: 200, at_least: 0.5}}
access:
  identities:
    ann: {role: authenticated, claims: {sub: ann}}
    bob: {role: authenticated, claims: {sub: bob}}
    guest: {role: anon}
  tables: {notes: {owner: owner, ann: {select: own}}}
  generate: true
  matrix: true
data: {queries: {broken: {sql: "select 1 / 0", returns: 1}}}
"""
BEFORE = "create table orders (id int primary key); insert into orders values (1);"
LOCKING = "alter table orders add total int; create index on orders (total);"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that has everything which a report shows."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "migrations").mkdir()
    (folder / "migrations/001_notes.sql").write_text(MIGRATION)
    (folder / "migrations/002_orders.sql").write_text(LOCKING)
    (folder / "migrations/before.sql").write_text(BEFORE)
    (folder / "expectations.yaml").write_text(EXPECTATIONS)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    given = {
        "XDG_CACHE_HOME": CACHE, "GITHUB_REPOSITORY": "someone/app", "GITHUB_SHA": "abc",
        "GITHUB_WORKSPACE": str(folder), "GITHUB_SERVER_URL": "https://github.com",
    }  # fmt: skip
    reports = [f"--schema-report={name}:report.{name}" for name in ("html", "json")]
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *reports],
        cwd=folder, env=kept | given, check=False, timeout=300, capture_output=True,
    )  # fmt: skip
    return folder


def test_the_record_has_what_was_measured(run: Path) -> None:
    report = as_json(run / "report.json")
    [one] = report["verified"]
    assert not one["notes"]
    seen = {(c["table"], c["role"], c["command"]): c["seen"] for c in one["access"]}
    assert seen["public.notes", "authenticated", "update"] == "own"
    assert seen["public.notes", "anon", "select"] == "nothing"
    assert seen["public.notes", "anon", "delete"] == "refused"
    assert 0 < one["coverage"][""]["percent"] < 100
    assert one["coverage"]["tables"]["there"] >= one["coverage"]["tables"]["said"] > 0
    times = one["rehearsal"]["files"]
    assert list(times) == ["001_notes.sql", "002_orders.sql"]
    locks = {lock["mode"]: lock for lock in one["rehearsal"]["locks"]}
    strong, weak = locks["access exclusive"], locks["share"]
    assert (strong["table"], strong["place"]) == ("public.orders", "migrations/002_orders.sql:1:1")
    # Both are held until their transaction ends, and the second statement began later.
    assert times["001_notes.sql"] <= strong["since"] < weak["since"] < weak["until"]
    assert strong["until"] == weak["until"] <= sum(times.values()) + 1e-5
    [recall] = [e["recall"] for e in report["expectations"] if e["recall"]]
    assert (recall["k"], recall["at_least"], recall["generated"]) == (5, 0.5, True)
    assert recall["shares"]
    assert all(0 <= share <= 1 for share in recall["shares"])


def test_the_page_shows_a_run_and_loads_nothing(run: Path, opened: Browser) -> None:
    opened.open(run / "report.html")
    assert opened.requests() == [(run / "report.html").as_uri()]
    assert opened.console() == []
    assert opened.run("return window.ran") is None
    assert opened.run("return document.querySelectorAll('img, iframe, object').length") == 0
    said = opened.run("return document.body.innerText")
    assert "✗\nThe database is not what the file says" in said
    assert "expectations.yaml against disposable PostgreSQL" in said
    for title in ("Categories", "Who reaches what", "Coverage", "Rehearsal", "Recall"):
        assert f"\n{title}\n" in said
    for part in ("</script><img src=x", "-and owner <> 'third of few'", "+AND (owner <> 'third of"):
        assert part in said
    assert "access exclusive, blocks reading and writing" in said
    assert "of the 5 nearest are found, at least 50.0% are expected" in said
    matrix = opened.run(
        "return [...document.querySelectorAll('.matrix tr')].map(row => row.innerText)"
    )
    assert any(row.endswith("authenticated\town\town\town\town") for row in matrix)
    links = opened.run("return [...document.querySelectorAll('a.place')].map(a => a.href)")
    base = "https://github.com/someone/app/blob/abc/"
    assert {f"{base}expectations.yaml#L4", f"{base}migrations/001_notes.sql#L3"} <= set(links)


def test_somebody_searches_and_filters_by_the_keyboard(run: Path, opened: Browser) -> None:
    opened.open(run / "report.html")
    keys = ActionChains(opened.driver)
    everything = opened.run("return document.getElementById('shown').value")
    keys.send_keys(Keys.TAB).perform()
    assert opened.run("return document.activeElement.className") == "skip"
    keys.send_keys("/").perform()
    assert opened.run("return document.activeElement.id") == "search"
    keys.send_keys("LISTED definition").perform()
    assert _shown(opened, everything).startswith("1 of ")
    assert "third of few" in opened.run(
        "return document.getElementById('results').parentNode.innerText"
    )
    keys.send_keys("&lt;").perform()
    assert _shown(opened, "1 of").startswith("0 of ")
    keys.send_keys(Keys.ESCAPE).perform()
    assert _shown(opened, "0 of") == everything
    keys.send_keys("img src").perform()
    assert "of" in _shown(opened, everything)
    keys.send_keys(Keys.ESCAPE).perform()
    opened.run("document.querySelector('[name=outcome][value=passed]').click()")
    assert " of " in opened.run("return document.getElementById('shown').value")
    assert opened.run("return document.querySelectorAll('.group.passed:not([hidden])').length") == 0
    opened.run(
        "const one = document.querySelector('[name=category]'); one.value = 'data integrity';"
        "one.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    assert opened.run("return document.getElementById('shown').value").startswith("1 of ")
    assert opened.console() == []


def _shown(browser: Browser, before: str) -> str:
    """Return how much is shown, when that has become another text."""
    return str(
        browser.driver.execute_async_script(
            "const [before, done] = arguments, began = performance.now();"
            "const look = () => { const now = document.getElementById('shown').value;"
            " now.startsWith(before) && performance.now() - began < 3000"
            " ? setTimeout(look, 20) : done(now) }; look()",
            before,
        )
    )


def test_parts_fold_and_fixes_are_copied(run: Path, opened: Browser) -> None:
    opened.open(run / "report.html")
    opened.tell("Browser.grantPermissions", permissions=["clipboardReadWrite"])
    first = opened.driver.find_element("css selector", ".group > summary")
    first.send_keys(Keys.ENTER)
    assert not opened.run("return arguments[0].parentNode.open", first)
    opened.driver.find_element("id", "unfold").click()
    assert opened.run("return document.querySelectorAll('.group:not([open])').length") == 0
    copy = opened.driver.find_element("css selector", "button.copy")
    copy.click()
    assert copy.text in ("Copied", "Copy")
    fix = opened.run("return document.querySelector('.fix pre').textContent")
    assert opened.run("return navigator.clipboard.readText()") == fix
    opened.driver.find_element("id", "fold").click()
    assert opened.run("return document.querySelectorAll('.group[open]').length") == 0


def test_the_page_is_dark_where_people_want_that_and_prints_what_is_folded(
    run: Path, opened: Browser
) -> None:
    opened.open(run / "report.html")
    colours = {}
    for scheme in ("light", "dark"):
        wanted = [{"name": "prefers-color-scheme", "value": scheme}]
        opened.tell("Emulation.setEmulatedMedia", features=wanted)
        colours[scheme] = opened.run(
            "return ['backgroundColor', 'color'].map(one => getComputedStyle(document.body)[one])"
        )
    (light, ink), (dark, chalk) = (map(_light, colours[one]) for one in ("light", "dark"))
    assert (light > 200, ink < 80, dark < 80, chalk > 200) == (True,) * 4
    opened.driver.find_element("id", "fold").click()
    opened.run(
        "addEventListener('beforeprint', () => { window.folded ="
        " document.querySelectorAll('details:not([open], .passed)').length })"
    )
    paper = opened.tell("Page.printToPDF", printBackground=True)
    assert len(paper["data"]) > 10_000
    assert opened.run("return window.folded") == 0
    opened.tell("Emulation.setEmulatedMedia", media="print", features=[])
    form = opened.run("return getComputedStyle(document.forms[0]).display")
    opened.tell("Emulation.setEmulatedMedia", media="", features=[])
    assert form == "none"
    assert opened.run("return document.querySelectorAll('.group[open]').length") == 0


def _light(colour: str) -> int:
    return max(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
