"""Settings, addresses, the command line, start-up: the only place that knows everyone."""
