"""What a scenario says that has no effect, each told as a `border_sim.spec.notice.Notice`: `of_scenario` gathers them.

Booths that no plan opens are found from the plan of a run: `border_sim.inputs.booth_notices`.
"""
