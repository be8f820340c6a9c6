"""What the commands do, each in the module of its name; their options stand one folder above."""
