"""The processes: worker, relay, projector, reconciliation, and all of them in one."""
