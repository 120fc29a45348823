"""Who decided what, with name and reason, in one log (`Decision`); and what follows from it for periods and waivers."""
