"""Tables, column types, transactions and migrations. Nothing here knows a rule of the house, only how to keep it."""
