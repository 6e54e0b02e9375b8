"""What workers need is read once, before they are started: all resources, the questions of the library, the rules."""

from __future__ import annotations

import gc

from kg.library import questions
from kg.reasoning import rules
from kg.web.site import resources

resources()
questions()
rules()
gc.collect()
gc.freeze()
