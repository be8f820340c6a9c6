"""`schemaverify completion` prints what makes a shell complete the command."""

import argparse

from pytest_schemaverify.cli.arguments import Commands, add_command, every
from pytest_schemaverify.cli.exit_codes import HOLDS

SHELLS = ("bash", "zsh", "fish", "tcsh")


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "completion",
        run,
        summary="print what makes a shell complete this command",
        description="The script completes the commands, their options, and the files and folders "
        "that these take.",
        examples=[
            'eval "$(schemaverify completion bash)"   # in ~/.bashrc',
            "schemaverify completion zsh > ~/.zfunc/_schemaverify   # a folder of $fpath",
            "schemaverify completion fish > ~/.config/fish/completions/schemaverify.fish",
        ],
    )
    parser.add_argument(
        "shell", metavar="SHELL", choices=SHELLS, help=f"the shell: {', '.join(SHELLS)}"
    )


def run(chosen: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    for parser in every(chosen.whole).values():
        for action in parser._actions:
            if action.metavar in ("FILE", "DIR"):
                files = shtab.FILE if action.metavar == "FILE" else shtab.DIRECTORY
                action.complete = files  # type: ignore[attr-defined] # as its documentation says
    print(shtab.complete(chosen.whole, chosen.shell))
    return HOLDS
