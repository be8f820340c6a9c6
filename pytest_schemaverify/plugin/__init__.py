"""All that knows pytest: hooks, options, collecting, items, the terminal, fixtures, workers."""
