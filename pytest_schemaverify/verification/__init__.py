"""One file of expectations and one database become results: planned, given facts, judged."""
