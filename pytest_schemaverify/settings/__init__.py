"""The settings of a run, the paths that users name, and the garbage collector."""
