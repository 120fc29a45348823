"""Reading, checking and releasing the city's submissions, and the thin Dagster definitions over them."""
