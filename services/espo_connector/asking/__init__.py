"""Asking EspoCRM: our one conversation with it, how many requests at a time, and what its answers mean."""
