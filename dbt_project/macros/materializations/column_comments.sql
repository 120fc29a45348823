{# The contract of a documented model names all its columns, so none has to be looked up before it is commented on. #}
{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {% for name, column in column_dict.items() %}
    comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }}
        is {{ duckdb_escape_comment(column['description']) }};
    {% endfor %}
{% endmacro %}
