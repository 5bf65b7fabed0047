; inherits: javascript
(template_type) @code
