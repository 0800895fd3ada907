"""Makes the files of tests/webp and tests/gif, and the SHA-256 of their pixels, with Pillow 13.0 (libwebp 1.6).

The first frame of an animation is decoded by Pillow as a file of its own, and laid on a transparent canvas here.
"""

import hashlib
import io
import struct
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent


def image(width, height, kind):
    def pixel(x, y):
        if kind == "smooth":
            return (x * 5 + y, y * 6, 255 - x * 2 - y * 3, x * y // 2)
        if kind == "noise":
            return tuple(hashlib.sha256(b"%d %d" % (x, y)).digest()[:4])
        # Few colours.
        value = hashlib.sha256(b"%d %d" % (x // 2, y // 3)).digest()[0] % int(kind)
        return (value * 37, value * 91, value * 11, 255 - value * 29 * (value % 3 == 1))

    pixels = [tuple(level & 255 for level in pixel(x, y)) for y in range(height) for x in range(width)]
    made = Image.new("RGBA", (width, height))
    made.putdata(pixels)
    return made


def encoded(picture, form="WEBP", **options):
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def pixels_of(file):
    return Image.open(io.BytesIO(file)).convert("RGBA")


def write(folder, name, file, expected):
    (folder / name).write_bytes(file)
    digest = hashlib.sha256(expected.tobytes()).hexdigest()[:16]
    return f"{name} {expected.width} {expected.height} {digest}\n"


def laid(picture, left, top, size):
    canvas = Image.new("RGBA", size)
    canvas.paste(picture, (left, top))
    return canvas


def chunk(name, data):
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)


def chunks(file):
    at = 12
    while at < len(file):
        length = struct.unpack("<I", file[at + 4 : at + 8])[0]
        yield file[at : at + 4], file[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def riff(*parts):
    data = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(data)) + data


def three(number):
    return struct.pack("<I", number)[:3]


def head(flags, size):
    return chunk(b"VP8X", bytes([flags, 0, 0, 0]) + three(size[0] - 1) + three(size[1] - 1))


def streams(file):
    return b"".join(chunk(name, data) for name, data in chunks(file) if name in (b"ALPH", b"VP8 ", b"VP8L"))


def frame(file, left, top, flags):
    size = pixels_of(file).size
    data = three(left // 2) + three(top // 2) + three(size[0] - 1) + three(size[1] - 1) + three(90) + bytes([flags])
    return chunk(b"ANMF", data + streams(file))


def webp():
    def still(name, file):
        return write(HERE, f"{name}.webp", file, pixels_of(file))

    smooth, noise, small = image(43, 35, "smooth"), image(19, 14, "noise"), image(17, 16, "smooth")
    yield still("lossy", encoded(smooth.convert("RGB"), quality=75))
    yield still("lossy_noise", encoded(noise.convert("RGB"), quality=95, method=6))
    yield still("lossy_poor", encoded(smooth.convert("RGB"), quality=0, method=0))
    yield still("lossy_1x1", encoded(image(1, 1, "noise").convert("RGB")))
    yield still("lossy_1x40", encoded(image(1, 40, "smooth").convert("RGB")))
    yield still("lossy_40x1", encoded(image(40, 1, "smooth").convert("RGB")))
    yield still("lossy_16x16", encoded(image(16, 16, "noise").convert("RGB"), quality=50))
    yield still("lossy_alpha", encoded(smooth, quality=60, exact=True))
    yield still("lossy_alpha_noise", encoded(noise, quality=60, method=6))
    yield still("lossy_alpha_poor", encoded(smooth, quality=60, alpha_quality=10))
    for kind in ["smooth", "noise", "2", "3", "13", "150"]:
        made = image(35, 29, kind) if kind != "noise" else noise
        yield still(f"lossless_{kind}", encoded(made, lossless=True, exact=True))
    for method in [0, 6]:
        yield still(f"lossless_method_{method}", encoded(smooth, lossless=True, method=method, quality=100))
    yield still("lossless_opaque", encoded(small.convert("RGB"), lossless=True))
    yield still("lossless_near", encoded(smooth.convert("RGB"), lossless=True, quality=20))
    yield still("lossless_1x1", encoded(image(1, 1, "noise"), lossless=True))
    yield still("metadata", encoded(small, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0", icc_profile=b"odd", xmp=b"<x/>"))
    yield still("alpha_not_told", riff(head(0, smooth.size), streams(encoded(smooth))))
    yield still("lossless_alpha_not_told", riff(head(0, noise.size), streams(encoded(noise, lossless=True))))
    for name, options in [("lossy", {}), ("lossless", {"lossless": True, "exact": True})]:
        for told in [0, 0x10]:
            size, file = (53, 41), encoded(small, **options)
            parts = [frame(file, 8, 6, 0), frame(encoded(noise), 0, 0, 3)]
            file = riff(head(2 | told, size), chunk(b"ANIM", b"\x10\x20\x30\xff\0\0"), *parts)
            shown = pixels_of(encoded(small, **options))
            if not told:
                shown.putalpha(255)
            name_told = "" if told else "_alpha_not_told"
            yield write(HERE, f"animated_{name}{name_told}.webp", file, laid(shown, 8, 6, size))
    yield still("animated", encoded(small, save_all=True, append_images=[noise.resize(small.size)], lossless=True))


def gif():
    folder = HERE.parent / "gif"

    def placed(name, kind, size, left=0, top=0, **options):
        """A file of Pillow's, whose frame is then put elsewhere, and whose screen gets another size."""
        made = image(37, 29, kind)
        indexed = made.convert("RGB").quantize(int(kind) if kind.isdigit() else 200)
        if "transparency" in options:
            options["transparency"] = indexed.getpixel((3, 3))
        file = bytearray(encoded(indexed, "GIF", **options))
        shown = pixels_of(bytes(file))
        at = file.index(b"," + struct.pack("<HHHH", 0, 0, 37, 29)) + 1
        file[6:10] = struct.pack("<HH", *size)
        file[at : at + 4] = struct.pack("<HH", left, top)
        reach = (max(size[0], left + 37), max(size[1], top + 29))
        return write(folder, f"{name}.gif", bytes(file), laid(shown, left, top, reach))

    yield placed("plain", "150", (37, 29), interlace=0)
    yield placed("interlaced", "150", (37, 29), interlace=1)
    yield placed("two_colors", "2", (37, 29), interlace=0)
    yield placed("transparent", "13", (37, 29), transparency=0)
    yield placed("many_colors", "noise", (37, 29), interlace=0)
    yield placed("smaller_than_the_screen", "13", (50, 40), 5, 7, interlace=1)
    yield placed("over_the_edge", "13", (20, 31), 3, 5, interlace=1)
    yield placed("metadata", "13", (37, 29), comment=b"a comment", loop=3, duration=40)
    first, second = image(37, 29, "13").convert("RGB").quantize(13), image(37, 29, "smooth").convert("RGB")
    animated = encoded(first, "GIF", save_all=True, append_images=[second.quantize(90)], disposal=2)
    yield write(folder, "animated.gif", animated, pixels_of(animated))
    # Its colours stand in a table of its own.
    file = encoded(first, "GIF", interlace=0)
    length = 3 << ((file[10] & 7) + 1)
    table, at = file[13 : 13 + length], file.index(b"," + struct.pack("<HHHH", 0, 0, 37, 29))
    local = file[:10] + bytes([file[10] & 0x7F]) + file[11:13] + file[13 + length : at + 9]
    local += bytes([0x80 | file[10] & 7]) + table + file[at + 10 :]
    yield write(folder, "local_table.gif", local, pixels_of(file))


(HERE / "expected.txt").write_text("".join(webp()))
(HERE.parent / "gif" / "expected.txt").write_text("".join(gif()))
