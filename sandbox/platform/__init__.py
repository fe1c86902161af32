"""The simulated platform: tenants, their clocks and chance, timers, the journal, rules and faults."""
