"""What workers need is read once, before they are started: all resources, the questions of the library with the words
by which they are found, the rules."""

from __future__ import annotations

import gc

from kg.finding import ranked
from kg.library import questions
from kg.reasoning import rules
from kg.web.site import resources

resources()
rules()
ranked("", questions())
gc.collect()
gc.freeze()
