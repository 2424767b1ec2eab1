"""What the programs that drive the real binary share: scripts/bench and scripts/torture."""
