{{ staged('exit_reviews') }}
