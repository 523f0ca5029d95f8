"""The HTTP shell: requests, routes, faults, the control surface."""
