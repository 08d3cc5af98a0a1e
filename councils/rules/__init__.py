"""The rules by which ballots are counted: pure functions over exact numbers, each with its steps and its ties.

They know no database and no web. ``docs/rules-of-counting.md`` says in plain words what each does and who found it.
"""
