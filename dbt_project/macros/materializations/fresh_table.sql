{# A build opens a file of its own, so a relation is made under its own name. dbt's own materialization makes it
   beside and moves it, since it may have to replace one: six statements and a second commit for each model. #}
{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {% call statement('main') -%}
        {{ create_table_as(false, target, compiled_code) }}
    {%- endcall %}
    {% do persist_docs(target, model) %}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
