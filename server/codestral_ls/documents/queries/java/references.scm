(method_invocation name: (identifier) @reference.call)
(type_identifier) @reference.type
(field_access field: (identifier) @reference.member)
(identifier) @reference.name
