{# The county of a code that begins with a place: a place's own, an office's, that of something of theirs. Null for the
   city's. #}
{% macro county_of(code) -%}
    case when substr({{ code }}, 5, 2) <> '00' then substr({{ code }}, 1, 6) end
{%- endmacro %}
