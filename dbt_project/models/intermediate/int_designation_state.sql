{{ carried_state('designations', "place_code || designation") }}
