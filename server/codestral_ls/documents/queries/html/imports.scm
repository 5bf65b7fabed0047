(attribute
  (attribute_name) @_source (quoted_attribute_value (attribute_value) @module)
  (#text-is? @_source "src" "href")) @import
