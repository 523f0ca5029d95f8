"""What the console asks of the other services, one module a service."""
