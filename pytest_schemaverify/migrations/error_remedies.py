"""Remedies for errors of the server, where its own hint does not say what to do."""

import re

_THREE_WAYS_OUT = """\
the server lacks the extension {name}; three ways out:
1. a server of ours has SQL stand-ins for many of Supabase's:
   --schema-database=embedded, local or container
2. a server that has it: --schema-database=local --schema-bin-dir=… or --schema-dsn=…
3. remove the line, or run it only where it can be: create it in a do block if
   pg_catalog.pg_available_extensions has {name}"""

_OTHER_VERSION = """\
the server has {name} in another version: leave the version out, or take a server that has
this one: --schema-database=local --schema-bin-dir=… or --schema-dsn=…"""

_SUPABASE = "Supabase has this; `database: {platform: supabase}` brings it to a disposable database"

_OF_EXTENSIONS = {"cron": "pg_cron", "graphql": "pg_graphql", "net": "pg_net", "pgmq": "pgmq"}
"""Schemas that extensions of Supabase bring, by the extension."""

# By message, as the SQLSTATE says only that something does not exist, and not what.
_BY_MESSAGE = (
    (r'extension "(?P<name>[^"]+)" is not available', _THREE_WAYS_OUT),
    # Before PostgreSQL 15, which only names the file.
    (r'extension control file "[^"]*?(?P<name>[^/"]+)\.control"', _THREE_WAYS_OUT),
    (r'extension "(?P<name>[^"]+)" has no installation script', _OTHER_VERSION),
    *(
        (
            rf'(?:schema|relation|type) "{schema}[".]',
            f"it comes with {extension}: `create extension {extension}` before, or name it in"
            f" `database: {{extensions: {{{extension}: {{}}}}}}`",
        )
        for schema, extension in _OF_EXTENSIONS.items()
    ),
    (r'schema "(?:auth|storage|extensions|vault|realtime)"', _SUPABASE),
    (r'role "(?:anon|authenticated|service_role|supabase_\w+|dashboard_user)"', _SUPABASE),
    (r'(?:relation|type|function) "?(?:auth|storage|extensions|vault|realtime)\.', _SUPABASE),
    (
        r'type "(?:\w+\.)?(?P<name>(?:half|sparse)?vec(?:tor)?)" does not exist',
        "it comes with pgvector: create extension vector before, or name it in"
        " `database: {{extensions: {{vector: …}}}}`; if it is there, its schema is not in the"
        " search_path",
    ),
    (
        r'unrecognized configuration parameter "(?P<name>\w+)"',
        "this server has no {name}; a newer pg_dump wrote it? remove the line, or take a server of"
        " that version: --schema-database=local --schema-bin-dir=…",
    ),
    (r'at or near ":"$', "psql's variables (:name) are not filled in; write the value"),
)


def for_message(message: str, sqlstate: str) -> str:
    """Return a remedy for an error about something that is missing, or "".

    Those have the classes 42, 3F (schema), 0A and 58 (extension), and 22023 (its version). Others
    may quote a user's text that only looks like one of these messages.
    """
    if not sqlstate.startswith(("42", "3F", "0A", "58", "22023")):
        return ""
    for expression, remedy in _BY_MESSAGE:
        if found := re.search(expression, message):
            return remedy.format(**found.groupdict()) if found.groupdict() else remedy
    return ""
