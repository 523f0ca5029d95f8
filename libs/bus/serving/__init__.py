"""How a service answers HTTP: who may ask, for how long, and what Kubernetes asks."""
