"""The parser of films: makes one MP4 of 240 lines, which plays on any phone."""

from typing import IO

from protect.uploads.media import ffmpeg
from protect.uploads.media.ffmpeg import Output
from protect.uploads.parsers import Facts, Options

DEMUXERS = ("mov", "matroska")
LINES = 240  # of the shorter side
FILTER = (
    f"scale=w='if(gt(iw,ih),-2,min({LINES},iw))':h='if(gt(iw,ih),min({LINES},ih),-2)',"
    "scale=trunc(iw/2)*2:trunc(ih/2)*2,setsar=1,format=yuv420p"
)
MP4 = Output(
    (
        *("-map", "0:v:0", "-map", "0:a:0?", "-vf", FILTER, "-fpsmax", "30"),
        *("-c:v", "libx264", "-preset", "medium", "-profile:v", "main", "-crf", "26"),
        *("-maxrate", "350k", "-bufsize", "700k", "-g", "60"),
        *("-c:a", "aac", "-b:a", "48k", "-ac", "1", "-ar", "44100"),
        *("-movflags", "+faststart", "-f", "mp4"),
    )
)


def parse(content: IO[bytes], options: Options) -> tuple[Facts, bytes]:
    """Return the length of a film, and the film as MP4. Errors: Refused."""
    made = ffmpeg.transcode(content, DEMUXERS, [MP4])
    return {"seconds": round(made.seconds)}, made.contents[0]
