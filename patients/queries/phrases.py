"""The phrase files at hand: those that come along, and over them those of the province's own folder."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from patients.rules.phrases import SOURCE, PhraseSet, PhrasesRefused, read

OURS = Path(__file__).resolve().parents[2] / "phrases"


def phrase_sets() -> dict[str, PhraseSet]:
    """Every usable set by its language, the province's instead of ours. A file that cannot be used is left out here;
    the system check says what it lacks.
    """
    return {one.language: one for folder in folders() for path in _files(folder) if (one := _usable(path))}


def source_set() -> PhraseSet:
    """The Vietnamese phrases; ours where the province's own file cannot be used."""
    return phrase_sets()[SOURCE]


def refusals() -> list[str]:
    """One sentence for each thing that keeps a file or the folder from being used."""
    found = [f"{folder} is not a folder." for folder in folders() if not folder.is_dir()]
    for path in (path for folder in folders() for path in _files(folder)):
        try:
            _read(path, path.stat().st_mtime_ns)
        except (PhrasesRefused, OSError, UnicodeDecodeError) as refused:
            found.append(f"{path.name} is not used: {refused}")
    return found


def folders() -> list[Path]:
    """Ours first, then the province's, whose files win."""
    own = str(settings.PHRASES_DIR)
    return [OURS, Path(own)] if own else [OURS]


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def _usable(path: Path) -> PhraseSet | None:
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (PhrasesRefused, OSError, UnicodeDecodeError):
        return None


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> PhraseSet:
    """Read once for each change of the file, so that a replaced file needs no restart."""
    return read(path.read_text(encoding="utf-8"), stem=path.stem)
