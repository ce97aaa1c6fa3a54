"""From the agenda of the commission permanente to the decision, and the closing."""
