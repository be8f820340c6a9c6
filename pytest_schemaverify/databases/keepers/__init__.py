"""Programs beside pytest that drop its databases or remove its container, however pytest ends.

The code in pytest itself cannot do it: nothing runs in a process that gets SIGKILL.
"""
