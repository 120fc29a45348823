select
    dividends.distribution_code,
    dividends.beneficiary_kind,
    dividends.beneficiary_code,
    dividends.period,
    substr(dividends.distribution_code, 1, 14) as cooperative_code,
    substr(dividends.distribution_code, 1, 12) as village_code,
    substr(dividends.distribution_code, 1, 9) as township_code,
    substr(dividends.distribution_code, 1, 6) as county_code,
    dividends.submitter_code,
    distributions.declared_on,
    dividends.paid_on,
    dividends.due_yuan,
    dividends.paid_yuan,
    dividends.is_carried,
    dividends.submission_id,
    dividends.sheet,
    dividends.row_number,
    dividends.received_at
from {{ ref('int_dividend') }} as dividends
left join {{ ref('int_distribution') }} as distributions
    on dividends.distribution_code = distributions.distribution_code
    and distributions.claim_rank = 1
where dividends.claim_rank = 1
