"""Content files -> a `Flow`.

`load.load` reads and resolves them; `check.check` finds every fault with file, line and remedy;
`schema.json_schema` is for editors.
"""
