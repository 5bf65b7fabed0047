(use_declaration argument: (scoped_identifier path: (_) @module name: (_) @name)) @import
(use_declaration argument: (identifier) @module) @import
(use_declaration argument: (use_wildcard (_) @module)) @import
(use_declaration
  argument: (use_as_clause path: (scoped_identifier path: (_) @module name: (_) @name) alias: (_) @alias)) @import
(use_declaration argument: (scoped_use_list path: (_) @module list: (use_list (identifier) @name))) @import
(use_declaration
  argument: (scoped_use_list
    path: (_) @module
    list: (use_list (scoped_identifier name: (_) @name)))) @import
(use_declaration
  argument: (scoped_use_list
    path: (_) @module
    list: (use_list (use_as_clause path: [(identifier) (scoped_identifier)] @name alias: (_) @alias)))) @import
(mod_item name: (_) @module !body) @import
