"""Pages in French: forms first, the address is the view."""
