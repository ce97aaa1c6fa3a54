"""A deterministic simulator: the whole engine in one process, one seed, one step at a time.

The real store, gestes, reactions, relay, reconciliation, activities and workflow coroutine; simulated: Temporal's server,
the clocks, the people, the crashes. `python -m tests.simulateur SEED --trace` plays one history again.
"""
