"""Two months of silence: a refusal is born, a legal fact that stops nothing (CRPA L231-4 3°)."""
