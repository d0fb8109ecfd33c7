"""What can be wrong with an input: the registry of problem codes.

Each code is declared once, in the module of its group, and never reused: 1xx `files`, 2xx `sheets`, 3xx `cells`,
4xx `rows` (rows and sheets together), 5xx `rule_files`, `mapping_files`,
`configuration_files` and `baselines`, 6xx `judgements` (and panel decisions). The command
`probation-ratings problems` and docs/problems.md are made from them.
"""

from ..text import *
from .baselines import *
from .cells import *
from .configuration_files import *
from .files import *
from .judgements import *
from .kinds import *
from .mapped import *
from .mapping_files import *
from .redaction import *
from .rows import *
from .rule_files import *
from .sheets import *
