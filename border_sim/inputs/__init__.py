"""From the spec to arrays: who comes, what each needs, what is open when."""
