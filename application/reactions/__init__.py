"""What the engine carries from one aggregate to others (ADR 0005): one file for each aggregate that awaits it."""
