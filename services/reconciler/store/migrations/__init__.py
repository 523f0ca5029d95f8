"""Ordered steps of the schema. `_pre_` is applied before the code that needs it is deployed, `_post_` after."""
