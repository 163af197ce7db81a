"""Review packets: answers that people judge away from the app, in one file, and what comes back."""
