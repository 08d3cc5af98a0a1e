"""Price-guided rounds beside the least-change default: docs/rounds.md."""
