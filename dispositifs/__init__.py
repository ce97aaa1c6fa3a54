"""The schemes of aid: rules as data, each value with its date and its source, and their pure evaluation."""
