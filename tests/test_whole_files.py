"""A file is the old one or the new one, and never half of either."""

import os
import stat

import pytest

from tests.support.no_room import full_disk, read_only
from workbench.errors import InputError
from workbench.whole_files import write_whole


def test_a_new_file_has_its_folder_made_and_the_rights_that_new_files_have(tmp_path):
    (tmp_path / "other").write_bytes(b"")
    write_whole(tmp_path / "a" / "b" / "file", b"all of it")

    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"all of it"
    assert mode(tmp_path / "a" / "b" / "file") == mode(tmp_path / "other")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["file"]


@pytest.mark.parametrize("hindrance", [lambda _: full_disk(), read_only], ids=["full", "read only"])
def test_where_it_cannot_be_written_the_old_one_stays(tmp_path, hindrance):
    file = tmp_path / "file"
    file.write_bytes(b"old")

    with hindrance(tmp_path), pytest.raises(InputError, match="written"):
        write_whole(file, b"new")

    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_keeps_its_rights_and_a_link_stays_a_link(tmp_path):
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)

    write_whole(link, b"new")

    assert link.is_symlink()
    assert (file.read_bytes(), mode(file)) == (b"new", 0o640)


def test_a_device_is_written_to_and_not_replaced_and_a_folder_is_refused(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"through")

    assert os.read(reader, 100) == b"through"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)
    with pytest.raises(InputError, match="cannot be written"):
        write_whole(tmp_path, b"x")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)
