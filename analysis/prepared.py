"""Imported once, by the process that `workers` are copies of: what notebooks import, and all that is slow the first
time, so that each copy starts warm.
"""

import contextlib
import gc
import os

import analysis.charts.blood
import analysis.charts.plan
import analysis.charts.rates
import analysis.displays.page
import analysis.evidence
import analysis.files
import analysis.shell  # noqa: F401
from analysis import outputs, provenance, quantities
from analysis.workers import ROOT

for kind in outputs.KINDS:
    with contextlib.suppress(outputs.OutputError):
        outputs.check({"data": {outputs.MIME: {"kind": kind}}})
with contextlib.suppress(Exception):  # what does not hold is said where it is asked for
    quantities.read("1个")
    provenance.check(os.environ[ROOT] or None)
gc.freeze()  # or each copy's collector would touch, and so copy, all of this
