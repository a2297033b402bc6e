"""The targets: ratios of figures of one run, and whether they are met. They are told, not enforced:
how fast a machine is that does other things as well is no property of the product."""

TARGETS = (
    # name, above, below, at least or at most
    ("edge_over_nginx", "edge_rps", "nginx_rps", "at least", 1.1),
    ("resolve_over_nginx", "resolve_rps", "nginx_rps", "at least", 0.55),
    ("resolve_spread_over_nginx", "resolve_spread_rps", "nginx_rps", "at least", 0.55),
    ("resolve_over_pgbench_select", "resolve_rps", "pgbench_select_tps", "at least", 0.9),
    ("resolve_spread_over_pgbench_select", "resolve_spread_rps", "pgbench_select_tps", "at least",
     0.9),
    ("forged_over_nginx_small", "forged_rps", "nginx_small_rps", "at least", 0.9),
    ("create_over_pgbench_insert", "create_rps", "pgbench_insert_tps", "at least", 0.3),
    ("create_idempotent_over_pgbench_insert", "create_idempotent_rps",
     "pgbench_insert_idempotent_tps", "at least", 0.3),
    ("events_over_pgbench_insert", "events_per_s", "pgbench_insert_tps", "at least", 1),
    ("resolve_p99_over_nginx_p99", "resolve_p99_ms", "nginx_p99_ms", "at most", 3),
    ("rss_mib", "rss_mib", None, "at most", 64),
    ("scale_resolve_10m_over_10k", "scale_resolve_10m_over_10k", None, "at most", 1.3),
    ("sweep_idle_pages", "sweep_idle_pages", None, "at most", 100),
    ("sweep_swept_s", "sweep_swept_s", None, "at most", 120),
    ("sweep_p99_over_usual", "sweep_p99_over_usual", None, "at most", 2),
)


def judged(figures):
    """{name: {"value", "target", "is", "met"}} of the targets that these figures tell of."""
    found = {}
    for name, above, below, direction, target in TARGETS:
        if above not in figures or below is not None and below not in figures:
            continue
        value = figures[above] / (figures[below] if below else 1)
        met = value >= target if direction == "at least" else value <= target
        found[name] = {"value": round(value, 3), "target": target, "is": direction, "met": met}
    return found


def lines(ratios):
    """For the terminal, one line per target."""
    for name, one in ratios.items():
        verdict = "met" if one["met"] else "NOT MET"
        yield f"  {name:40}{one['value']:>9.3f}   {one['is']} {one['target']:<6}{verdict}"
