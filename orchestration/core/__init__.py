"""What every part rests on and that knows no domain: settings, clock, locks, files that were written, the machine."""
