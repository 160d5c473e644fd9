from pathlib import Path
from ..sources import Sources, InvalidSources, read


def checked(directory: Path) -> Sources:
    sources, problems = read(directory)
    if problems:
        raise InvalidSources(problems)
    return sources
