"""Charts hold what the frames hold, validate as Vega-Lite, fetch nothing and stand on any page."""

import json
import math
import re
import subprocess
import sys
from datetime import date

import altair as alt
import pandas as pd
import pytest

from workbench import charts

NAN = float("nan")


@pytest.fixture
def arms():
    return pd.DataFrame(
        {
            "arm": ["answer@3:mini", "answer@4:mini", "answer@4:large", "answer@4:local"],
            "cost_per_100": [0.13, 0.18, 0.31, NAN],
            "mean": [0.71, 0.83, 0.80, 0.9],
            "low": [0.62, 0.75, 0.71, None],
            "high": [0.79, 0.89, 0.87, None],
            "n": [60, 60, 60, 4],
            "p50": [1100.0, 1200.0, 800.0, NAN],
            "p95": [2900.0, 3100.0, 1500.0, NAN],
        }
    )


@pytest.fixture
def changes():
    return pd.DataFrame({"example": ["q-1", "q-2", "q-3", "q-4"], "difference": [0.5, -1.0, 0.0, NAN]})


@pytest.fixture
def days():
    return pd.DataFrame(
        {
            "day": [date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 3)],
            "cost_usd": [0.2, 0.3, NAN],
        }
    )


@pytest.fixture
def every_chart(arms, changes, days):
    return [
        charts.arm_means(arms, title="Correct"),
        charts.cost_quality(arms, title="Correct"),
        charts.latency(arms),
        charts.score_changes(changes, title="Correct"),
        charts.spend_by_day(days),
        charts.spend_by_day(days[:0]),
        charts.chunk_sizes([12, 180, 200, 200], limit=200),
        charts.chunk_sizes([], limit=200),
        charts.mode_shares(modes()),
        charts.mode_shares(modes()[:0]),
    ]


def modes():
    """Two failure modes in three arms, the third of which has too few examples for an interval."""
    rows = [
        (mode, arm, 0.1 * n, None if arm == "v3" else 0.0, None if arm == "v3" else 0.3, 40)
        for mode in ("Invents a fee", "Rude <b>")
        for n, arm in enumerate(("v1", "v2", "v3"))
    ]
    return pd.DataFrame(rows, columns=["mode", "arm", "mean", "low", "high", "n"])


def spec_of(chart):
    """The chart as Vega-Lite; altair checks it against the schema on the way."""
    return chart.to_dict()


def rows_of(spec):
    """All rows drawn by any layer."""
    return [row for rows in spec["datasets"].values() for row in rows]


def notes_of(spec):
    return " ".join(spec["title"]["subtitle"])


def test_every_chart_is_valid_vega_lite_and_json(every_chart):
    for chart in every_chart:
        assert isinstance(chart, alt.LayerChart)
        spec = spec_of(chart)
        json.dumps(spec, allow_nan=False)
        assert spec["background"] == "transparent"


def test_nothing_in_a_chart_is_fetched(every_chart):
    for chart in every_chart:
        spec = spec_of(chart)
        # The schema's address names the dialect; viewers read its version and do not open it.
        del spec["$schema"]
        text = json.dumps(spec)
        assert not re.search(r"https?:|//|\"url\"|\"href\"|\"image\"", text)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("page", ["#ffffff", "#0e1117"])
