(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression property: (property_identifier) @reference.call))
(new_expression constructor: (identifier) @reference.call)
(class_heritage (identifier) @reference.type)
(jsx_opening_element name: (identifier) @reference.call)
(jsx_self_closing_element name: (identifier) @reference.call)
(member_expression property: [(property_identifier) (private_property_identifier)] @reference.member)
(identifier) @reference.name
(shorthand_property_identifier) @reference.name
