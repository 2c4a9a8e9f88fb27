"""What the helpline shows of itself: log lines, metrics, health. None of it holds personal data."""
