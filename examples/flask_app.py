"""A web page that shows a live stream: pip install flask; python examples/flask_app.py @somebody 5000"""

import sys
from collections import deque
from threading import Thread

from flask import Flask, abort, jsonify, render_template_string
from flask.typing import ResponseReturnValue

from tikcast import ChatEvent
from tikcast.errors import LookupFailed
from tikcast.sync import Live, TikTok

PAGE = """
<meta http-equiv="refresh" content="2">
<h1>{{ live.info.title if live.info else live.room_id }}</h1>
<p>{{ live.end_reason or live.state.value }}</p>
{% for chat in chats %}<p><b>{{ chat.user.nickname }}</b> {{ chat.comment }}</p>{% endfor %}
"""


def make_app(tiktok: TikTok, live: Live) -> Flask:
    app = Flask(__name__)
    chats: deque[ChatEvent] = deque(maxlen=20)
    live.on(ChatEvent, chats.append)

    @app.get("/")
    def index() -> ResponseReturnValue:
        return render_template_string(PAGE, live=live, chats=list(chats))

    @app.get("/users/<name>")
    def user(name: str) -> ResponseReturnValue:
        try:
            profile = tiktok.user_info(name)
        except LookupFailed as error:
            abort(404, str(error))
        return jsonify(id=str(profile.id), name=profile.nickname, live=tiktok.is_live(name))

    return app


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with TikTok() as tiktok:
        live = tiktok.track(sys.argv[1])
        app = make_app(tiktok, live)
        Thread(target=live.run, daemon=True).start()
        app.run(port=int(sys.argv[2]))
