"""A Dask cluster as a room of its own: who works there, tasks bound to workers, and whom to trust."""

import asyncio
import operator
import os
import shutil
import socket
import subprocess
import sys

import pytest

from tests.support.cluster import DaskCluster, hosts_missing
from workbench.errors import UnavailableError, WorkerLostError
from workbench.scale.cluster import Cluster

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(hosts_missing()), reason=hosts_missing() or "two machines")]

TLS = "DASK_DISTRIBUTED__COMM__TLS__"


def connected(address, work):
    """What `work` returns, given a connection."""

    async def run():
        cluster = await Cluster.connect(address)
        try:
            return await work(cluster)
        finally:
            await cluster.aclose()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    with DaskCluster(tmp_path_factory.mktemp("cluster")) as started:
        started.add_worker()
        started.add_worker()
        yield started


async def double(number):
    return 2 * number


def test_a_task_is_carried_out_by_the_worker_it_is_bound_to(dask):
    async def work(cluster):
        addresses = sorted(cluster.workers)
        told = await cluster.call(os.getpid, workers=addresses, within_s=20)
        carried = [await cluster.carry_out(address, _pid_of_task, None, name="t") for address in addresses]
        return addresses, [told[address] for address in addresses], carried

    addresses, called, carried = connected(dask.executor, work)
    assert addresses == sorted(worker.address for worker in dask.workers)
    assert called == carried
    assert set(carried) == {worker.popen.pid for worker in dask.workers}


async def _pid_of_task(_):
    return os.getpid()


def test_what_a_function_raises_is_told_by_worker(dask):
    async def work(cluster):
        return await cluster.call(operator.truediv, 1, 0, workers=list(cluster.workers), within_s=20)

    assert [type(told) for told in connected(dask.executor, work).values()] == [ZeroDivisionError] * 2


def test_a_task_that_raises_says_where_and_what(dask):
    async def work(cluster):
        await cluster.carry_out(next(iter(cluster.workers)), _fail, None, name="t")

    with pytest.raises(UnavailableError, match=r"The worker tcp://.* failed with ZeroDivisionError"):
        connected(dask.executor, work)


async def _fail(_):
    return 1 / 0


def test_a_task_is_lost_with_its_worker_and_not_repeated(tmp_path):
    with DaskCluster(tmp_path) as dask:
        doomed, other = dask.add_worker(), dask.add_worker()

        async def work(cluster):
            task = asyncio.create_task(cluster.carry_out(doomed.address, asyncio.sleep, 600, name="t"))
            for _ in range(1000):
                told = await cluster.call(_tasks, workers=[doomed.address], within_s=20)
                if told[doomed.address]:
                    break
            await asyncio.to_thread(doomed.kill)
            with pytest.raises(WorkerLostError) as lost:
                await task
            with pytest.raises(WorkerLostError) as gone:
                await cluster.carry_out(doomed.address, double, 1, name="t")
            answered = await cluster.carry_out(other.address, double, 21, name="t")
            return lost.value.began, gone.value.began, answered

        assert connected(dask.executor, work) == (True, False, 42)


def _tasks(dask_worker):
    return len(dask_worker.state.executing)


def test_without_dask_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(UnavailableError, match="Dask is not installed") as caught:
        connected("dask://127.0.0.1:9", double)
    assert "pip install 'prompt-workbench[scale]'" in caught.value.hint


def test_a_port_where_something_else_answers_is_no_scheduler(monkeypatch):
    monkeypatch.setattr("workbench.scale.cluster.CONNECT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UnavailableError, match="No Dask scheduler answers"):
            connected(f"dask://127.0.0.1:{port}", double)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority, and a certificate that it signed; and one that it did not."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, which makes the certificates")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)

    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    openssl(*new, "-x509", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(*new, "-x509", "-subj", "/CN=stranger", "-keyout", "stranger.key", "-out", "stranger.pem")
    openssl(*new, "-subj", "/CN=workbench", "-keyout", "ours.key", "-out", "ours.csr")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
    openssl("x509", "-req", "-in", "ours.csr", *signed, "-out", "ours.pem")
    return folder


def tls(folder, name):
    """Dask's settings for a certificate, as environment variables."""
    roles = {f"{TLS}{role}__CERT": f"{folder}/{name}.pem" for role in ("SCHEDULER", "WORKER", "CLIENT")}
    keys = {f"{TLS}{role}__KEY": f"{folder}/{name}.key" for role in ("SCHEDULER", "WORKER", "CLIENT")}
    return {f"{TLS}CA_FILE": f"{folder}/ca.pem", **roles, **keys}


CLIENT = """
import asyncio, sys
from workbench.errors import WorkbenchError
from workbench.scale.cluster import Cluster

async def run():
    cluster = await Cluster.connect(sys.argv[1])
    print(len(cluster.workers))
    await cluster.aclose()

try:
    asyncio.run(run())
except WorkbenchError as error:
    print(error)
"""


def client_says(address, environ):
    """What a program that connects says; Dask reads its settings when it is imported."""
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, address],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout.strip()


def test_with_tls_only_those_who_have_a_certificate_of_the_authority_get_in(tmp_path, certificates):
    ours = tls(certificates, "ours")
    with DaskCluster(tmp_path, "--protocol", "tls", environ=ours) as dask:
        dask.add_worker()
        assert dask.executor.startswith("dask+tls://")

        assert client_says(dask.executor, ours) == "1"
        for wrong in (tls(certificates, "stranger"), {}):
            assert client_says(dask.executor, wrong).startswith("No connection to the Dask scheduler")
        assert client_says(dask.executor.replace("dask+tls", "dask"), {}).startswith("No Dask scheduler answers")
