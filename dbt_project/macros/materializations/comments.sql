{# All comments in one statement, each begun by the Chinese name, key and reference that are generated for it. The
   contract of a documented model names all its columns, so none has to be looked up before it is commented on. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {% if config.persist_relation_docs() and model.description %}
        {% set beginnings = comment_beginnings().get(relation.schema ~ '.' ~ relation.identifier, {}) %}
        {% call statement('comments') %}
            {{ duckdb__alter_relation_comment(relation, beginnings.get('', '') ~ model.description | trim) }}
            {% for name, column in model.columns.items() if config.persist_column_docs() %}
            comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }}
                is {{ duckdb_escape_comment(beginnings.get(name, '') ~ column['description'] | trim) }};
            {% endfor %}
        {% endcall %}
    {% endif %}
{% endmacro %}
