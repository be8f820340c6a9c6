"""The exit codes of the command: those of pytest with this plugin."""

HOLDS, WRONG, UNREADABLE, MISUSED, COULD_NOT_TELL = 0, 1, 2, 4, 6
