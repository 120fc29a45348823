{{ carried_state('programme_participation', "participation_code") }}
