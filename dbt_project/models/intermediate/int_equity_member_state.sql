{{ carried_state('equity_group_members', "group_code || household_code", 'group_code') }}
