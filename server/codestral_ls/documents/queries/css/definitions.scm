(rule_set (selectors) @name (block) @body) @definition.class
(declaration (property_name) @name (#text-matches? @name "^--")) @definition.variable
(keyframes_statement (keyframes_name) @name) @definition.function
