"""From the spec to arrays: who comes, what each draws, what is open when."""
