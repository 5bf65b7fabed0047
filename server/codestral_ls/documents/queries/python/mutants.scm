; Places where a small change makes another function: generate/testing/mutants.py says which change.
(comparison_operator operators: _ @operator)
(binary_operator operator: _ @operator)
(boolean_operator operator: _ @operator)
(augmented_assignment operator: _ @operator)
[(true) (false)] @boolean
(integer) @integer
(return_statement (_) @value)
(if_statement condition: (_) @condition)
(block (_) @statement)
