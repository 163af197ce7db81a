"""What a run says: verdicts, causes, examples, and what stands behind them."""
