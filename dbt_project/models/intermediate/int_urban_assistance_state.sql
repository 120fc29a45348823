{{ carried_state('urban_assistance', 'measure_code') }}
