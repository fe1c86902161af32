"""`python -m bench [--smoke | --full] [--json]`: prints every budget, what was measured, and whether it holds."""

import sys

import click

from bench import doctor, ladder, load, memory, plugin, processes, report, startup, tenants, throughput

PARTS = (startup, memory, throughput, ladder, tenants, plugin, doctor)


@click.command()
@click.option("--smoke", is_flag=True, help="A little of everything, to see that it runs; the figures mean nothing.")
@click.option("--full", is_flag=True, help="A million requests, more turns: some ten minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(smoke: bool, full: bool, as_json: bool) -> None:
    """Measure the sandbox against its budgets; exit 0 whether they hold or not."""
    effort = report.SMOKE if smoke else report.FULL if full else report.USUAL
    processes.keep_to_last_core()
    if not as_json:
        report.say_head(effort, load.NAME)
    rows = []
    for part in PARTS:
        for row in part.measure(effort):
            rows.append(row)
            if not as_json:
                report.say(report.line(row))
    if as_json:
        sys.stdout.write(f"{report.as_json(rows, effort, load.NAME).decode()}\n")
    else:
        report.say_end(rows)


if __name__ == "__main__":
    main()
