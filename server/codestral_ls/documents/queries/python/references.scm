; References: names in use. Where one node has several, call goes before type, type before member, member before name.
(call function: (identifier) @reference.call)
(call function: (attribute attribute: (identifier) @reference.call))
(type (identifier) @reference.type)
(class_definition superclasses: (argument_list (identifier) @reference.type))
(attribute attribute: (identifier) @reference.member)
(identifier) @reference.name
