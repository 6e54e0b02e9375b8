"""`kg serve`: the graph over HTTP.

`front` speaks HTTP, holds the cache and the log, and never looks into a request; `pool` gives each request to a worker
process, in turn, and ends a worker that takes too long; in a `worker` a `Site` answers by its resources, one module
each.
"""
