"""Training: one loop, one recipe per trained variant, metrics measured on the committed weights.

`recipes` says how each variant is trained; a problem (`problems/`) holds the data and the measures; `loop` trains;
`cards` writes what came out; `schedule` divides a time budget among the variants that need it.
"""

from typing import Any

# An nn.Module with `prepare` and `loss` (see models/lenet.py), and with what its problem asks of it besides.
Network = Any
