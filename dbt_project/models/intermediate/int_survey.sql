{{ year_rows('surveys') }}
