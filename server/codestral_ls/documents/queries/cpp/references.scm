; inherits: c
(call_expression function: (qualified_identifier name: (identifier) @reference.call))
(template_function name: (identifier) @reference.call)
(namespace_identifier) @reference.type
