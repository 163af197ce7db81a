"""A project's folder with a metric in it."""

import pytest

from tests.support.own_code import OwnFolder, forgotten_afterwards
from tests.support.scoring import an_output
from workbench.metrics.configured import configured


class OwnMetricFolder(OwnFolder):
    def metric(self, function="mine:polite", **options):
        return configured("polite", {"kind": "python", "function": function, **options}, self.folder)

    def score(self, text, answer="Please wait.", function="mine:polite", **options):
        """What the function that `text` defines says of an answer."""
        self.write(text)
        return self.metric(function, **options).score(an_output(answer))


@pytest.fixture
def own(tmp_path, tmp_path_factory):
    with forgotten_afterwards(tmp_path_factory.getbasetemp()):
        yield OwnMetricFolder(tmp_path)
