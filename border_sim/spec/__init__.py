"""What a planner writes, as frozen validated models; no input or output."""
