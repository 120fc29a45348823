{# The loans of registered poor households without collateral, which the guarantee funds exist for. #}
{% macro is_guarantee_product(loan_product) -%}
    {{ loan_product }} = 'poverty_guarantee'
{%- endmacro %}
