"""Lists: parameters, where items, order, pages."""
