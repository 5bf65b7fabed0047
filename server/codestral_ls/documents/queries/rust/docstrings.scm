; See python/docstrings.scm for the names of the captures. panic: a macro that ends the thread; unsafe: the caller must
; uphold something.
(function_item
  (function_modifiers)? @modifiers
  name: (identifier) @name
  parameters: (parameters) @parameters
  return_type: (_)? @return.type
  body: (block) @body) @definition.function

(function_signature_item
  (function_modifiers)? @modifiers
  name: (identifier) @name
  parameters: (parameters) @parameters
  return_type: (_)? @return.type) @definition.function

(struct_item name: (type_identifier) @name) @definition.type
(enum_item name: (type_identifier) @name) @definition.type
(union_item name: (type_identifier) @name) @definition.type
(trait_item name: (type_identifier) @name) @definition.type

(closure_expression) @closure
(parameters (parameter pattern: (identifier) @parameter.name type: (_) @parameter.type)) @parameters.of
(impl_item trait: (_) body: (declaration_list) @inherited)
(mod_item name: (identifier) @hidden.name body: (declaration_list) @hidden (#text-matches? @hidden.name "^tests?$"))

((macro_invocation macro: (identifier) @panic)
  (#text-is? @panic "panic" "unreachable" "todo" "unimplemented" "assert" "assert_eq" "assert_ne"))
(attribute_item) @attribute
[(line_comment) (block_comment)] @comment

; the type whose methods stand in an impl
(impl_item type: (_) @owner.name) @owner
