"""What `import border_sim` offers a notebook or a script: scenarios, runs, their tables, a plot."""
