"""The sandbox page of a local run: both simulated calendars side by side, and every change that crosses between them."""
