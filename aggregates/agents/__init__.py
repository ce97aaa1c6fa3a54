"""Agents of the institution: who may do what, since when, by which act. One stream per agent."""

from aggregates.agents.agent import Agent, RoleManquant, attentes

__all__ = ["Agent", "RoleManquant", "attentes"]
