"""What a published figure rests on, and why it changed."""
