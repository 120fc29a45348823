"""Receive and read: a file in the inbox becomes an archived receipt, then typed rows of the landing area."""
