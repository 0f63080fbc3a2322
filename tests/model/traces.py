"""What was found, for people."""


def explored(scenario, found, seconds):
    return (f"{scenario.name}: {found.states} states, {found.quiet} quiet,"
            f" {seconds:.1f} s" + (f": {found.wrong}" if found.wrong else ""))


def told(trace, wrong):
    lines = [f"   {n:2}  {step}" for n, step in enumerate(trace, 1)]
    return "\n".join(lines + [f"   =>  {wrong}"])
