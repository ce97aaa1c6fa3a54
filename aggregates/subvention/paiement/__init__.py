"""The échéancier, then each échéance: liquidated, ordered, signed, paid or rejected."""
