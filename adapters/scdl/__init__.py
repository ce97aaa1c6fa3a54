"""SCDL "subventions" 2.1.1: the file it writes, and the check that the file is one."""
