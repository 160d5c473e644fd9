"""Make tiny media files of many kinds with ffmpeg and probe each with ffprobe.

``python tests/probes/make.py`` rewrites ``samples/``; ``python -m tests.probes.make OUT_DIR``
leaves the media and, next to each file, its JSON in OUT_DIR.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent / "samples"

_TIMEOUT = 60.0
_TAIL = 12


class ProbeError(RuntimeError):
    """A recipe could not be made or probed."""


@dataclass(frozen=True)
class Recipe:
    """How to make one media file and what streams its probe must show."""

    target: str
    arguments: tuple[str, ...]
    kinds: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[Path], None] | None = None


def _lavfi(*sources: str) -> tuple[str, ...]:
    return tuple(part for source in sources for part in ("-f", "lavfi", "-i", source))


def _keep(size: int) -> Callable[[Path], None]:
    """Keep only the first bytes of a file."""

    def finish(path: Path) -> None:
        data = path.read_bytes()
        if len(data) <= size:
            raise ProbeError(f"{path.name}: {len(data)} bytes, nothing to cut after {size}")
        path.write_bytes(data[:size])

    return finish


def _rotate(path: Path) -> None:
    """Write a quarter turn into the first track header (the option for it differs by version)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4
    if data[at] != 0:
        raise ProbeError(f"{path.name}: track header of version {data[at]}")
    matrix = (0, 0x10000, 0, -0x10000, 0, 0, 64 << 16, 0, 0x40000000)
    struct.pack_into(">9i", data, at + 40, *matrix)
    path.write_bytes(data)


def _blank_payload(path: Path) -> None:
    """Keep the tables of a transport stream and blank what its elementary streams carry."""
    data = bytearray(path.read_bytes())
    for at in range(0, len(data) - 187, 188):
        pid = (data[at + 1] & 0x1F) << 8 | data[at + 2]
        if pid < 0x100 or pid >= 0x1000:
            continue
        start = at + 4
        if data[at + 3] & 0x20:
            start += 1 + data[start]
        if data[at + 1] & 0x40:
            start += 9 + data[start + 8]
        end = at + 188
        if start < end:
            data[start:end] = bytes(end - start)
    path.write_bytes(data)


_PICTURE = "testsrc2=size=96x64:rate=25:duration=1"
_TONE = "sine=frequency=440:sample_rate=44100:duration=1"
_STILL = "testsrc2=size=64x64:rate=1:duration=1"

_X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-threads", "1")
_X264_B = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-threads", "1")
_AAC = ("-c:a", "aac", "-b:a", "64k")
_BOTH = _lavfi(_PICTURE, _TONE)

_SRT = """1
00:00:00,100 --> 00:00:00,500
first

2
00:00:00,500 --> 00:00:00,900
second
"""

_CHAPTERS = """;FFMETADATA1
title=Two chapters
[CHAPTER]
TIMEBASE=1/1000
START=0
END=500
title=one
[CHAPTER]
TIMEBASE=1/1000
START=500
END=1000
title=two
"""

