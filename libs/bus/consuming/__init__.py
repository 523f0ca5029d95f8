"""Between reading records and committing them: order, repetition, waiting, and a change of hands."""
