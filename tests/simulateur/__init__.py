"""A deterministic simulator: the whole engine in one process, one seed, one step at a time.

Real: store, gestes, reactions, relay, reconciliation, activities, the workflow's coroutine, projector and projections.
Simulated: Temporal's server, the clocks, the people, the crashes. Everything is drawn from the seed.

A history starts from a store at one of five moments of the life of an institution. In rough weather, at each step, the
scheduler lets one process do one thing, or people act, or time pass, or a process die; any write, reading or call may
fail, stop the process, come late, twice or in another order, or see somebody else go first; an exception may come out of
nowhere at a named point, the pool of connections be full, a clock jump, a program be installed that cannot read one fact.
Then the weather turns fair: everything must come to rest and be right (first without that one fact); then months pass,
and all that can fall due does.

`ampleur` says how long: `BREVE` (about 110 steps of rough weather, 250 operations, 5 to 6 dossiers among 28 aggregates,
50 new facts) or `GRANDE` (15,000 steps, 19,000 operations, over 200 dossiers, 3,500 facts; `DIXIEME`, a tenth of it).
`invariants` are checked after every write, `repos` at every rest, `comptes` follow the money and the reactions apart from
the aggregates, `bogues` are the bugs planted on purpose. `python -m tests.simulateur SEED --trace` plays one history again.
`test_registre` walks every geste of the registry, without faults.
"""
