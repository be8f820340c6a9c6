"""Which differences a file takes in, what that would allow, and the texts that come of it."""
