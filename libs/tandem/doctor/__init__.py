"""`tandem doctor`: what is wrong with this installation, step by step, and what to mend first.

What EspoCRM, Microsoft or PostgreSQL must have set up for us is known by the service that owns it, so the questions are
asked by that service: the running one over HTTP, or its check as a program, which needs no running system.
"""
