"""`workbench doctor`."""


def test_the_doctor_tells_people_and_programs_and_ends_by_what_it_found(workbench, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-1234567890abcdef")
    told = workbench("doctor")
    asked = workbench("doctor", "--json")

    assert (told.code, asked.code, asked.json["healthy"]) == (0, 0, True)
    assert "sk-planted" not in told.out + told.err + asked.out
    assert asked.json["leaving"] == []
    assert "Nothing that is configured sends anything to another machine." in told.out

    nowhere = workbench("--project", tmp_path, "doctor", "--json")
    assert (nowhere.code, nowhere.json["healthy"]) == (1, False)


def test_what_was_found_and_what_to_do_about_it_are_sentences_of_their_own(workbench, monkeypatch):
    monkeypatch.setattr("workbench.workspace.doctor.installation._listens", lambda _: True)

    assert "Port 8501 is taken. `workbench app` takes the next free port" in workbench("doctor").out
