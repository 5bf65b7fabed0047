(function_item name: (_) @name body: (_) @body) @definition.function
(function_signature_item name: (_) @name) @definition.function
(struct_item name: (_) @name) @definition.class
(enum_item name: (_) @name body: (_) @body) @definition.class
(union_item name: (_) @name body: (_) @body) @definition.class
(trait_item name: (_) @name body: (_) @body) @definition.class
(impl_item type: (_) @name body: (_) @body) @definition.impl
(mod_item name: (_) @name body: (_) @body) @definition.module
(type_item name: (_) @name) @definition.type
(macro_definition name: (_) @name) @definition.macro
(const_item name: (_) @name) @definition.variable
(static_item name: (_) @name) @definition.variable
(field_declaration name: (_) @name) @definition.field
(enum_variant name: (_) @name) @definition.field
