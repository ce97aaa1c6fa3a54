"""Settings, wiring and logs: the only reader of the environment."""
