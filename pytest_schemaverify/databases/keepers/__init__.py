"""Programs beside pytest that drop its databases or remove its container, however pytest ends."""
