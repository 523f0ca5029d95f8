"""Load: a company of thousands at work for minutes, while one mailbox is throttled and another one imports its past.

`make load` runs it. It finds out how many changes a second this machine bears, keeps that up for a while, and tells memory,
lag and who had to wait for whom. The product, the crowd and the ways that are followed are those of `tools.bench`.
"""
