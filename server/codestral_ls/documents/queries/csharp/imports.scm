(using_directive !name [(identifier) (qualified_name) (alias_qualified_name)] @module) @import
(using_directive name: (_) @alias [(identifier) (qualified_name) (generic_name)] @module .) @import
