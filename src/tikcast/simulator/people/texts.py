"""Names and texts as people on TikTok write them: in many scripts, with emoji, and some of them hostile.

Hostile texts try to break what displays them.
"""

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
HOSTILE_NAMES: Final = (
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

CHATS: Final = (
    ("en", "hello from Texas!!"), ("en", "first time here"), ("en", "song name?"), ("en", "lol"),
    ("en", "can you say my name please"), ("en", "how long have you been live"), ("en", "W"),
    ("en", "your voice is amazing, keep going, we are all here for you tonight 💜"),
    ("es", "saludos desde México 🇲🇽"), ("es", "jajajaja"), ("es", "¿cómo se llama la canción?"),
    ("pt", "boa noite galera"), ("pt", "kkkkkk"), ("fr", "bonsoir tout le monde"), ("fr", "trop fort"),
    ("de", "Grüße aus Köln"), ("it", "ciao bella 😘"), ("tr", "çok güzel söylüyorsun"), ("pl", "cześć"),
    ("vi", "chào cả nhà"), ("id", "halo kak, dari Surabaya"), ("ru", "привет из Казани"),
    ("uk", "добрий вечір"), ("ru", "сколько тебе лет?"), ("ar", "السلام عليكم"), ("ar", "ما شاء الله 🌹"),
    ("fa", "سلام"), ("he", "מה קורה"), ("hi", "नमस्ते भाई"), ("th", "สวัสดีค่า"), ("zh", "晚安大家"),
    ("zh", "主播加油！"), ("ja", "こんばんは〜"), ("ja", "歌上手いね"), ("ko", "안녕하세요"), ("ko", "ㅋㅋㅋㅋㅋ"),
    ("un", "❤️❤️❤️"), ("un", "🔥"), ("un", "👏👏👏👏"), ("un", "😂😂"), ("un", "?"),
)  # fmt: skip
QUESTIONS: Final = (
    "Where are you from?", "¿Cuándo es tu cumpleaños?", "What camera do you use?", "Как тебя зовут?",
    "次の配信はいつですか？", "ما اسم الأغنية؟", "Will you play my song?",
)  # fmt: skip
HOSTILE_CHATS: Final = (
    "\x1b[2J\x1b[31mscreen gone\x1b[0m",
    "<b onmouseover=alert(1)>hover</b>",
    "[red]markup[/red] [link=https://example.com]x[/link]",
    "\u202eright to left\u202c \u2066isolate\u2069",
    '=HYPERLINK("https://example.com")',
    "line\nbreak\r\n\x07bell\x00nul",
    "a" * 1500,
    "",
)
CAPTIONS: Final = (
    ("en", "so welcome everybody, thank you for the roses"),
    ("en", "let me just find the next song here"),
    ("es", "muchas gracias por los regalos"),
    ("de", "und dann sind wir einfach losgefahren"),
    ("ja", "じゃあ次の曲いきます"),
)
WELCOME: Final = (
    "Welcome to TikTok LIVE! Have fun interacting with the LIVE creator and other viewers in real time and "
    "remember to create a safe viewing experience by following our Community Guidelines."
)
TITLES: Final = (
    "come and chat 💬", "Singing your requests 🎤", "ranked grind, road to diamond", "уютный вечер ☕",
    "雑談しましょう", "!song to ask for a song", "نلعب مع المتابعين",
)  # fmt: skip
INTROS: Final = ("Be kind, have fun 💛", "New here? Say hi!", "Розыгрыш в конце эфира", "リクエスト受付中")


def nickname(random: Random) -> str:
    """A display name; about one of fifty is hostile."""
    draw = random.randrange(100)
    for names, share in zip(_SCRIPTS, _SHARES, strict=True):
        if draw < share:
            return _decorated(random.choice(names), random)
    return random.choice(HOSTILE_NAMES)


def username(random: Random) -> str:
    """A user name: 6 to 20 of the characters that TikTok allows."""
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
