import pytest

from workbench import Workbench
from workbench.errors import InputError, NotFoundError
from workbench.settings import read_settings
from workbench.workspace.projects import init, init_example


def test_a_new_project_can_be_opened_and_keeps_its_state_out_of_the_repository(tmp_path):
    created = init(tmp_path / "new")

    assert created.new
    assert (tmp_path / "new/.workbench/.gitignore").read_text() == "*\n"
    with Workbench.open(tmp_path / "new", environ={}) as wb:
        assert (wb.name, wb.overview.now().empty) == ("new", True)


def test_a_folder_that_is_not_there_does_not_open_the_project_around_it(tmp_path):
    init(tmp_path)
    init(tmp_path / "canoe")

    with pytest.raises(NotFoundError, match=r"There is no folder .*canoee.*Did you mean 'canoe'"):
        Workbench.open(tmp_path / "canoee", environ={})
    with pytest.raises(NotFoundError, match="workbench init"):
        Workbench.open(environ={"WORKBENCH_PROJECT": str(tmp_path / "gone/farther")})
    (tmp_path / "there").mkdir()
    with Workbench.open(tmp_path / "there", environ={}) as wb:
        assert wb.root == tmp_path


@pytest.mark.parametrize("name", ['a "quoted" name', "ümlaut", "back\\slash", "tab\tname"])
def test_a_folder_of_any_name_makes_a_settings_file_that_can_be_read(tmp_path, name):
    init(tmp_path / name)

    assert read_settings(tmp_path / name / "workbench.toml").project.name == name


def test_a_project_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "workbench.toml").write_text("[project]\nname = 'Mine'\n")

    assert not init(tmp_path).new
    assert not init_example(tmp_path).new
    assert "Mine" in (tmp_path / "workbench.toml").read_text()


def test_a_file_or_a_full_folder_is_not_overwritten(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file"):
        init(tmp_path / "file")
    with pytest.raises(InputError, match="not empty"):
        init_example(tmp_path)


def test_an_example_that_could_not_be_copied_whole_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copytree", full)
        with pytest.raises(InputError, match="The disk is full"):
            init_example(tmp_path / "demo")
    assert list(tmp_path.iterdir()) == []

    (tmp_path / "demo").mkdir()
    assert init_example(tmp_path / "demo").new
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_folder_without_a_project_is_refused_with_the_way_out(tmp_path):
    with pytest.raises(InputError, match="workbench init"):
        Workbench.open(tmp_path, environ={})


def test_the_environment_names_project_and_person(tmp_path):
    init(tmp_path / "new")

    environ = {"WORKBENCH_PROJECT": str(tmp_path / "new"), "WORKBENCH_USER": "ann"}
    with Workbench.open(environ=environ) as wb:
        assert (wb.root, wb.context.actor.name) == ((tmp_path / "new").resolve(), "ann")
