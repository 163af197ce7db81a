"""Other machines, by way of Dask's scheduler and workers. Nothing else here imports Dask."""
