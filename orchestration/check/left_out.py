"""What stood before a revision and did not pass it, and the reasons for which it is carried, as parts of one select.

Which of it is carried is said in ``next_state``.
"""

from __future__ import annotations

from expectations.model import Contract


def held(contract: Contract) -> str:
    """``held_rows`` of the revision by key; whether the key tells nothing of what stood, and where to look.

    A key of places and words of lists says what it means, so only one that cannot be read tells nothing; an assigned
    number that never stood may be a slip in one that did.
    """
    form, keys = contract.form, ", ".join(contract.key)
    tells_nothing = " or ".join(f"p.{name} is null" for name in contract.key)
    if any(column.key and not column.place and not column.code_list for column in contract.columns):
        stood = f"select 1 from before_{form} as b where {_is_same(contract, 'b', 'p')}"
        tells_nothing += f" or not exists ({stood})"
    return f"""
        held_rows as (
            select p.submitter_code, p.submission_id, {", ".join(f"p.{name}" for name in contract.key)},
                {_scope(contract, "p")} as scope, {tells_nothing} as tells_nothing
            from effective_{form} as p
            where p.record_id in (select record_id from held_now)
        ),
        held_keys as (select distinct submitter_code, {keys}, true as is_key_held from held_rows)
    """


def _is_same(contract: Contract, one: str, other: str) -> str:
    """Whether two rows are of one submitter and key."""
    return " and ".join(f"{one}.{name} = {other}.{name}" for name in ("submitter_code", *contract.key))


def _scope(contract: Contract, rows: str) -> str:
    """Within what an absent key may be that of a row whose own tells nothing: its household, else the return."""
    return f"{rows}.household_code" if contract.is_within_household else "''"


def unaccounted(contract: Contract) -> str:
    """How many rows of a 全量 are held under a key that tells nothing, and may be the one left out, ``l``.

    What can be read of such a key must agree.
    """
    told = [column.name for column in contract.columns if column.key and (column.place or column.code_list)]
    agreeing = "".join(f" and (h.{name} is null or h.{name} = l.{name})" for name in told)
    return (
        "select count(*) from held_rows as h inner join wholes using (submitter_code, submission_id)"
        f" where h.tells_nothing and h.submitter_code = l.submitter_code and h.scope = l.scope{agreeing}"
    )


def stays(contract: Contract) -> str:
    """Whether ``l`` was carried before a revision that says nothing of it.

    A whole, a nil and its withdrawal do, and what passes of its household once a whole of it is valid.
    """
    form = contract.form
    return f"""(
                    l.is_carried
                    and l.submitter_code not in (
                        select r.submitter_code from valid_returns as r
                        inner join current_revisions as s using (submitter_code, submission_id)
                        where r.form = '{form}' and r.mode in ('full', 'nothing')
                    )
                    and not exists (
                        select 1 from effective_{form} as d
                        where d.row_action = 'delete' and {_is_same(contract, "d", "l")}
                    ){_is_not_freed(contract)}
                )"""


def _is_not_freed(contract: Contract) -> str:
    """Unless ``l`` was carried with its household only: that passes by now, and a whole of the form left it out."""
    if not contract.is_within_household:
        return ""
    form = contract.form
    return f"""
                    and not (
                        (l.submitter_code, l.household_code) in (
                            select (submitter_code, household_code) from passed_households
                        )
                        and l.submitter_code in (
                            select submitter_code from returns_so_far where form = '{form}' and mode = 'full'
                        )
                        and (l.submitter_code, l.household_code) not in (
                            select (submitter_code, household_code) from effective_{form}
                            where household_code is not null and record_id in (select record_id from held_now)
                        )
                    )"""


def left_out(contract: Contract) -> str:
    """``left_out``: what stood before and did not pass, with the reasons for which it is carried.

    ``place`` numbers by key what has no reason of its own.
    """
    form, keys = contract.form, ", ".join(contract.key)
    is_carried = "false"
    if contract.is_within_household:
        carried = "select (submitter_code, household_code) from carried_households"
        is_carried = f"(b.submitter_code, b.household_code) in ({carried})"
    return f"""
        reasons as (
            select b.*, coalesce(k.is_key_held, false) as is_key_held, {is_carried} as is_household_carried,
                {_scope(contract, "b")} as scope
            from before_{form} as b
            anti join passed_{form} as p using (submitter_code, {keys})
            left join held_keys as k using (submitter_code, {keys})
            where {_household_stands(contract)}
        ),
        left_out as (
            select *, case when not is_key_held and not is_household_carried then row_number() over (
                partition by submitter_code, scope, is_key_held or is_household_carried order by {keys}
            ) end as place
            from reasons
        )
    """


def _household_stands(contract: Contract) -> str:
    """What keeps a version from being carried: its household has gone from the facts by now.

    Households move before the others, so their new state is known here.
    """
    if not contract.is_within_household:
        return "true"
    return """(b.submitter_code, b.household_code) in (
                    select (submitter_code, household_code) from version_households where known_to is null
                    union all
                    select (submitter_code, household_code) from previous_households
                    where submitter_code not in (select submitter_code from accepted_forms where form = 'households')
                )"""
