"""A simulated Microsoft Graph v1.0: honest about what the real one refuses, in memory, steerable by a test."""
