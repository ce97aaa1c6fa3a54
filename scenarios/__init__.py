"""The demonstration and the rehearsals: sequences of gestes, nothing else."""
