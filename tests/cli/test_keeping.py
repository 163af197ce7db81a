"""`workbench archive` and `workbench restore`."""

import json


def test_a_project_is_archived_and_restored_elsewhere(workbench, tmp_path):
    file = tmp_path / "a.archive"
    made = workbench("archive", file, "--json")
    assert (made.code, made.json["bytes"]) == (0, file.stat().st_size)
    assert workbench("archive", file).code == 2

    told = workbench("--project", tmp_path / "elsewhere", "restore", file)
    assert (told.code, told.out) == (0, "")
    assert "Restored" in told.err

    again = workbench("--project", tmp_path / "elsewhere", "restore", file, "--json")
    assert again.json["store"] is False
    assert (
        json.loads(workbench("--project", tmp_path / "elsewhere", "runs", "--json").out)
        == workbench("runs", "--json").json
    )
