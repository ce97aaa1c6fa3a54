"""Words every room shares: facts, aggregates, attentes, legal time, money, refusals. No I/O."""
