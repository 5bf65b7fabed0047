; See python/docstrings.scm for the names of the captures.
(function_declaration
  name: (identifier) @name
  parameters: (parameter_list) @parameters
  result: (_)? @return.type
  body: (block) @body) @definition.function

(method_declaration
  receiver: (parameter_list) @receiver
  name: (field_identifier) @name
  parameters: (parameter_list) @parameters
  result: (_)? @return.type
  body: (block) @body) @definition.method

(type_declaration . (type_spec name: (type_identifier) @name type: (_) @body) .) @definition.type

(type_declaration "(" (type_spec name: (type_identifier) @name type: (_) @body) @definition.type)

(func_literal) @closure
(parameter_list (parameter_declaration name: (identifier) @parameter.name type: (_) @parameter.type)) @parameters.of
(parameter_list (variadic_parameter_declaration name: (identifier) @parameter.rest type: (_) @parameter.type)) @parameters.of
(return_statement (_) @return.value)
(comment) @comment

; the type of a method's receiver
(method_declaration receiver: (parameter_list (parameter_declaration type: [
  (type_identifier) @owner.name
  (generic_type type: (type_identifier) @owner.name)
  (pointer_type [(type_identifier) @owner.name (generic_type type: (type_identifier) @owner.name)])
]))) @owner
