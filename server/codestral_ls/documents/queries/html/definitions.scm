(attribute
  (attribute_name) @_id (quoted_attribute_value (attribute_value) @name)
  (#text-is? @_id "id")) @definition.variable
