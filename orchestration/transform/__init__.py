"""dbt makes facts and figures of what was accepted, into a file of this build alone (`BuildReport`)."""
