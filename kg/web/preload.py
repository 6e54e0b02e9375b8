"""What workers need is read once, before they are started: all resources, and the questions of the library."""

from __future__ import annotations

import gc

from kg.library import questions
from kg.web.site import resources

resources()
questions()
gc.collect()
gc.freeze()
