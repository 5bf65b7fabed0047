(namespace_use_clause [(name) (qualified_name)] @module alias: (_)? @alias) @import
(require_once_expression (string (string_content) @module)) @import
(require_expression (string (string_content) @module)) @import
(include_once_expression (string (string_content) @module)) @import
(include_expression (string (string_content) @module)) @import
