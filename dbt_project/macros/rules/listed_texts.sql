{#- Texts as SQL lists them: 'a', 'b'; of no text an empty one, since SQL has no empty list. -#}
{%- macro listed_texts(texts) -%}
    '{{ texts | join("', '") }}'
{%- endmacro -%}
