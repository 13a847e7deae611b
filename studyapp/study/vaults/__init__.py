"""Which vaults there are on this machine."""
