(tag_name) @reference.name
