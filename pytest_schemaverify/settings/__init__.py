"""How a run is set: the options of a run, and the files that users name."""
