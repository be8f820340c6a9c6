"""`schemaverify reader-role` prints a script that makes a role for verifying."""

import argparse

from pytest_schemaverify.cli.arguments import Commands, add_command
from pytest_schemaverify.cli.exit_codes import HOLDS
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.sql import names, yaml_names


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "reader-role",
        run,
        summary="print a script that makes a role for verifying an existing database",
        description="The script is for psql, and the role only reads. Nothing is run.",
        examples=["schemaverify reader-role --schemas=public,app,extensions > reader.sql"],
    )
    parser.add_argument(
        "--name",
        metavar="NAME",
        help="name of the role (default: schemaverify_reader)",
    )
    parser.add_argument(
        "--schemas",
        metavar="A,B",
        default="public",
        help="schemas that it may read, those of extensions too (default: public)",
    )
    parser.add_argument(
        "--bypassrls", action="store_true", help="let it see all rows despite row-level security"
    )


def run(chosen: argparse.Namespace) -> int:
    """Print the script. Raises ConfigError for a name that is none."""
    from pytest_schemaverify.databases import reader_role

    try:
        name = _named(chosen.name or reader_role.NAME)
        schemas = [_named(one) for one in names.split(chosen.schemas)]
    except names.BadName as error:
        raise ConfigError(
            "writing the script",
            because=str(error),
            remedy="name it with --name=NAME, and schemas with --schemas=app,billing",
        ) from None
    print(reader_role.script(name, schemas or ["public"], bypasses_rls=chosen.bypassrls), end="")
    return HOLDS


def _named(written: str) -> str:
    """Return a name. Raises BadName for one with a line break, which ends a comment."""
    name = yaml_names.single(written)
    if not name.isprintable():
        raise names.BadName(f"{written!r} has a character that a script does not show")
    return name
