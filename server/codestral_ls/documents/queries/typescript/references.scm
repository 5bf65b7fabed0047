(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression property: (property_identifier) @reference.call))
(new_expression constructor: (identifier) @reference.call)
(extends_clause value: (identifier) @reference.type)
(type_identifier) @reference.type
(member_expression property: [(property_identifier) (private_property_identifier)] @reference.member)
(identifier) @reference.name
(shorthand_property_identifier) @reference.name
