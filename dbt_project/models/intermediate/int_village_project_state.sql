{{ carried_state('village_projects', 'project_code || village_code', 'village_code') }}
