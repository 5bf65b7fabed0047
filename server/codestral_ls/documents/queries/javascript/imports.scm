(import_statement source: (string) @module) @import
(import_statement (import_clause (identifier) @name) source: (string) @module) @import
(import_statement (import_clause (namespace_import (identifier) @alias)) source: (string) @module) @import
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @name alias: (_)? @alias)))
  source: (string) @module) @import
(export_statement source: (string) @module) @import
(variable_declarator
  name: (object_pattern (shorthand_property_identifier_pattern) @name)
  value: (call_expression
    function: (identifier) @_require arguments: (arguments . (string) @module))
  (#text-is? @_require "require")) @import
(call_expression
  function: [(identifier) (import)] @_require arguments: (arguments . (string) @module)
  (#text-is? @_require "require" "import")) @import
