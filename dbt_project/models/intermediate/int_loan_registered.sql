-- Loans with whether the borrowing household was registered on the day of release.
select
    loans.*,
    coalesce(loans.village_code, loans.submitter_code) as place_code,
    coalesce(registrations.registered_from <= loans.released_on, false) as household_registered,
    {{ is_guarantee_product('loans.loan_product') }} as is_guarantee_product
from {{ ref('int_loan_state') }} as loans
left join {{ ref('int_first_registration') }} as registrations
    on loans.household_code = registrations.household_code
where loans.claim_rank = 1
