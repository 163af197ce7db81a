"""Released prompts asked again, to see whether the model behind them changed."""
