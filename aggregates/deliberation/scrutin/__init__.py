"""The vote of the assembly, line by line or by whole, one fact per scrutin."""
