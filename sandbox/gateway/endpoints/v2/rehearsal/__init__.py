"""The platform's own acceptance rehearsal, offline: /sandboxnew and /xdc."""
