"""Rules over their life: tried before they judge, told by what came of their alarms, waived by a person."""
