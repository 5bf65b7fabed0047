(call method: (identifier) @reference.call)
(superclass (_) @reference.type)
(constant) @reference.type
(instance_variable) @reference.member
(identifier) @reference.name
