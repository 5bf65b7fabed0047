; A path is several nodes: @module stands on its first and its last one.
(import_declaration . (identifier) @module (identifier) @module .) @import
(import_declaration . (identifier) @module .) @import
(import_declaration . (identifier) @module . (namespace_wildcard)) @import
(import_declaration . (identifier) @module (identifier) @module . (namespace_wildcard)) @import
(import_declaration . (identifier) @module . (namespace_selectors (identifier) @name)) @import
(import_declaration
  . (identifier) @module (identifier) @module . (namespace_selectors (identifier) @name)) @import
(import_declaration
  . (identifier) @module
  . (namespace_selectors (arrow_renamed_identifier name: (_) @name alias: (_) @alias))) @import
(import_declaration
  . (identifier) @module (identifier) @module
  . (namespace_selectors (arrow_renamed_identifier name: (_) @name alias: (_) @alias))) @import
