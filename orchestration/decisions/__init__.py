"""Who decided what, with name and reason, in one log (`Decision`); what follows for periods, readers and waivers."""