RECIPES: dict[str, Recipe] = {
    "mp4_h264_aac": Recipe(
        "mp4_h264_aac.mp4",
        (*_BOTH, *_X264_B, *_AAC, "-metadata", "creation_time=2020-02-03T04:05:06Z"),
        ("video", "audio"),
    ),
    "mp4_chapters": Recipe(
        "mp4_chapters.mp4",
        (
            *_BOTH,
            *("-i", "subtitles.srt", "-f", "ffmetadata", "-i", "chapters.txt"),
            *("-map", "0:v", "-map", "1:a", "-map", "2:s", "-map_metadata", "3"),
            *("-map_chapters", "3", *_X264, *_AAC, "-c:s", "mov_text"),
            *("-metadata:s:s:0", "language=chi"),
        ),
        ("video", "audio", "subtitle", "data"),
        {"subtitles.srt": _SRT, "chapters.txt": _CHAPTERS},
    ),
    "mp4_rotated": Recipe(
        "mp4_rotated.mp4",
        (*_BOTH, *_X264, *_AAC),
        ("video", "audio"),
        finish=_rotate,
    ),
    "mp4_hevc_10bit": Recipe(
        "mp4_hevc_10bit.mp4",
        (
            *_lavfi("testsrc2=size=96x64:rate=30000/1001:duration=0.5"),
            *("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le"),
            *("-x265-params", "log-level=error:pools=1:frame-threads=1", "-tag:v", "hvc1"),
            *("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"),
        ),
        ("video",),
    ),
    "mp4_truncated": Recipe(
        "mp4_truncated.mp4",
        (*_BOTH, *_X264, *_AAC, "-movflags", "+faststart"),
        ("video", "audio"),
        finish=_keep(6000),
    ),
    "flv_h264_aac": Recipe(
        "flv_h264_aac.flv",
        (*_BOTH, *_X264, *_AAC),
        ("video", "audio"),
    ),
    "mpegts_h264_mp2": Recipe(
        "mpegts_h264_mp2.ts",
        (
            *(*_BOTH, *_X264_B, "-c:a", "mp2", "-b:a", "64k"),
            *("-metadata", "service_name=probe", "-metadata:s:a:0", "language=eng"),
        ),
        ("video", "audio"),
    ),
    "mpegts_damaged": Recipe(
        "mpegts_damaged.ts",
        (*_BOTH, "-c:v", "mpeg2video", "-b:v", "150k", *_AAC),
        ("video", "audio"),
        finish=_blank_payload,
    ),
    "mpegts_tables_only": Recipe(
        "mpegts_tables_only.ts",
        (*_BOTH, *_X264, *_AAC),
        ("video", "audio"),
        finish=_keep(3 * 188),
    ),
    "hls_playlist": Recipe(
        "hls_playlist.m3u8",
        (
            *(*_BOTH, *_X264, *_AAC, "-g", "10", "-f", "hls", "-hls_time", "0.4"),
            *("-hls_list_size", "0", "-hls_segment_filename", "hls_%d.ts"),
        ),
        ("video", "audio"),
    ),
    "mkv_subtitles": Recipe(
        "mkv_subtitles.mkv",
        (
            *(*_BOTH, "-i", "subtitles.srt"),
            *("-map", "0:v", "-map", "1:a", "-map", "2:s", "-map", "2:s"),
            *(*_X264, *_AAC, "-c:s:0", "srt", "-c:s:1", "ass"),
            *("-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "title=Second"),
        ),
        ("video", "audio", "subtitle", "subtitle"),
        {"subtitles.srt": _SRT},
    ),
    "mkv_attachment": Recipe(
        "mkv_attachment.mkv",
        (
            *(*_BOTH, *_X264, "-c:a", "flac"),
            *("-attach", "font.ttf", "-metadata:s:t:0", "mimetype=application/x-truetype-font"),
            *("-attach", "notes.bin", "-metadata:s:t:1", "mimetype=application/x-probe"),
        ),
        ("video", "audio", "attachment", "attachment"),
        {"font.ttf": "not really a font\n", "notes.bin": "attached notes\n"},
    ),
    "mkv_negative_start": Recipe(
        "mkv_negative_start.mkv",
        (*_BOTH, *_X264, *_AAC, "-output_ts_offset", "-0.5", "-avoid_negative_ts", "disabled"),
        ("video", "audio"),
    ),
    "webm_vp9_opus": Recipe(
        "webm_vp9_opus.webm",
        (
            *_lavfi(_PICTURE, "sine=frequency=440:sample_rate=48000:duration=1"),
            *("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "100k"),
            *("-pix_fmt", "yuv420p", "-c:a", "libopus", "-b:a", "32k"),
        ),
        ("video", "audio"),
    ),
    "mov_timecode": Recipe(
        "mov_timecode.mov",
        (
            *(*_BOTH, "-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le"),
            *("-c:a", "pcm_s16le", "-timecode", "01:00:00:00"),
        ),
        ("video", "audio", "data"),
    ),
    "avi_odd_aspect": Recipe(
        "avi_odd_aspect.avi",
        (
            *(*_BOTH, "-vf", "setsar=64/45", "-c:v", "mpeg4", "-b:v", "150k"),
            *("-c:a", "libmp3lame", "-b:a", "64k"),
        ),
        ("video", "audio"),
    ),
    "h264_raw": Recipe(
        "h264_raw.h264",
        (*_lavfi(_PICTURE), *_X264),
        ("video",),
    ),
    "mp3_cover": Recipe(
        "mp3_cover.mp3",
        (
            *_lavfi(_TONE, _STILL),
            *("-map", "0:a", "-map", "1:v", "-c:a", "libmp3lame", "-b:a", "64k"),
            *("-c:v", "png", "-pix_fmt", "rgb24", "-frames:v", "1"),
            *("-disposition:v:0", "attached_pic", "-id3v2_version", "3"),
            *("-metadata", "title=Tone", "-metadata:s:v", "comment=Cover (front)"),
        ),
        ("video", "audio"),
    ),
    "m4a_5_1": Recipe(
        "m4a_5_1.m4a",
        (
            *_lavfi("anullsrc=channel_layout=5.1:sample_rate=48000"),
            *("-t", "1", "-c:a", "aac", "-b:a", "192k"),
        ),
        ("audio",),
    ),
    "wav_pcm": Recipe(
        "wav_pcm.wav",
        (*_lavfi("sine=frequency=440:sample_rate=8000:duration=1"), "-c:a", "pcm_s16le"),
        ("audio",),
    ),
    "png_image": Recipe(
        "png_image.png",
        (*_lavfi(_STILL), "-frames:v", "1", "-c:v", "png", "-pix_fmt", "rgba", "-update", "1"),
        ("video",),
    ),
    "jpeg_image": Recipe(
        "jpeg_image.jpg",
        (
            *_lavfi(_STILL),
            *("-frames:v", "1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-update", "1"),
        ),
        ("video",),
    ),
}


def available() -> bool:
    """Tell whether ffmpeg and ffprobe are on PATH."""
    return shutil.which("ffmpeg") is not None and shutil.which("ffprobe") is not None


def _run(name: str, command: list[str], directory: Path) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProbeError(f"{name}: {command[0]} did not run: {error}") from error
    if done.returncode != 0:
        tail = "\n".join(done.stderr.strip().splitlines()[-_TAIL:])
        raise ProbeError(f"{name}: {command[0]} ended with {done.returncode}\n{tail}")
    return done.stdout


def make(name: str, directory: Path) -> Path:
    """Make the media file of one recipe."""
    recipe = RECIPES[name]
    directory.mkdir(parents=True, exist_ok=True)
    for side, text in recipe.files.items():
        (directory / side).write_text(text, encoding="utf-8", newline="\n")
    start = ["ffmpeg", "-hide_banner", "-nostdin", "-v", "warning", "-y"]
    _run(name, [*start, *recipe.arguments, recipe.target], directory)
    path = directory / recipe.target
    if recipe.finish is not None:
        recipe.finish(path)
    return path


def probe(path: Path) -> dict[str, object]:
    """Return what ffprobe prints for a file, with the bare name as ``format.filename``."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", path.name]
    found: object = json.loads(_run(path.name, command, path.parent))
    if not isinstance(found, dict):
        raise ProbeError(f"{path.name}: ffprobe printed no object")
    shape = found.get("format")
    if not isinstance(shape, dict):
        raise ProbeError(f"{path.name}: ffprobe printed no format")
    shape["filename"] = path.name
    return found


def _kinds(found: Mapping[str, object]) -> list[str]:
    streams = found.get("streams")
    if not isinstance(streams, list):
        return []
    return sorted(str(stream.get("codec_type")) for stream in streams)


def probe_all(directory: Path) -> dict[str, dict[str, object]]:
    """Make every recipe in the directory and return the probe of each by name."""
    probes: dict[str, dict[str, object]] = {}
    for name, recipe in RECIPES.items():
        found = probe(make(name, directory))
        if _kinds(found) != sorted(recipe.kinds):
            raise ProbeError(f"{name}: streams {_kinds(found)}, expected {sorted(recipe.kinds)}")
        probes[name] = found
    return probes


def write(probes: Mapping[str, Mapping[str, object]], directory: Path) -> None:
    """Write each probe as ``<name>.json``, keys in the order of ffprobe."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, found in probes.items():
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        (directory / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Run as a script."""
    if len(arguments) > 1:
        print("usage: make.py [OUT_DIR]", file=sys.stderr)
        return 2
    if not available():
        print("ffmpeg and ffprobe must be on PATH", file=sys.stderr)
        return 1
    try:
        if arguments:
            media = Path(arguments[0])
            write(probe_all(media), media)
        else:
            with tempfile.TemporaryDirectory() as scratch:
                write(probe_all(Path(scratch)), SAMPLES)
    except ProbeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
