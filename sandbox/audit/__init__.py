"""Does a merchant believe what it must not? Probes that are sent to its notify URL, and what comes of each."""
