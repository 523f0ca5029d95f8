"""Subscriptions, and the change notifications that they bring about."""
