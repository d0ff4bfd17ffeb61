"""The commands: arguments, progress, exit codes; nothing else."""