@pytest.mark.parametrize("colour", [charts.ACCENT, charts.WORSE, charts.NEUTRAL])
def test_colours_stand_out_from_a_light_and_a_dark_page(colour, page):
    light, dark = sorted((luminance(colour), luminance(page)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= (4.2 if colour == charts.NEUTRAL else 3)


def test_no_colour_beyond_the_three_is_used(every_chart):
    for chart in every_chart:
        found = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", json.dumps(spec_of(chart))))
        assert found <= {charts.ACCENT, charts.WORSE, charts.NEUTRAL}


def test_arms_are_drawn_in_the_order_given_with_their_intervals(arms):
    spec = spec_of(charts.arm_means(arms, title="Correct"))
    rows = rows_of(spec)
    assert [row["arm"] for row in rows] == list(arms["arm"])
    assert (rows[0]["low"], rows[0]["mean"], rows[0]["high"], rows[0]["n"]) == (0.62, 0.71, 0.79, 60)
    assert spec["layer"][1]["encoding"]["y"]["sort"] is None


def test_an_arm_without_interval_keeps_its_dot(arms):
    last = rows_of(spec_of(charts.arm_means(arms, title="Correct")))[-1]
    assert (last["mean"], last["low"], last["high"]) == (0.9, None, None)


def test_shares_read_as_percents_and_money_as_money(arms):
    def formats(spec):
        return {tip["title"]: tip.get("format") for tip in spec["layer"][0]["encoding"]["tooltip"]}

    assert formats(spec_of(charts.arm_means(arms, title="Correct")))["Mean"] == ".0%"
    cost = charts.arm_means(arms, title="Cost", kind="number", unit="USD")
    assert formats(spec_of(cost))["Mean"].startswith("$")
    assert spec_of(cost)["layer"][1]["encoding"]["x"]["title"] == "US dollars"


def test_an_unscored_arm_is_named_and_not_drawn(arms):
    arms.loc[1, "mean"] = NAN
    spec = spec_of(charts.arm_means(arms, title="Correct"))
    assert "answer@4:mini" not in {row["arm"] for row in rows_of(spec)}
    assert "Not drawn, no score: answer@4:mini." in notes_of(spec)


def test_an_unknown_cost_is_named_and_not_drawn_as_0(arms):
    spec = spec_of(charts.cost_quality(arms, title="Correct"))
    drawn = {row["arm"]: row["cost_per_100"] for row in rows_of(spec) if "arm" in row}
    assert drawn == {"answer@3:mini": 0.13, "answer@4:mini": 0.18, "answer@4:large": 0.31}
    assert "Not drawn, cost unknown: answer@4:local." in notes_of(spec)


def test_a_free_arm_is_drawn_at_0(arms):
    arms.loc[3, "cost_per_100"] = 0.0
    spec = spec_of(charts.cost_quality(arms, title="Correct"))
    assert {row["arm"] for row in rows_of(spec) if "arm" in row} == set(arms["arm"])
    assert "unknown" not in notes_of(spec)


def frontier_of(chart):
    rows = [row for row in rows_of(spec_of(chart)) if "arm" not in row]
    return [(row["cost_per_100"], row["mean"]) for row in rows]


def test_the_frontier_joins_arms_that_no_other_beats_on_both(arms):
    assert frontier_of(charts.cost_quality(arms, title="Correct")) == [(0.13, 0.71), (0.18, 0.83)]


def test_the_frontier_turns_where_lower_is_better(arms):
    arms["mean"] = [0.3, 0.1, 0.05, 0.0]
    found = frontier_of(charts.cost_quality(arms, title="Leaks", direction="lower"))
    assert found == [(0.13, 0.3), (0.18, 0.1), (0.31, 0.05)]


def test_one_best_and_cheapest_arm_needs_no_line(arms):
    chart = charts.cost_quality(arms[:1], title="Correct")
    assert frontier_of(chart) == []
    assert "dashed" not in notes_of(spec_of(chart))


def test_arms_that_all_cost_nothing_are_told_in_words_instead_of_drawn_on_a_line(arms):
    arms["cost_per_100"] = 0.0
    assert "No arm costs anything" in notes_of(spec_of(charts.cost_quality(arms, title="Correct")))


def test_time_is_the_other_axis_to_weigh_quality_against(arms):
    arms["seconds"] = [1.1, 1.2, 0.8, 2.0]
    arms["mean"] = [0.71, 0.83, 0.80, 0.75]
    spec = spec_of(charts.cost_quality(arms, title="Correct", across="time"))
    assert spec["title"]["text"] == "Time against Correct"
    standing = {row["arm"]: row["standing"] for row in rows_of(spec) if "arm" in row}
    assert standing == {
        "answer@3:mini": "beaten on both",
        "answer@4:mini": "on the frontier",
        "answer@4:large": "on the frontier",
        "answer@4:local": "beaten on both",
    }


def test_arms_on_the_frontier_differ_in_shape_and_not_only_in_colour(arms):
    spec = spec_of(charts.cost_quality(arms, title="Correct"))
    shapes = [layer["encoding"]["shape"]["scale"]["range"] for layer in spec["layer"] if "shape" in layer["encoding"]]
    assert shapes == [["diamond", "circle"]]


def test_bars_of_repeats_carry_their_figures():
    frame = pd.DataFrame({"arm": ["v1"] * 3, "passed": ["0 of 2", "1 of 2", "2 of 2"], "examples": [3, 1, 6]})
    spec = spec_of(charts.repeats_passed(frame, times=2))
    assert [row["examples"] for row in rows_of(spec)] == [3, 1, 6]
    assert any(layer["mark"]["type"] == "text" for layer in spec["layer"])


def test_latency_is_in_seconds_from_median_to_95th_percentile(arms):
    spec = spec_of(charts.latency(arms))
    assert rows_of(spec)[0] == {"arm": "answer@3:mini", "p50": 1.1, "p95": 2.9}
    assert "Not drawn, no time: answer@4:local." in notes_of(spec)


def test_examples_stand_worst_first_in_points_with_their_count(changes):
    spec = spec_of(charts.score_changes(changes, title="Correct"))
    assert [(row["example"], row["size"], row["change"]) for row in rows_of(spec)] == [
        ("q-2", -100, "worse"),
        ("q-3", 0, "same"),
        ("q-1", 50, "better"),
    ]
    assert "1 worse, 1 same, 1 better" in notes_of(spec)
    assert "q-4" in notes_of(spec)


def test_a_falling_score_is_better_where_lower_is_better(changes):
    spec = spec_of(charts.score_changes(changes, title="Leaks", direction="lower"))
    assert [(row["example"], row["change"]) for row in rows_of(spec)] == [
        ("q-1", "worse"),
        ("q-3", "same"),
        ("q-2", "better"),
    ]


def test_changes_of_amounts_keep_their_unit(changes):
    spec = spec_of(charts.score_changes(changes, title="Length", kind="number", unit="words", direction="lower"))
    assert rows_of(spec)[0]["size"] == 0.5
    assert spec["layer"][0]["encoding"]["y"]["title"] == "words"


def test_many_examples_are_named_in_the_tooltip_only():
    frame = pd.DataFrame({"example": [f"q-{i}" for i in range(6000)], "difference": [0.1] * 6000})
    spec = spec_of(charts.score_changes(frame, title="Correct"))
    assert len(rows_of(spec)) == 6000
    assert spec["layer"][0]["encoding"]["x"]["axis"] is None


def test_spend_of_a_day_is_added_up_and_stays_on_its_day(days):
    spec = spec_of(charts.spend_by_day(days))
    (row,) = rows_of(spec)
    assert row["day"] == "2026-11-01T00:00:00"
    assert math.isclose(row["cost_usd"], 0.5)
    assert "unknown cost are left out: 2026-11-03." in notes_of(spec)


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda arms, changes, days: charts.arm_means(arms[:0], title="Correct"), "No scores yet."),
        (lambda arms, changes, days: charts.cost_quality(arms[:0], title="Correct"), "No scores yet."),
        (lambda arms, changes, days: charts.cost_quality(arms[3:], title="Correct"), "No arm has a known cost."),
        (lambda arms, changes, days: charts.latency(arms[3:]), "No answers yet."),
        (lambda arms, changes, days: charts.score_changes(changes[3:], title="Correct"), "No example has a score"),
        (lambda arms, changes, days: charts.spend_by_day(days[2:]), "No answer has a known cost."),
        (lambda arms, changes, days: charts.spend_by_day(days[:0]), "Nothing spent yet."),
    ],
)
def test_nothing_to_draw_is_said_in_words(draw, words, arms, changes, days):
    spec = spec_of(draw(arms, changes, days))
    assert words in notes_of(spec)
    assert rows_of(spec) == [{}]


