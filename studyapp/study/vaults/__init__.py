"""The vaults on this machine."""
