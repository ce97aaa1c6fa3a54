"""Would a test notice? Each mutant is one small change of the code; `python -m tests.mutants` says which ones live."""
