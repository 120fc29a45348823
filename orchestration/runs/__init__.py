"""Short compositions of the stages: a night, the preview of a file, the rebuild of a day, the backtest of rules."""
