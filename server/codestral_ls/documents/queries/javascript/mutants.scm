; See python/mutants.scm.
(binary_expression operator: _ @operator)
(augmented_assignment_expression operator: _ @operator)
[(true) (false)] @boolean
(number) @integer
(return_statement (_) @value)
(if_statement condition: (parenthesized_expression (_) @condition))
(statement_block (_) @statement)