def test_importing_charts_loads_no_heavy_library():
    code = "import sys, workbench.charts; print(sorted({'altair', 'pandas', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_chunk_is_counted_in_the_bar_of_its_length():
    sizes = [1, 10, 11, 199, 200, 200]

    rows = rows_of(spec_of(charts.chunk_sizes(sizes, limit=200)))

    assert sum(row["chunks"] for row in rows) == len(sizes)
    for row in rows:
        assert row["chunks"] == sum(row["from"] <= size <= row["to"] for size in sizes)


def test_chunks_longer_than_the_limit_are_drawn_too():
    rows = rows_of(spec_of(charts.chunk_sizes([500], limit=200)))

    assert [(row["from"] <= 500 <= row["to"], row["chunks"]) for row in rows] == [(True, 1)]


def test_failure_modes_stand_beside_each_other_by_arm_and_a_wall_of_them_is_cut():
    drawn = rows_of(spec_of(charts.mode_shares(modes())))
    assert [(row["mode"], row["arm"]) for row in drawn if row["mode"] == "Rude <b>"] == [
        ("Rude <b>", "v1"),
        ("Rude <b>", "v2"),
        ("Rude <b>", "v3"),
    ]
    many = pd.DataFrame([(f"mode {n}", "v1", 0.1, 0.0, 0.2, 9) for n in range(15)], columns=list(modes().columns))
    spec = spec_of(charts.mode_shares(many))
    assert len(rows_of(spec)) == 12
    assert "3 more are in the table" in notes_of(spec)
