"""What a migration is tried on before it meets production: a backup, a crash, a stopwatch."""
