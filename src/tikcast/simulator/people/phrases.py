"""What people say in the simulated rooms, by language, and what the captions hear."""

from __future__ import annotations

from typing import Final

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
HOSTILE: Final = (
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
