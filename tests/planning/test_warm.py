"""A worker process gets ready by itself."""

from celery.signals import worker_process_init

from planning import tasks
from planning.engine import kernels


def test_a_new_worker_process_compiles_the_engine(monkeypatch):
    """Celery's own signal reaches it, and the thread that it starts ends with every loop compiled."""
    threads = []
    warm_up = tasks.warm_up
    monkeypatch.setattr(tasks, "warm_up", lambda: threads.append(warm_up()))
    worker_process_init.send(sender=None)
    assert len(threads) == 1
    threads[0].join(120)
    assert not threads[0].is_alive()
    assert kernels.sweep.signatures
    assert kernels.times_wide.signatures
