"""What can be wrong with an input: the registry of problem codes.

Each code is declared once, in the module of its group, and never reused: 1xx `files`, 2xx `sheets`, 3xx `cells`,
4xx `rows` (rows and sheets together), 5xx `files_beside` (rule files, mapping files and others),
6xx `judgements` (and panel decisions). The command `probation-ratings problems` and docs/problems.md are made from
them.
"""

from ..text import *
from .cells import *
from .files import *
from .files_beside import *
from .judgements import *
from .kinds import *
from .mapped import *
from .rows import *
from .sheets import *
