(class_name) @reference.name
(id_name) @reference.name
(arguments (plain_value) @reference.name)
