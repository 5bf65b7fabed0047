(call_expression function: (identifier) @reference.call)
(call_expression function: (field_expression field: (identifier) @reference.call))
(instance_expression (type_identifier) @reference.call)
(type_identifier) @reference.type
(field_expression field: (identifier) @reference.member)
(identifier) @reference.name
