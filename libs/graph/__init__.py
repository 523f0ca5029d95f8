"""The Graph client: msgraph-sdk for addresses, sign-in and middleware, msgspec for what is said.

The SDK's own models are left alone, because reading one event through them costs four milliseconds, five hundred
times what msgspec takes. Failures come out typed, and nothing in here waits for a throttle: who calls decides when to
come back.
"""
