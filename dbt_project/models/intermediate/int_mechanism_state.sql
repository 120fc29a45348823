{{ carried_state('reform_mechanisms', "mechanism_code || pilot_place_code") }}
