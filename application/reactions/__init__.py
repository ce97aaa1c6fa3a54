"""What the engine carries from one aggregate to others (ADR 0005): by who awaits it."""
