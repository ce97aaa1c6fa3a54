"""Tests of dispositifs."""
