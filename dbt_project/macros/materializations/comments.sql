{# All comments in one statement. The contract of a documented model names all its columns, so none has to be looked
   up before it is commented on. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {% if config.persist_relation_docs() and model.description %}
        {% call statement('comments') %}
            {{ duckdb__alter_relation_comment(relation, model.description) }}
            {% for name, column in model.columns.items() if config.persist_column_docs() %}
            comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }}
                is {{ duckdb_escape_comment(column['description']) }};
            {% endfor %}
        {% endcall %}
    {% endif %}
{% endmacro %}
