"""`python -m bench [N …]`."""

from bench.run import main

main()
