"""A project's folder with code in it."""

import pytest

from tests.support.own_code import OwnFolder, forgotten_afterwards


@pytest.fixture
def own(tmp_path, tmp_path_factory):
    with forgotten_afterwards(tmp_path_factory.getbasetemp()):
        yield OwnFolder(tmp_path)
