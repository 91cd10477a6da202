"""What pages of the vault say: what comes next, and what will happen before it does."""
