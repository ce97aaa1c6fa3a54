"""What touches the outside: stores, Temporal, coffre, files, clock, foreign formats."""
