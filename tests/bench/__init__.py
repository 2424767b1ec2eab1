"""The measurements behind docs/performance.md; scripts/bench is the way in."""
