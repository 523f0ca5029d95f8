"""`make bench`: measures what the product must reach, beside the limit that the same machine sets in the same run.

A measure is a module in `measures`, with one function that takes the running whole and gives rows. What cannot be measured
says so in its row; nothing is estimated.
"""
