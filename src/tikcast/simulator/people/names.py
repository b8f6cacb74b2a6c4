"""Names as people on TikTok write them: many scripts, emoji, and text that tries to break what shows it."""

from __future__ import annotations

from random import Random
from typing import Final

from tikcast.simulator.chance import letters

LATIN: Final = (
    "Ana", "José", "Zoë", "Mike", "Đặng Thu", "Łukasz", "Chloé", "Björn", "Óscar", "Renée", "Ayşe",
    "Marília", "Jessica", "Tomás", "İbrahim", "Siân", "Noah", "Ximena", "Håkon", "Nguyễn An",
)  # fmt: skip
CYRILLIC: Final = ("Ольга", "Дмитрий", "Катя", "Иван П.", "Світлана", "Бојан", "Аружан", "Мария ❄️")
CJK: Final = (
    "王小明", "李娜", "陳大文", "さくら", "ゆうた", "カナちゃん", "김민지", "박서준", "하늘이", "林阿貓",
)  # fmt: skip
ARABIC: Final = ("محمد", "فاطمة", "أبو خالد", "ليلى 🌙", "نور الهدى", "دانیال", "شاہ زیب", "מאיה")
INDIC: Final = ("प्रिया", "आरव", "சரண்யா", "বাপ্পি", "ฟ้าใส", "น้องแนน", "ສົມສັກ")
EMOJI: Final = ("🦋", "👑🔥", "💫✨", "🐺", "👩‍👩‍👧‍👦", "🇧🇷", "(｡♥‿♥｡)", "꧁༺♛༻꧂", "𝕶𝖎𝖓𝖌", "ᴀɴɢᴇʟ")
HOSTILE: Final = (
    "\x1b[31mred\x1b[0m\x1b]0;owned\x07",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[bold red]rich[/bold red]",
    "[/]",
    "\u202egnp.exe\u202c",
    "zero\u200bwidth\u2060\ufeff",
    "'; DROP TABLE users;--",
    "{0:user} %s %n {}",
    "two\nlines\r\tand a tab",
    "nul\x00byte",
    "Z̸̢̛͓͎a̶͍̚l̵̰̈́g̴̱͑o̷͇͝",
    "x" * 300,
)
_SCRIPTS: Final = (LATIN, CYRILLIC, CJK, ARABIC, INDIC, EMOJI)
_SHARES: Final = (44, 60, 74, 84, 90, 98)
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"


def nickname(random: Random) -> str:
    """A display name; about one in fifty is hostile."""
    draw = random.randrange(100)
    for names, share in zip(_SCRIPTS, _SHARES, strict=True):
        if draw < share:
            return _decorated(random.choice(names), random)
    return random.choice(HOSTILE)


def username(random: Random) -> str:
    """An @name: 6 to 20 of the characters that TikTok allows."""
    stem = letters(random, size=random.randrange(5, 13), among=_LOWER)
    tail = letters(random, size=random.randrange(1, 6), among="0123456789_")
    return f"{stem}{random.choice(('', '.', '_'))}{tail}x"


def _decorated(name: str, random: Random) -> str:
    draw = random.randrange(10)
    if draw < 2:
        return f"{name} {random.choice(EMOJI)}"
    if draw < 4:
        return f"{name}{random.randrange(2010)}"
    return name
