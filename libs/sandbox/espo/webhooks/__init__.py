"""Webhooks: who may register what, what is queued, how it is sent."""
